//! Tests asynchronous lookups, whose result comes in a callback.

use std::time::Duration;

use serde_json::{Value, json};
use smileid_mock_server::{Config, Processing};
use smileid_protocol::{
    auth::{Credentials, PartnerId},
    endpoint::SignedEndpoint,
    job::{CallbackUrl, IdNumber, LookupJob},
    types::JobResult,
    v1::{
        async_business_verification, async_id_verification, business_verification, id_verification,
        job_status, lookup::Lookup, verify, verify_async,
    },
};

use crate::support::{
    CALLBACK, INVALID, MISSING, Mock, callback, code, ids, refused, registration, unsuccessful,
};

fn id(job_id: &str, id_number: &str) -> Lookup {
    let number = IdNumber::new("NG", "NIN_V2", id_number).unwrap();
    let mut lookup = LookupJob::enhanced_kyc(ids("leo", job_id), number).into_lookup();
    lookup.id_info.first_name = Some("Joe".to_owned());
    lookup
}

fn business(job_id: &str, id_number: &str) -> Lookup {
    let number = IdNumber::new("NG", "BUSINESS_REGISTRATION", id_number).unwrap();
    LookupJob::business_verification(ids("leo", job_id), number).into_lookup()
}

/// Returns the results in callbacks that are due or planned.
fn kept(mock: &Mock) -> Vec<JobResult> {
    let pending = mock.service.callbacks(mock.credentials.partner_id());
    assert!(pending.iter().all(|it| it.url == CALLBACK));
    pending.iter().map(|it| it.callback.result().expect("a result of a job").clone()).collect()
}

#[test]
fn each_keeps_what_its_twin_answers() {
    fn check<S: SignedEndpoint<Response = JobResult> + From<Lookup>, A: SignedEndpoint>(
        later: impl FnOnce(Lookup, &CallbackUrl) -> A,
        lookup: Lookup,
    ) {
        let mock = Mock::new();
        assert_eq!(mock.reply(&later(lookup.clone(), &callback())), json!({"success": true}));
        assert_eq!(kept(&mock), [Mock::new().send(&S::from(lookup)).unwrap()]);
    }
    check::<id_verification::Request, _>(async_id_verification::Request::new, id("job", "00000000000"));
    check::<verify::Request, _>(verify_async::Request::new, id("job", "00000000000"));
    check::<business_verification::Request, _>(
        async_business_verification::Request::new,
        business("job", "0000000"),
    );
}

#[test]
fn the_oldest_comes_first_and_each_partner_has_its_own() {
    let mut config = Config::new([42; 32]);
    config.partners.push(Credentials::new("086", "another key").unwrap());
    let mock = Mock::with(config);
    for (job_id, number) in [("a", "00000000003"), ("b", "00000000001"), ("c", "00000000000")] {
        mock.send(&async_id_verification::Request::new(id(job_id, number), &callback())).unwrap();
    }
    mock.send(&id_verification::Request::from(id("sync", "00000000002"))).unwrap();
    assert_eq!(kept(&mock).iter().map(code).collect::<Vec<_>>(), ["1015", "1013", "1012"]);
    for other in ["086", "999"] {
        assert!(mock.service.callbacks(&PartnerId::new(other).unwrap()).is_empty());
    }
    let shown = format!("{:?}", mock.service.callbacks(mock.credentials.partner_id()));
    assert!(shown.contains("1015") && !shown.contains("secret") && !shown.contains("00000000003"), "{shown}");
}

#[test]
fn the_status_of_a_lookup_has_its_result() {
    let mock = Mock::new();
    mock.send(&async_id_verification::Request::new(id("found", "00000000000"), &callback())).unwrap();
    mock.send(&async_business_verification::Request::new(business("none", "0000001"), &callback())).unwrap();
    mock.send(&verify_async::Request::new(id("basic", "00000000000"), &callback())).unwrap();
    for (job_id, expected, success) in
        [("found", "1012", true), ("none", "1013", false), ("basic", "1020", true)]
    {
        let status = mock.status("leo", job_id);
        assert_eq!((status.job_complete, status.job_success), (true, success), "{job_id}");
        assert_eq!(status.code.as_ref().unwrap().as_str(), "2302");
        assert_eq!(status.result().map(code), Some(expected));
        assert_eq!(status.history.unwrap(), [status.result.unwrap().result().unwrap().clone()]);
    }
    let without = mock.reply(&job_status::Request::new("leo", "found"));
    assert_eq!((without.get("history"), without.get("image_links")), (None, None));
    let mut with_links = job_status::Request::new("leo", "found");
    with_links.image_links = true;
    assert_eq!(mock.reply(&with_links)["image_links"], json!({}));
    for (user_id, job_id) in [("joe", "found"), ("leo", "other")] {
        assert_eq!(
            mock.refusal(&job_status::Request::new(user_id, job_id)),
            refused("2304", "Job not found")
        );
    }
}

