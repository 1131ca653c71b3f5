//! Tests that neither `Debug` of a message nor an error about it shows a secret.
//!
//! Replaces each text of each message of the conformance suite by a canary, one at a time and all at once. The message is
//! read and shown, or refused and its error shown. A list by endpoint and place has the values that may be visible.

mod shown;
mod v3;

use std::{collections::BTreeSet, error::Error, fmt::Debug};

use bytes::Bytes;
use smileid::{Credentials, Environment};
use smileid_conformance::case::CallbackExpected;
use smileid_protocol::{
    callback::Callback,
    for_each_endpoint,
    job::sdk_job::SdkJob,
    origin::Origin,
    package::{
        info::InfoJson,
        inspect::{self, Limits},
        layout::{Entry, layout},
    },
    reply::RefusalBody,
    timestamp::Timestamp,
    types, v1,
};

use super::*;
use shown::SHOWN;

/// Secret test values: a text, an image in base64, and a number as text, because each is read in other places.
const CANARIES: [&str; 3] = ["canary", "Y2FuYXJ5", "987654321098765"];

fn is_clean(text: &str) -> bool {
    CANARIES.iter().all(|canary| !text.contains(canary))
}

fn debug(value: &impl Debug) -> String {
    format!("{value:?}")
}

/// Returns an error and all its sources, as `Display` and as `Debug`.
fn chain(error: &dyn Error) -> String {
    let sources = std::iter::successors(Some(error), |&error| error.source());
    sources.map(|error| format!("{error} {error:?}")).collect::<Vec<_>>().join(" ")
}

/// Returns the `Debug` output of a value, or of the error that refuses it.
fn outcome<T: Debug, E: Error>(read: Result<T, E>) -> String {
    read.map_or_else(|error| chain(&error), |value| debug(&value))
}

/// Finds the places of all texts in a JSON value.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                places(value, &format!("{at}/{}", name.replace('~', "~0").replace('/', "~1")), found);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                places(value, &format!("{at}/{index}"), found);
            }
        }
        Value::String(_) => found.push(at.to_owned()),
        _ => {}
    }
}

/// Returns a place without the indices of arrays.
fn in_lists(place: &str) -> String {
    let is_index = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    place.split('/').map(|part| if is_index(part) { "*" } else { part }).collect::<Vec<_>>().join("/")
}

/// Places that were tried, and places where a secret was visible.
#[derive(Default)]
struct Sightings {
    seeded: usize,
    seen: BTreeSet<String>,
}

impl Sightings {
    /// Puts secrets into `sample`, one at a time and all at once, and calls `show` for each.
    fn look(&mut self, name: &str, sample: &Value, show: &dyn Fn(&Value) -> String) {
        let mut found = Vec::new();
        places(sample, "", &mut found);
        for canary in CANARIES {
            let put = |value: &mut Value, place: &str| {
                *value.pointer_mut(place).expect("a place of this value") = canary.into();
            };
            for place in &found {
                let mut value = sample.clone();
                put(&mut value, place);
                self.seeded += 1;
                if !is_clean(&show(&value)) {
                    self.seen.insert(format!("{name} {}", in_lists(place)));
                }
            }
            // Some members are read only if another member has its canary too.
            let mut value = sample.clone();
            let hidden =
                found.iter().filter(|place| !SHOWN.contains(&&*format!("{name} {}", in_lists(place))));
            hidden.for_each(|place| put(&mut value, place));
            if !is_clean(&show(&value)) {
                self.seen.insert(format!("{name}, all at once"));
            }
        }
    }
}

impl Sightings {
    /// Checks that canaries were visible exactly at the listed places of these endpoints.
    fn are_listed(&self, is_meant: impl Fn(&str) -> bool) {
        let listed = SHOWN.iter().filter(|place| is_meant(place));
        let expected: BTreeSet<String> = listed.map(|&place| place.to_owned()).collect();
        let seen: Vec<_> = self.seen.difference(&expected).collect();
        assert!(seen.is_empty(), "canaries were seen at\n{seen:#?}");
        let stale: Vec<_> = expected.difference(&self.seen).collect();
        assert!(stale.is_empty(), "listed, but not shown\n{stale:#?}");
    }
}

/// Headers with authentication data.
const PROOF: [(&str, &str); 3] =
    [("smileid-partner-id", "1"), ("smileid-timestamp", "1"), ("smileid-request-signature", "s")];

/// Adds authentication data to a message. The samples have none, and without it nothing else is read.
fn proven(message: &Value) -> Value {
    let mut message = message.clone();
    if let Some(members) = message.as_object_mut() {
        for (name, value) in
            [("partner_id", "1"), ("smile_client_id", "1"), ("timestamp", "1"), ("signature", "s")]
        {
            members.entry(name).or_insert(value.into());
        }
    }
    message
}

fn messages<E: Shown>(sightings: &mut Sightings) {
    for sample in samples(E::SPEC.name) {
        let name = E::SPEC.name;
        match sample {
            Sample::Request(value) => sightings.look(&format!("{name} request"), &value, &|value| {
                let request = |value: &Value| {
                    let mut request = http::Request::new(Bytes::from(value.to_string()));
                    for (name, value) in PROOF {
                        request.headers_mut().insert(name, http::HeaderValue::from_static(value));
                    }
                    request
                };
                let typed = serde_json::from_value::<E>(value.clone()).ok();
                [request(value), request(&proven(value))].map(|it| outcome(E::decode(&it))).concat()
                    + &debug(&typed)
            }),
            Sample::Reply(value) => sightings.look(&format!("{name} reply"), &value, &|value| {
                let reply = |status: u16, value: &Value| {
                    let body = Bytes::from(value.to_string());
                    http::Response::builder().status(status).body(body).expect("a status")
                };
                let typed = serde_json::from_value::<E::Response>(value.clone()).ok();
                [reply(200, value), reply(200, &proven(value)), reply(400, value)]
                    .map(|reply| outcome(E::decode_reply(&reply)))
                    .concat()
                    + &debug(&typed)
            }),
        }
    }
}

