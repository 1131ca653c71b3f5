//! Tests that files which are not images make their job fail, in every field for an image.

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE},
};
use bytes::Bytes;
use http::Response;
use serde_json::{Value, json};
use smileid_protocol::{
    job::{ImageFormat, ImageJob},
    package::{
        INFO_JSON,
        layout::{Entry, layout},
    },
    types::{JobType, PartnerParams},
    v1::{job_status, selfie_form::SelfieForm, smart_selfie_enroll, upload},
};

use crate::support::{
    ID_CARD, ID_CARD_BACK, Mock, SELFIE, TINY, authentication, code, ids, joined, refusal_of,
};

const DIAGNOSIS: &str = "smileid-mock-diagnosis";

/// Contents that are neither JPEG nor PNG, with the name in the diagnosis. The first bytes are from the definitions of the
/// formats.
fn others() -> Vec<(&'static str, Vec<u8>)> {
    let data_url = format!("data:image/jpeg;base64,{}", STANDARD.encode(SELFIE));
    vec![
        ("empty", Vec::new()),
        ("text", b"undefined".to_vec()),
        ("HTML", b"<!DOCTYPE html><html><body>404</body></html>".to_vec()),
        ("GIF", b"GIF89a\x01\0\x01\0".to_vec()),
        ("WebP", b"RIFF\x24\0\0\0WEBPVP8 ".to_vec()),
        ("HEIC", b"\0\0\0\x18ftypheic\0\0\0\0".to_vec()),
        ("PDF", b"%PDF-1.7\n".to_vec()),
        ("SVG", b"<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_vec()),
        ("ZIP", b"PK\x03\x04\x14\0\0\0".to_vec()),
        ("cut off", SELFIE[..20].to_vec()),
        ("cut off", b"\xff\xd8\xff".to_vec()),
        ("cut off", TINY[..12].to_vec()),
        ("base64", STANDARD.encode(SELFIE).into_bytes()),
        ("data: URL", data_url.into_bytes()),
        ("JSON", b"{\"image\": null}".to_vec()),
    ]
}

fn announced(mock: &Mock, job_type: JobType) -> upload::Response {
    let mut request = upload::Request::new(PartnerParams::new("leo", "job", job_type));
    request.use_enrolled_image = Some(false);
    mock.send(&request).unwrap()
}

fn put(mock: &Mock, job_type: JobType, images: &[Value], files: &[(&str, Bytes)]) -> Response<Bytes> {
    let info = json!({"id_info": {"country": "NG", "id_type": "PASSPORT"}, "images": images});
    let mut entries = vec![Entry::new(INFO_JSON, Bytes::from(info.to_string()))];
    entries.extend(files.iter().map(|(name, content)| Entry::new(*name, content.clone())));
    let url = announced(mock, job_type).upload_url;
    mock.put(&url, joined(&layout(entries).unwrap()))
}

fn said(response: &Response<Bytes>) -> String {
    response.headers().get(DIAGNOSIS).map(|it| it.to_str().unwrap().to_owned()).unwrap_or_default()
}

/// Checks that a job failed because of an image, and that the journal, the header and the job say so.
#[track_caller]
fn assert_failed(mock: &Mock, put: &Response<Bytes>, word: &str, text: &str) {
    assert_eq!(put.status(), 200, "the storage takes anything");
    let diagnosis = said(put);
    assert!(
        diagnosis.starts_with("archive.not-an-image: ") && diagnosis.contains(word),
        "{word}: {diagnosis}"
    );
    for _ in 0..2 {
        let status = mock.raw(&mock.encode(&job_status::Request::new("leo", "job")));
        assert_eq!(said(&status), diagnosis, "each status reply says the same");
    }
    let status = mock.status("leo", "job");
    let result = status.result().unwrap();
    assert!(status.job_complete && !status.job_success);
    assert_eq!((code(result), result.result_text.as_deref()), ("0001", Some(text)), "{word}");
    assert_eq!(mock.submit(authentication("leo", "other")).unwrap_err().code, "2210", "nobody is enrolled");
    let (_, jobs) = mock.admin(&http::Method::GET, "/jobs");
    assert_eq!(jobs["jobs"][0]["findings"][0]["code"], "archive.not-an-image", "{jobs}");
}

#[test]
fn files_that_are_no_images_fail_the_job() {
    let slots = [
        (0, "selfie.jpg", "Selfie image unusable"),
        (1, "card.jpg", "ID Card image unusable"),
        (5, "back.png", "ID Card image unusable"),
        (4, "frame.jpg", "Data Invalid"),
    ];
    for (word, content) in others() {
        for (slot, _, text) in slots {
            let mock = Mock::new();
            let images =
                slots.map(|(id, name, _)| json!({"image_type_id": id, "image": "", "file_name": name}));
            let right = [SELFIE, ID_CARD, ID_CARD_BACK, SELFIE].map(Bytes::from_static);
            let files: Vec<_> = slots
                .iter()
                .zip(right)
                .map(|((id, name, _), right)| {
                    (*name, if *id == slot { content.clone().into() } else { right })
                })
                .collect();
            let reply = put(&mock, JobType::DocumentVerification, &images, &files);
            assert_failed(&mock, &reply, word, text);
        }
    }
}

#[test]
fn base64_that_is_no_image_fails_the_job() {
    let slots = [
        (2, SELFIE, "Selfie image unusable"),
        (3, ID_CARD, "ID Card image unusable"),
        (7, ID_CARD_BACK, "ID Card image unusable"),
        (6, SELFIE, "Data Invalid"),
    ];
    let encoded = others().into_iter().filter(|(_, content)| !content.is_empty());
    let mut texts: Vec<_> = encoded.map(|(word, content)| (word, STANDARD.encode(content))).collect();
    texts.push(("data: URL", format!("data:image/png;base64,{}", STANDARD.encode(TINY))));
    texts.push(("not base64", "undefined!".to_owned()));
    texts.push(("not base64", URL_SAFE.encode(b"\xfb\xff\xff\xff\xfe")));
    for (word, text) in texts {
        for (slot, _, result_text) in slots {
            let mock = Mock::new();
            let images = slots.map(|(id, right, _)| {
                let image = if id == slot { text.clone() } else { STANDARD.encode(right) };
                json!({"image_type_id": id, "image": image, "file_name": ""})
            });
            let reply = put(&mock, JobType::DocumentVerification, &images, &[]);
            assert_failed(&mock, &reply, word, result_text);
        }
    }
}

#[test]
fn images_pass_with_what_is_odd_about_them() {
    for image in [SELFIE, TINY] {
        let mock = Mock::new();
        let images = [json!({"image_type_id": 0, "image": "", "file_name": "selfie.jpg"})];
        let files = [("selfie.jpg", Bytes::from_static(image)), ("other", Bytes::new())];
        let reply = put(&mock, JobType::SmartSelfieRegistration, &images, &files);
        assert!(said(&reply).starts_with("entry.not-listed: "), "{}", said(&reply));
        let status = mock.raw(&mock.encode(&job_status::Request::new("leo", "job")));
        assert_eq!(said(&status), said(&reply));
        assert_eq!(code(mock.status("leo", "job").result().unwrap()), "0840");
        assert_eq!(code(&mock.result(authentication("leo", "other"))), "0820");
    }
    let mock = Mock::new();
    mock.submit(ImageJob::smart_selfie_registration(ids("leo", "job"), crate::support::selfie())).unwrap();
    let status = mock.raw(&mock.encode(&job_status::Request::new("leo", "job")));
    assert!(!status.headers().contains_key(DIAGNOSIS), "nothing is odd");
}

#[test]
fn selfies_judged_at_once_say_what_is_no_image() {
    for (word, content) in others() {
        let mock = Mock::new();
        let form = smart_selfie_enroll::Request::from(SelfieForm::new("leo", content.clone()));
        let response = mock.raw(&mock.encode(&form));
        assert_eq!(refusal_of(&response).1["code"], "2413");
        assert!(
            said(&response).contains("`selfie_image`") && said(&response).contains(word),
            "{}",
            said(&response)
        );
        assert!(!ImageFormat::is_image(&content));
    }
}
