//! Tests lint warnings, and the error responses of a strict mock server.

use bytes::Bytes;
use http::{Method, Response};
use serde_json::json;
use smileid_mock_server::Config;
use smileid_protocol::{
    auth::AuthScheme as _,
    endpoint::{Endpoint, SignedEndpoint},
    job::{IdNumber, ImageJob, LookupJob},
    timestamp::Timestamp,
    types::IdInfo,
    v1::{
        aml, async_id_verification, compare_user_info, id_verification, job_status, lookup::Lookup, verify,
    },
};

use crate::support::{Mock, callback, code, ids, ready, registration, selfie};

const DIAGNOSIS: &str = "smileid-mock-diagnosis";

fn strict() -> Mock {
    let mut config = Config::new([42; 32]);
    config.strict = true;
    Mock::with(config)
}

fn said(response: &Response<Bytes>) -> String {
    response.headers().get(DIAGNOSIS).map(|it| it.to_str().unwrap().to_owned()).unwrap_or_default()
}

fn lookup(change: impl FnOnce(&mut IdInfo)) -> Lookup {
    let id = IdNumber::new("NG", "BVN", "00000000000").unwrap();
    let mut lookup = LookupJob::enhanced_kyc(ids("leo", "job"), id).into_lookup();
    lookup.id_info.first_name = Some("Joe".to_owned());
    change(&mut lookup.id_info);
    lookup
}

/// Checks that a message causes a warning by default, and is refused by a strict mock server.
#[track_caller]
fn assert_warned<E: SignedEndpoint>(message: &E, refusal: &str, warning: &str) {
    let mock = Mock::new();
    let response = mock.raw(&mock.encode(message));
    assert_eq!(response.status(), 200, "{:?}", response.body());
    assert_eq!(said(&response), warning);
    let entry = &mock.journal("")[0];
    assert_eq!(entry["diagnosis"][0]["severity"], "warning", "{entry}");
    assert!(warning.starts_with(entry["diagnosis"][0]["code"].as_str().unwrap()), "{entry}");
    let mock = strict();
    let response = mock.raw(&mock.encode(message));
    assert_eq!(crate::support::refusal_of(&response).1["code"], refusal);
    assert_eq!(said(&response), warning, "the same words");
    assert_eq!(mock.journal("")[0]["diagnosis"][0]["severity"], "refused");
}

#[test]
fn lookups_are_checked() {
    for (change, warning) in [
        (
            &(|id: &mut IdInfo| id.country = Some("Nigeria".into())) as &dyn Fn(&mut IdInfo),
            "country.shape: `country` is not two capital letters",
        ),
        (&|id| id.dob = Some("20/09/2000".into()), "dob.shape: `dob` is not in the format YYYY-MM-DD"),
        (
            &|id| id.id_type = Some("FOO".into()),
            "id-type.unknown: `id_type` is not in the tables of ID types for this country and kind of job",
        ),
        (
            &|id| id.id_type = Some("NINN".into()),
            "id-type.unknown: `id_type` is not in the tables of ID types for this country and kind of job",
        ),
        (
            &|id| id.phone_number = Some("none".into()),
            "phone.shape: `phone_number` must have digits only, with an optional plus sign before them",
        ),
    ] {
        let message = || lookup(change);
        assert_warned(&id_verification::Request::from(message()), "2413", warning);
        assert_warned(&async_id_verification::Request::new(message(), &callback()), "2413", warning);
        let mut without_type = message();
        without_type.partner_params.job_type = None;
        assert_warned(&verify::Request::from(without_type), "2413", warning);
    }
}

#[test]
fn announcements_are_checked() {
    let job = registration("leo", "job").with_partner_param("note", 1).unwrap();
    let warning =
        "param.not-text: `partner_params.note` is not text: the API expects texts here, and refuses null";
    assert_warned(&ready(job).upload_request(None), "2204", warning);
}

#[test]
fn other_calls_with_a_country_are_checked() {
    let mock = strict();
    let response = mock.raw(&mock.encode(&compare_user_info::Request::new("leo", "Nigeria", "BVN")));
    assert_eq!(said(&response), "country.shape: `country` is not two capital letters");
    let response =
        mock.raw(&mock.encode(&aml::Request::new(&ids("leo", "job"), "Joe", vec!["Nigeria".into()])));
    assert_eq!(said(&response), "country.shape: `countries` is not two capital letters");
}

#[test]
fn times_are_checked() {
    let sent = |mock: &Mock| {
        let proof =
            <job_status::Request as Endpoint>::Auth::prove(&mock.credentials, &Timestamp::new("x").unwrap());
        let request =
            job_status::Request::new("leo", "job").encode(&crate::support::ORIGIN.parse().unwrap(), &proof);
        mock.raw(&request.unwrap())
    };
    let warning =
        "timestamp.shape: `timestamp` is not a time with a time zone, such as 2024-08-19T11:35:07.809Z";
    let mock = Mock::new();
    mock.submit(registration("leo", "job")).unwrap();
    let response = sent(&mock);
    assert_eq!((response.status().as_u16(), said(&response)), (200, warning.to_owned()));
    let response = sent(&strict());
    assert_eq!(crate::support::refusal_of(&response).1["code"], "2204");
    assert_eq!(said(&response), warning);
}

#[test]
fn archives_are_checked() {
    let job = |country: &str, frames: usize| {
        let job = ImageJob::smart_selfie_registration(ids("leo", "job"), selfie());
        let mut info = IdInfo::default();
        info.country = Some(country.to_owned());
        (0..frames).fold(job.with_id_info(info).unwrap(), |job, _| job.with_liveness(selfie()))
    };
    for (country, frames, warning) in [
        ("Nigeria", 8, "country.shape: `id_info.country` is not two capital letters"),
        ("NG", 9, "images.too-much-liveness: `image_details` has more than eight liveness images"),
    ] {
        let mock = Mock::new();
        assert_eq!(code(&mock.result(job(country, frames))), "0840", "a warning alone");
        let status = mock.raw(&mock.encode(&job_status::Request::new("leo", "job")));
        assert!(said(&status).contains(warning), "{}", said(&status));
        let put = &mock.journal("?endpoint=put_archive")[0];
        assert!(put["diagnosis"].to_string().contains("warning"), "{put}");

        let mock = strict();
        let result = mock.result(job(country, frames));
        assert_eq!((code(&result), result.result_text.as_deref()), ("0001", Some("Data Invalid")));
        let status = mock.raw(&mock.encode(&job_status::Request::new("leo", "job")));
        assert!(said(&status).starts_with("archive.strict: "), "{}", said(&status));
        assert!(said(&status).contains(warning), "{}", said(&status));
    }
    let mock = strict();
    assert_eq!(code(&mock.result(job("NG", 8))), "0840", "nothing to warn of");
}

#[test]
fn what_is_right_raises_no_warning() {
    for mock in [Mock::new(), strict()] {
        let response = mock.raw(&mock.encode(&id_verification::Request::from(lookup(|_| {}))));
        assert_eq!((response.status().as_u16(), said(&response)), (200, String::new()));
        mock.submit(registration("leo", "job")).unwrap();
        let (_, journal) = mock.admin(&Method::GET, "/journal");
        for entry in journal["entries"].as_array().unwrap() {
            assert_eq!(entry["diagnosis"], json!([]), "{entry}");
        }
    }
}
