//! No `Debug` of any message, and no error about one, shows what must stay secret.
//!
//! Every text of every message of the conformance suite is replaced by a canary, but for the members that are listed here
//! because they say nothing of a person and open nothing.

use std::error::Error;

use smileid::Credentials;
use smileid_protocol::{for_each_endpoint, origin::Origin, timestamp::Timestamp, v1};

use super::*;

/// Members whose values may be shown.
const SHOWN: &[&str] = &[
    // names of jobs, products and codes
    "job_id",
    "job_type",
    "timestamp",
    "SmileJobID",
    "smile_job_id",
    "ResultCode",
    "ResultText",
    "ResultType",
    "code",
    "message",
    "status",
    "source_sdk",
    "source_sdk_version",
    "file_name",
    "product",
    "JSONVersion",
    "Source",
    "name",
    "reason",
    "reasons",
    "fraud_sources",
    "id_number_regex",
    "label",
    "required_fields",
    "test_data",
    "nip_code",
    "locale",
    "has_back",
    "example",
    "continent",
    "verification_method",
    "created_at",
    "updated_at",
    "matched_fields",
    "enterpriseId",
    "mode",
    "utility_provider",
    "partner_id",
    // places and kinds of documents and of businesses
    "country",
    "country_code",
    "countries",
    "id_type",
    "bank_code",
    "business_type",
    "expires_at",
    // flags and what they are called
    "entered",
    "retry",
    "IsFinalResult",
    "IsMachineResult",
    "success",
    "camera_config",
    "result",
    "error",
    "Actions",
    "model_parameters",
    "consentRequired",
    "idSelection",
    "id_types",
];

const CANARY: &str = "canary";

/// Replaces every text that must not be shown.
fn hide(value: &mut Value, name: &str, count: &mut usize) {
    match value {
        Value::Object(members) if !SHOWN.contains(&name) => {
            members.iter_mut().for_each(|(name, value)| hide(value, name, count));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| hide(item, name, count)),
        Value::String(text) if !SHOWN.contains(&name) && !text.is_empty() => {
            // An image must stay one that can be read, or there is nothing to show.
            *text = if name.ends_with("_image") || name.ends_with("_images") {
                "Y2FuYXJ5".to_owned() // `canary`
            } else {
                format!("{CANARY}{count}")
            };
            *count += 1;
        }
        _ => {}
    }
}

fn is_clean(text: &str) -> bool {
    !text.contains(CANARY) && !text.contains("Y2FuYXJ5")
}

fn check<E: Shown>() -> usize {
    let mut hidden = 0;
    for sample in samples(E::SPEC.name) {
        let mut count = 0;
        let shown = match sample {
            Sample::Request(mut value) => {
                hide(&mut value, "", &mut count);
                serde_json::from_value::<E>(value).map(|it| format!("{it:?} {it:#?}"))
            }
            Sample::Reply(mut value) => {
                hide(&mut value, "", &mut count);
                serde_json::from_value::<E::Response>(value).map(|it| format!("{it:?} {it:#?}"))
            }
        };
        match shown {
            Ok(text) => {
                assert!(is_clean(&text), "{}: {text}", E::SPEC.name);
                hidden += count;
            }
            // A text where another type is expected: the error does not quote it.
            Err(_) => hidden += errors_are_clean::<E>(),
        }
    }
    hidden
}

/// What the server's half says of a body that is nothing but canaries.
fn errors_are_clean<E: Shown>() -> usize {
    let bodies = [
        format!("{{\"user_id\":[\"{CANARY}\"],\"partner_params\":\"{CANARY}\"}}"),
        format!("[\"{CANARY}\"]"),
        CANARY.to_owned(),
    ];
    for body in &bodies {
        let request = http::Request::new(bytes::Bytes::from(body.clone()));
        if let Err(error) = E::decode(&request) {
            let mut texts = vec![format!("{error} {error:?}")];
            let mut source = error.source();
            while let Some(error) = source {
                texts.push(format!("{error} {error:?}"));
                source = error.source();
            }
            assert!(is_clean(&texts.join(" ")), "{}: {texts:?}", E::SPEC.name);
        }
    }
    bodies.len()
}

macro_rules! all {
    ($($version:ident :: $endpoint:ident),+ $(,)?) => {
        [$((stringify!($endpoint), check::<$version::$endpoint::Request>())),+]
    };
}

#[test]
fn no_message_shows_a_canary() {
    let hidden: usize = for_each_endpoint!(all).into_iter().map(|(_, count)| count).sum();
    assert!(hidden > 50, "only {hidden} canaries were seeded");
}

#[test]
fn credentials_proofs_and_links_show_nothing() {
    let key = "canary-key";
    let credentials = Credentials::new("085", key).unwrap();
    let timestamp = Timestamp::from_utc_millis(0);
    let signature = credentials.sign(&timestamp);
    let link = v1::put_archive::UploadUrl::parse("https://uploads.example/canary?Signature=canary").unwrap();
    let reply = v1::upload::Response::new("https://uploads.example/canary", "0000000001", "ref");
    let texts = [
        format!("{credentials:?} {credentials:#?} {:?}", credentials.api_key()),
        format!("{signature:?}"),
        format!("{link:?} {reply:?}"),
        format!("{:?}", "https://canary:canary@host".parse::<Origin>()),
    ];
    for text in texts {
        assert!(is_clean(&text) && !text.contains(signature.as_str()), "{text}");
    }
}
