//! Tests presigned URLs for uploading archives and downloading images.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{
    Request, Response,
    header::{CONTENT_LENGTH, CONTENT_TYPE},
};
use smileid_protocol::{
    job::{Image, ImageJob},
    types::ImageLinks,
    v1::job_status,
};

use crate::support::{
    ID_CARD, ID_CARD_BACK, Mock, Refused, SELFIE, TINY, id_card, ids, ready, registration, selfie,
};

fn upload_url(mock: &Mock) -> String {
    mock.send(&ready(registration("leo", "job")).upload_request(None)).unwrap().upload_url
}

fn put(mock: &Mock, url: &str, content_type: Option<&str>, length: Option<usize>) -> Response<Bytes> {
    let mut request = Request::put(url);
    if let Some(content_type) = content_type {
        request = request.header(CONTENT_TYPE, content_type);
    }
    if let Some(length) = length {
        request = request.header(CONTENT_LENGTH, length);
    }
    mock.raw(&request.body(Bytes::from_static(b"PK")).unwrap())
}

#[track_caller]
fn assert_stored_nowhere(response: &Response<Bytes>, status: u16, code: &str) {
    assert_eq!(Refused::read(response), Refused { status, code: code.into(), error: String::new() });
    assert_eq!(response.headers()[CONTENT_TYPE], "application/xml");
    assert!(response.body().starts_with(b"<?xml"));
}

#[test]
fn an_upload_link_wants_its_content_type_and_a_length() {
    let mock = Mock::new();
    let url = upload_url(&mock);
    for content_type in [None, Some("application/octet-stream"), Some("application/zip; x=y"), Some("")] {
        assert_stored_nowhere(&put(&mock, &url, content_type, Some(2)), 403, "SignatureDoesNotMatch");
    }
    assert_stored_nowhere(&put(&mock, &url, Some("application/zip"), None), 411, "MissingContentLength");
    assert_eq!(mock.status("leo", "job").code.unwrap().as_str(), "2314", "nothing came");
    assert_eq!(put(&mock, &url, Some("application/zip"), Some(2)).status(), 200);
}

#[test]
fn an_upload_link_that_is_expired_or_altered_is_denied() {
    let mock = Mock::new();
    let url = upload_url(&mock);
    for (from, to) in [
        ("Expires=1700000900", "Expires=1700009900"),
        ("selfie.zip", "x.zip"),
        ("/085/", "/86/"),
        ("Signature=", "s="),
    ] {
        let altered = url.replacen(from, to, 1);
        assert_ne!(altered, url);
        assert_stored_nowhere(&put(&mock, &altered, Some("application/zip"), Some(2)), 403, "AccessDenied");
    }
    let bare = url.split_once('?').unwrap().0;
    assert_stored_nowhere(&put(&mock, bare, Some("application/zip"), Some(2)), 403, "AccessDenied");
    mock.pass(Duration::from_secs(15 * 60 + 1));
    assert_stored_nowhere(&put(&mock, &url, Some("application/zip"), Some(2)), 403, "AccessDenied");
    assert_eq!(mock.status("leo", "job").code.unwrap().as_str(), "2314");
}

#[test]
fn a_link_leads_back_to_where_the_request_came_in() {
    let mock = Mock::new();
    let mut request = mock.encode(&ready(registration("leo", "job")).upload_request(None));
    request.headers_mut().insert("host", "mock:8085".parse().unwrap());
    request.headers_mut().insert("x-forwarded-proto", "https".parse().unwrap());
    request.headers_mut().insert("x-forwarded-host", "smile.example".parse().unwrap());
    let response = mock.raw(&request);
    let body: serde_json::Value = serde_json::from_slice(response.body()).unwrap();
    let url = body["upload_url"].as_str().unwrap();
    assert!(url.starts_with("https://smile.example/videos/085/"), "{url}");
    // The proxy takes the request elsewhere, so the name is no part of what is signed.
    let path = url.strip_prefix("https://smile.example").unwrap();
    assert_eq!(put(&mock, path, Some("application/zip"), Some(2)).status(), 200);
}

fn links(mock: &Mock) -> ImageLinks {
    let mut request = job_status::Request::new("leo", "job");
    request.image_links = true;
    mock.send(&request).unwrap().image_links.expect("links, as asked")
}

fn get(mock: &Mock, url: &str) -> Response<Bytes> {
    mock.raw(&Request::get(url).body(Bytes::new()).unwrap())
}

fn document_with_back() -> ImageJob {
    ImageJob::document_verification(ids("leo", "job"), selfie(), id_card(), "NG")
        .unwrap()
        .with_id_card_back(Image::bytes(ID_CARD_BACK))
        .with_liveness(id_card())
}

#[test]
fn image_links_serve_the_images_that_were_sent() {
    let mock = Mock::new();
    mock.submit(document_with_back()).unwrap();
    let links = links(&mock);
    for (link, image) in
        [(links.selfie_image, SELFIE), (links.id_card_image, ID_CARD), (links.id_card_back, ID_CARD_BACK)]
    {
        let link = link.expect("a link");
        assert!(link.starts_with("http://127.0.0.1:8085/images/085/0000000001/"), "{link}");
        let response = get(&mock, &link);
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()[CONTENT_TYPE], "image/jpeg");
        assert!(response.body() == image, "the very bytes");
    }
}

#[test]
fn images_in_base64_are_served_decoded() {
    let mock = Mock::new();
    let png = STANDARD.encode(TINY);
    mock.submit(ImageJob::smart_selfie_registration(ids("leo", "job"), Image::base64(png))).unwrap();
    let links = links(&mock);
    let response = get(&mock, &links.selfie_image.unwrap());
    assert_eq!(response.headers()[CONTENT_TYPE], "image/png");
    assert_eq!(&response.body()[..], TINY);
    assert_eq!((links.id_card_image, links.id_card_back), (None, None));
}

#[test]
fn a_failed_job_shows_what_came() {
    let mock = Mock::new();
    let url = upload_url(&mock);
    mock.put(&url, &b"not a zip"[..]);
    assert_eq!(links(&mock), ImageLinks::default());
}

#[test]
fn an_image_link_that_is_expired_or_altered_is_denied() {
    let mock = Mock::new();
    mock.submit(document_with_back()).unwrap();
    let link = links(&mock).selfie_image.unwrap();
    for (from, to) in [
        ("selfie_image", "id_card_image"),
        ("0000000001", "0000000002"),
        ("/085/", "/86/"),
        ("Expires=170000", "Expires=180000"),
        ("Signature=", "Signature=A"),
        ("&Signature", "&signature"),
    ] {
        let altered = link.replacen(from, to, 1);
        assert_ne!(altered, link);
        assert_stored_nowhere(&get(&mock, &altered), 403, "AccessDenied");
    }
    mock.pass(Duration::from_secs(60 * 60));
    assert_eq!(get(&mock, &link).status(), 200);
    mock.pass(Duration::from_secs(1));
    assert_stored_nowhere(&get(&mock, &link), 403, "AccessDenied");
    assert_eq!(get(&mock, &links(&mock).selfie_image.unwrap()).status(), 200, "a fresh one works");
}
