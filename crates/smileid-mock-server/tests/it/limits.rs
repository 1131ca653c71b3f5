//! Tests the limits of memory, sizes, numbers and times.

use std::sync::Arc;

use bytes::Bytes;
use http::{
    Method, Request,
    header::{CONTENT_LENGTH, CONTENT_TYPE},
};
use smileid_mock_server::{Service, Unread};
use smileid_protocol::{
    auth::Credentials,
    job::{IdNumber, Image, ImageJob, LookupJob},
    v1::{
        async_id_verification,
        create_smile_link::{self, LinkIdType, LinkPage},
        get_smile_link, job_status,
    },
};

use crate::admin::{get, post};
use crate::support::{Mock, Refused, TINY, callback, ids, ready, registration};

#[test]
fn a_message_may_be_two_mebibytes() {
    let mock = Mock::new();
    let request = mock.encode(&job_status::Request::new("leo", "job"));
    let padded = |length: usize| {
        request.clone().map(|body| {
            let mut body = body.to_vec();
            body.resize(length, b' ');
            Bytes::from(body)
        })
    };
    assert_eq!(Refused::read(&mock.raw(&padded(2 << 20))).code, "2304");
    let response = mock.raw(&padded((2 << 20) + 1));
    assert_eq!(
        (response.status().as_u16(), &response.body()[..]),
        (413, &br#"{"message":"Request Too Long"}"#[..])
    );
}

/// Sends the upload request of a job with about two megabytes of partner parameters.
fn announce_large(mock: &Mock, job_id: &str) {
    let request = ready(registration("leo", job_id)).upload_request(None);
    let response = mock.send_altered(&request, |members| {
        let params = members["partner_params"].as_object_mut().unwrap();
        params.insert("note".to_owned(), "x".repeat(1_900_000).into());
    });
    assert_eq!(response.status(), 200, "{response:?}");
}

#[test]
fn all_partners_share_one_memory_and_the_one_idle_longest_makes_room() {
    let small = Mock::new();
    small.submit(registration("leo", "small")).unwrap();
    let large = ["idle", "busy"].map(|id| {
        let made = format!(r#"{{"partner_id":"{id}","api_key":"key"}}"#);
        assert_eq!(post(&small, "/partners", &made).0, 201);
        Mock::sharing(Arc::clone(&small.service), Credentials::new(id, "key").unwrap())
    });
    let jobs = |mock: &Mock| {
        let jobs = get(mock, &format!("/jobs?partner_id={}", mock.credentials.partner_id()));
        jobs["jobs"].as_array().unwrap().len()
    };
    // 80 MiB hold 44 of them.
    for mock in &large {
        (0..30).for_each(|job| announce_large(mock, &format!("job-{job}")));
    }
    let [idle, busy] = &large;
    assert!(
        (20..=30).contains(&jobs(busy)) && (5..20).contains(&jobs(idle)),
        "{} {}",
        jobs(busy),
        jobs(idle)
    );
    assert_eq!(jobs(&small), 1, "it takes less than its share");
    (30..45).for_each(|job| announce_large(busy, &format!("job-{job}")));
    assert!((20..35).contains(&jobs(busy)), "{}", jobs(busy));
    assert_eq!(jobs(&small), 1);
    assert!(busy.send(&job_status::Request::new("leo", "job-44")).is_ok(), "the newest is there");
}

#[test]
fn json_of_too_many_values_is_too_large() {
    let mock = Mock::new();
    let request = ready(registration("leo", "job")).upload_request(None);
    let answered = |values: usize| {
        let response = mock.send_altered(&request, |members| {
            let values = vec![serde_json::json!({"": 0}); values];
            members["partner_params"].as_object_mut().unwrap().insert("many".into(), values.into());
        });
        response.status().as_u16()
    };
    assert_eq!(answered(20_000), 413);
    assert_eq!(answered(5_000), 200);
    let rule = format!(r#"{{"then":{{"code":"0811","set":{{"many":[{}0]}}}}}}"#, "0,".repeat(20_000));
    assert_eq!(crate::admin::post(&mock, "/scenarios", &rule).0, 413);
}

#[test]
fn rules_take_a_bounded_memory_and_the_oldest_make_room() {
    let mock = Mock::new();
    let rule = format!(r#"{{"then":{{"code":"0811","text":"{}"}}}}"#, "x".repeat(1_500_000));
    for _ in 0..4 {
        assert_eq!(post(&mock, "/scenarios", &rule).0, 201);
    }
    let ids: Vec<_> = mock.service.scenarios().iter().map(|active| active.id).collect();
    assert_eq!(ids, [3, 4]);
}

#[test]
fn messages_with_images_may_be_larger() {
    let mock = Mock::new();
    let limit = |method: &Method, path: &str| Service::body_limit(method, path) >> 20;
    for path in ["/v2/smart-selfie-enroll", "/v2/smart-selfie-authentication"] {
        assert_eq!((limit(&Method::POST, path), limit(&Method::PUT, path)), (50, 2), "{path}");
        let (head, ()) = Request::post(path).body(()).unwrap().into_parts();
        let response = mock.service.refuse_unread(head, Unread::TooLarge, mock.now());
        assert_eq!(
            (response.status().as_u16(), &response.body()[..]),
            (413, &br#"{"message":"Request Too Long"}"#[..])
        );
    }
    assert_eq!(limit(&Method::POST, "/v1/backfill_users"), 8);
    assert_eq!(limit(&Method::POST, "/v2/smart-selfie-enroll/x"), 2);
}

#[test]
fn an_archive_may_be_fifty_mebibytes() {
    let mock = Mock::new();
    let url = mock.send(&ready(registration("leo", "job")).upload_request(None)).unwrap().upload_url;
    let path = url.parse::<http::Uri>().unwrap().path().to_owned();
    assert_eq!(Service::body_limit(&Method::PUT, &path), 50 << 20);
    assert_eq!(Service::body_limit(&Method::POST, &path), 2 << 20);
    let put = |length: usize| {
        let request =
            Request::put(&url).header(CONTENT_TYPE, "application/zip").header(CONTENT_LENGTH, length);
        mock.raw(&request.body(Bytes::from(vec![0; length])).unwrap())
    };
    let response = put((50 << 20) + 1);
    assert_eq!(
        (response.status().as_u16(), Refused::read(&response).code),
        (400, "EntityTooLarge".to_owned())
    );
    assert_eq!(response.headers()[CONTENT_TYPE], "application/xml");
    assert_eq!(put(50 << 20).status(), 200);
}

#[test]
fn ten_thousand_jobs_are_remembered_the_complete_ones_least() {
    let mock = Mock::new();
    let announce = |job_id: &str| {
        let job = ImageJob::smart_selfie_registration(ids(job_id, job_id), Image::bytes(TINY));
        mock.send(&ready(job).upload_request(None)).unwrap();
    };
    announce("waiting");
    let job = ImageJob::smart_selfie_registration(ids("done", "done"), Image::bytes(TINY));
    mock.result(job);
    for number in 2..10_000 {
        announce(&number.to_string());
    }
    let code = |job_id: &str| {
        mock.send(&job_status::Request::new(job_id, job_id))
            .map_or_else(|it| it.code, |it| it.code.unwrap().to_string())
    };
    assert_eq!((code("waiting"), code("done")), ("2314".to_owned(), "2302".to_owned()));
    announce("one more");
    assert_eq!(
        (code("waiting"), code("done")),
        ("2314".to_owned(), "2304".to_owned()),
        "complete, so forgotten"
    );
    announce("and one more");
    assert_eq!(
        (code("waiting"), code("2")),
        ("2304".to_owned(), "2314".to_owned()),
        "none complete, so the oldest"
    );
    assert_eq!(code("and one more"), "2314");
}

#[test]
fn sixty_four_mebibytes_of_jobs_are_remembered() {
    let mock = Mock::new();
    let long = "x".repeat(2_000_000);
    let announce = |job_id: &str| {
        let job = ImageJob::smart_selfie_registration(ids(job_id, job_id), Image::bytes(TINY));
        let job = job.with_partner_param("long", long.as_str()).unwrap();
        mock.send(&ready(job).upload_request(None)).unwrap();
    };
    let known = |job_id: &str| mock.send(&job_status::Request::new(job_id, job_id)).is_ok();
    for number in 0..33 {
        announce(&number.to_string());
    }
    assert!(known("0"));
    announce("33");
    assert!(!known("0") && known("1") && known("33"));
}

#[test]
fn thirty_two_mebibytes_of_images_are_kept() {
    let mock = Mock::new();
    let mut image = vec![0; 15 << 20];
    image[..TINY.len()].copy_from_slice(TINY);
    let image = Bytes::from(image);
    let link = |user: &str| {
        let mut request = job_status::Request::new(user, user);
        request.image_links = true;
        mock.send(&request).unwrap().image_links.unwrap().selfie_image
    };
    let mut first = None;
    for user in ["0", "1", "2"] {
        mock.submit(ImageJob::smart_selfie_registration(ids(user, user), Image::bytes(image.clone())))
            .unwrap();
        first = first.or_else(|| link("0"));
    }
    assert_eq!(link("0"), None, "forgotten");
    let forgotten = mock.raw(&Request::get(first.unwrap()).body(Bytes::new()).unwrap());
    assert_eq!(
        (forgotten.status().as_u16(), Refused::read(&forgotten).code),
        (403, "AccessDenied".to_owned())
    );
    for user in ["1", "2"] {
        assert!(link(user).is_some(), "{user}");
    }
}

#[test]
fn images_go_with_their_job() {
    let mock = Mock::new();
    let long = "x".repeat(2_000_000);
    let job = |id: &str, long: &str| registration(id, id).with_partner_param("long", long).unwrap();
    let link = |user: &str| {
        let mut request = job_status::Request::new(user, user);
        request.image_links = true;
        mock.send(&request).unwrap().image_links.unwrap().selfie_image.unwrap()
    };
    let fetch = |url: &str| mock.raw(&Request::get(url).body(Bytes::new()).unwrap()).status().as_u16();
    mock.submit(job("first", &long)).unwrap();
    mock.submit(job("second", "")).unwrap();
    let links = [link("first"), link("second")];
    // More than 64 MiB of jobs in the end.
    let mut is_known = true;
    for number in 0..33 {
        mock.send(&ready(job(&number.to_string(), &long)).upload_request(None)).unwrap();
        is_known = mock.send(&job_status::Request::new("first", "first")).is_ok();
        assert_eq!(fetch(&links[0]), if is_known { 200 } else { 403 }, "{number}");
    }
    assert_eq!((is_known, fetch(&links[1])), (false, 200));
    let (status, _) = mock.admin(&Method::POST, "/reset");
    assert_eq!((status, fetch(&links[1])), (200, 403));
}

#[test]
fn ten_thousand_links_are_remembered() {
    let mock = Mock::new();
    let make = || {
        let id_types = vec![LinkIdType::new("NG", "BVN", "biometric_kyc")];
        let data_privacy_policy_url = "https://partner.example/";
        let page = LinkPage { name: "name", company_name: "company", data_privacy_policy_url };
        let link = create_smile_link::Request::new(page, id_types, &callback());
        mock.send(&link).unwrap().ref_id.unwrap()
    };
    let first = make();
    for _ in 1..10_000 {
        make();
    }
    let known = || mock.send(&get_smile_link::Request::new(&*first)).is_ok();
    assert!(known());
    make();
    assert!(!known());
}

#[test]
fn five_thousand_results_wait_to_be_called_back() {
    let mock = Mock::new();
    let look_up = |job_id: &str| {
        let number = IdNumber::new("NG", "BVN", "00000000001").unwrap();
        let lookup = LookupJob::enhanced_kyc(ids("leo", job_id), number).into_lookup();
        mock.send(&async_id_verification::Request::new(lookup, &callback())).unwrap();
    };
    let waiting = || mock.service.callbacks(mock.credentials.partner_id()).len();
    look_up("first");
    for number in 1..5_000 {
        look_up(&number.to_string());
    }
    assert_eq!((waiting(), mock.status("leo", "first").job_complete), (5_000, true));
    look_up("last");
    assert_eq!(waiting(), 5_000);
    assert_eq!(mock.refusal(&job_status::Request::new("leo", "first")).1["code"], "2304", "forgotten");
}