#[test]
fn only_what_is_listed_is_shown() {
    let mut sightings = Sightings::default();
    macro_rules! all {
        ($($version:ident :: $endpoint:ident),+ $(,)?) => {
            $(messages::<$version::$endpoint::Request>(&mut sightings);)+
        };
    }
    for_each_endpoint!(all);

    let suite = Suite::embedded().expect("the embedded cases are in order");
    for case in suite.cases() {
        match case.kind() {
            Kind::Callback(case)
                if case.headers.is_none() && matches!(case.expect, CallbackExpected::Read(_)) =>
            {
                let sample = serde_json::from_str(&case.body).expect("it is read");
                sightings.look("callback", &sample, &|value| {
                    outcome(Callback::read(value.to_string().as_bytes()))
                });
            }
            Kind::SdkJob(case) => {
                sightings.look("loose", &case.job, &|value| {
                    let job = || SdkJob::from_json(value);
                    outcome(job()) + &outcome(job().and_then(|it| it.check(None)))
                });
            }
            _ => {}
        }
    }
    let refusal = serde_json::json!({"code": "2205", "error": "no", "message": "no", "success": "false", "more": ["x"]});
    sightings.look("refusal", &refusal, &|value| debug(&RefusalBody::read(value.to_string().as_bytes())));

    sightings.are_listed(|place| !place.starts_with("v3::"));
    assert!(sightings.seeded > 5000, "only {} canaries were seeded", sightings.seeded);
}

#[test]
fn credentials_proofs_and_links_show_nothing() {
    let key = "canary-key";
    let credentials = Credentials::new("085", key).unwrap();
    let timestamp = Timestamp::from_utc_millis(0);
    let signature = credentials.sign(&timestamp);
    let link = v1::put_archive::UploadUrl::parse("https://uploads.example/canary?Signature=canary").unwrap();
    let reply = v1::upload::Response::new("https://uploads.example/canary", "0000000001", "ref");
    let config = smileid::Config::new(credentials.clone(), &Environment::sandbox());
    let texts = [
        debug(&credentials) + &debug(credentials.api_key()),
        debug(&signature),
        debug(&link) + &debug(&reply),
        debug(&"https://canary:canary@host".parse::<Origin>()),
        debug(&config),
        outcome(credentials.check(&timestamp, &"canary".to_owned().into())),
    ];
    for text in texts {
        assert!(is_clean(&text) && !text.contains(signature.as_str()), "{text}");
    }
}

#[test]
fn archives_show_nothing() {
    let info = serde_json::json!({
        "package_information": {"apiVersion": {"buildNumber": 0, "majorVersion": 2, "minorVersion": 0}, "language": "x"},
        "misc_information": {
            "signature": "canary", "timestamp": "1", "callback_url": "canary", "file_name": "canary",
            "partner_params": {"user_id": "canary", "job_id": "job", "job_type": 1}, "userData": {"name": "canary"},
        },
        "id_info": {"id_number": "canary", "first_name": "canary", "more": "canary"},
        "images": [
            {"image_type_id": 2, "image": "Y2FuYXJ5", "file_name": ""},
            {"image_type_id": 0, "image": "", "file_name": "canary.jpg"},
        ],
        "server_information": {"upload_url": "https://canary.example/?Signature=canary"},
    });
    let entries = |info: &Value| {
        let jpeg = b"\xff\xd8\xff\xe0canary";
        vec![
            Entry::new("info.json", Bytes::from(info.to_string())),
            Entry::new("canary.jpg", Bytes::from_static(jpeg)),
        ]
    };
    let read: InfoJson = serde_json::from_value(info.clone()).unwrap();
    // A row and a finding show the file name that the archive's author chose.
    let without_name = |text: String| text.replace("canary.jpg", "");
    let mut texts = vec![debug(&entries(&info)), without_name(debug(&read))];
    let broken = serde_json::json!({"images": "canary", "id_info": ["canary"]});
    for info in [info, broken] {
        let layout = layout(entries(&info)).unwrap();
        texts.push(debug(&layout));
        let bytes: Vec<u8> = layout.segments.into_iter().flat_map(|it| it.into_bytes().to_vec()).collect();
        texts.push(without_name(debug(&inspect::inspect(&bytes, Limits::default()))));
        texts.push(without_name(outcome(inspect::open(&bytes, Limits::default()))));
        texts.push(outcome(inspect::open(b"canary", Limits::default())));
    }
    for text in texts {
        assert!(is_clean(&text), "{text}");
    }
}

#[test]
fn texts_that_are_no_values_of_their_tables_are_not_shown() {
    for name in ["canary", "987654321098765"] {
        let texts = [
            debug(&types::ResultCode::from(name)),
            debug(&types::ErrorCode::from(name)),
            debug(&types::Action::from(name)),
            debug(&types::ActionValue::from(name)),
            debug(&types::Product::from(name)),
            debug(&types::DocumentType::from(name)),
            debug(&serde_json::from_value::<types::StatusResult>(name.into()).unwrap()),
        ];
        for text in texts {
            assert!(is_clean(&text), "{text}");
        }
    }
    assert!(debug(&types::ErrorCode::from("2205")).contains("2205"));
}