#[test]
fn the_newest_of_a_name_is_shown_and_a_job_with_images_before_it() {
    let mock = Mock::new();
    let shown = || code(mock.status("leo", "job").result().unwrap()).to_owned();
    for number in ["00000000000", "00000000001"] {
        mock.send(&async_id_verification::Request::new(id("job", number), &callback())).unwrap();
    }
    assert_eq!(shown(), "1013");
    mock.result(registration("leo", "job"));
    assert_eq!(shown(), "0840");
}

#[test]
fn it_is_done_when_jobs_are() {
    let later = Mock::processing(Processing::After(Duration::from_secs(2)));
    later.send(&async_id_verification::Request::new(id("job", "00000000000"), &callback())).unwrap();
    let pending = json!({"job_complete": false, "job_success": false, "code": "2302"});
    assert_eq!(later.reply(&job_status::Request::new("leo", "job")), pending);
    later.pass(Duration::from_secs(2));
    assert!(later.status("leo", "job").job_complete);

    let asked = Mock::processing(Processing::Polls(2));
    asked.send(&async_id_verification::Request::new(id("job", "00000000000"), &callback())).unwrap();
    let complete = [1, 2, 3, 4].map(|_| asked.status("leo", "job").job_complete);
    assert_eq!(complete, [false, false, true, true]);
}

#[test]
fn an_address_to_call_back_must_be_there() {
    let mock = Mock::new();
    let basic = verify_async::Request::new(id("job", "00000000000"), &callback());
    let id = async_id_verification::Request::new(id("job", "00000000000"), &callback());
    let business = async_business_verification::Request::new(business("job", "0000000"), &callback());
    for value in [Value::Null, json!("")] {
        assert_eq!(mock.refusal_with(&id, "callback_url", value.clone()), refused("2413", MISSING));
        assert_eq!(mock.refusal_with(&basic, "callback_url", value.clone()), refused("2413", MISSING));
        assert_eq!(mock.refusal_with(&business, "callback_url", value), unsuccessful("2413", MISSING));
    }
    for value in ["partner.example", "/callback", "ftp://partner.example/", "https://", "not an address"] {
        assert_eq!(mock.refusal_with(&id, "callback_url", json!(value)), refused("2413", INVALID), "{value}");
        assert_eq!(mock.refusal_with(&business, "callback_url", json!(value)), unsuccessful("2413", INVALID));
    }
    assert!(kept(&mock).is_empty());
}

#[test]
fn the_rest_is_refused_as_their_twins_refuse_it() {
    let mock = Mock::new();
    let request = async_id_verification::Request::new(id("job", "00000000000"), &callback());
    assert_eq!(mock.refusal_with(&request, "id_number", Value::Null), refused("2413", MISSING));
    assert_eq!(mock.refusal_with(&request, "country", json!({})), refused("2413", INVALID));
    let wrong = ("2212", "Invalid job type");
    assert_eq!(mock.refusal_with(&request, "partner_params.job_type", json!(7)), refused(wrong.0, wrong.1));

    let request = verify_async::Request::new(id("job", "00000000000"), &callback());
    assert_eq!(mock.refusal_with(&request, "first_name", Value::Null), refused("2413", MISSING));
    assert_eq!(mock.refusal_with(&request, "partner_params.job_type", json!(7)), refused(wrong.0, wrong.1));

    let request = async_business_verification::Request::new(business("job", "0000000"), &callback());
    assert_eq!(mock.refusal_with(&request, "id_number", Value::Null), unsuccessful("2413", MISSING));
    assert_eq!(
        mock.refusal_with(&request, "partner_params.job_type", json!(5)),
        unsuccessful(wrong.0, wrong.1)
    );
    assert!(kept(&mock).is_empty());
}
