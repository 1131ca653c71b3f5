//! Tests which timestamps of requests are accepted and refused.

use std::time::Duration;

use bytes::Bytes;
use http::Response;
use smileid_mock_server::{Config, TIMESTAMP_WINDOW};
use smileid_protocol::{
    auth::{AuthScheme as _, Credentials},
    endpoint::SignedEndpoint,
    timestamp::Timestamp,
    v1::{job_status, selfie_form::SelfieForm, smart_selfie_enroll},
};

use crate::support::{Mock, Refused, SELFIE};

/// The time of the mock server's clock in the formats of the official SDKs (v1-wire.md 2.2) and of others, and if it is accepted.
const FORMS: [(&str, bool); 9] = [
    ("2023-11-14T22:13:20.123Z", true),         // the documentation, JavaScript
    ("2023-11-14T22:13:20.123456+00:00", true), // Python
    ("2023-11-14T23:13:20.123456789+01:00", true),
    ("2023-11-14T22:13:20Z", true),        // Java
    ("2023-11-14 22:13:20 +0000", true),   // Ruby
    ("2023-11-14T22:13:20+00:00", true),   // PHP
    ("1700000000123", true),               // Android
    ("2023-11-14T22:13:20.123456", false), // Python before 3.0.1, which has no zone
    ("Tuesday", false),
];

fn sent<E: SignedEndpoint>(mock: &Mock, message: &E, timestamp: &str) -> Response<Bytes> {
    let timestamp = Timestamp::new(timestamp).unwrap();
    let proof = E::Auth::prove(&mock.credentials, &timestamp);
    mock.raw(&message.encode(&crate::support::ORIGIN.parse().unwrap(), &proof).unwrap())
}

/// Returns the code of the response to a request with this timestamp.
fn code(mock: &Mock, timestamp: &str) -> String {
    Refused::read(&sent(mock, &job_status::Request::new("leo", "job"), timestamp)).code
}

fn strict() -> Mock {
    let mut config = Config::new([42; 32]);
    config.timestamp_window = Some(TIMESTAMP_WINDOW);
    Mock::with(config)
}

/// Code of the response about an unknown job, which means that the timestamp was accepted.
const GOOD: &str = "2304";

#[test]
fn any_text_does_as_long_as_nobody_is_strict() {
    let mock = Mock::new();
    for (form, _) in FORMS {
        assert_eq!(code(&mock, form), GOOD, "{form}");
    }
    assert_eq!(code(&mock, "1999-01-01T00:00:00.000Z"), GOOD);
}

#[test]
fn strictly_it_must_be_a_moment() {
    let mock = strict();
    for (form, is_moment) in FORMS {
        assert_eq!(code(&mock, form), if is_moment { GOOD } else { "2204" }, "{form}");
    }
    let mut forged = strict();
    forged.credentials = Credentials::new("085", "not the key").unwrap();
    assert_eq!(code(&forged, "Tuesday"), "2205", "the signature comes first");
}

#[test]
fn strictly_it_must_be_near_by_the_partners_clock() {
    let mock = strict();
    for (timestamp, expected) in [
        ("2023-11-14T22:18:20.123Z", GOOD),
        ("2023-11-14T22:18:20.124Z", "2205"),
        ("2023-11-14T22:08:20.123Z", GOOD),
        ("2023-11-14T22:08:20.122Z", "2205"),
    ] {
        assert_eq!(code(&mock, timestamp), expected, "{timestamp}");
    }
    let partner = mock.credentials.partner_id();
    assert!(mock.service.freeze(partner, mock.now()));
    mock.pass(Duration::from_secs(24 * 60 * 60));
    assert_eq!(code(&mock, "2023-11-14T22:13:20.123Z"), GOOD, "its clock stands");

    let form = smart_selfie_enroll::Request::from(SelfieForm::new("leo", SELFIE));
    assert_eq!(sent(&mock, &form, "2023-11-14T22:13:20.123Z").status(), 200);
    assert_eq!(Refused::read(&sent(&strict(), &form, "2023-11-14T21:13:20.123Z")).code, "2205");
}
