//! Tests the limit for lookups of one ID number.

use std::time::Duration;

use serde_json::{Value, json};
use smileid_mock_server::{Config, DOCUMENTED_ID_NUMBER_LIMIT};
use smileid_protocol::{
    endpoint::SignedEndpoint,
    job::{IdNumber, ImageJob, LookupJob},
    v1::{
        async_id_verification, business_verification, id_number_rate_limit_reset::Request, id_verification,
        lookup::Lookup, verify, verify_async,
    },
};

use crate::support::{INVALID, MISSING, Mock, callback, ids, refused, selfie};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn limited(limit: u32) -> Mock {
    let mut config = Config::new([42; 32]);
    config.id_number_limit = Some(limit);
    Mock::with(config)
}

fn lookup(id_type: &str, id_number: &str) -> Lookup {
    let number = IdNumber::new("NG", id_type, id_number).unwrap();
    let mut lookup = LookupJob::enhanced_kyc(ids("leo", "job"), number).into_lookup();
    lookup.id_info.first_name = Some("Joe".to_owned());
    lookup
}

fn look_up(mock: &Mock, id_number: &str) -> bool {
    mock.send(&id_verification::Request::from(lookup("BVN", id_number))).is_ok()
}

fn blocked() -> (u16, Value) {
    let error = "This ID number has been blocked due to multiple submissions. \
                 Please use the designated endpoint to reactivate it.";
    (429, json!({"code": "2222", "error": error}))
}

#[test]
fn lookups_are_unlimited_unless_told() {
    let mock = Mock::new();
    assert_eq!(DOCUMENTED_ID_NUMBER_LIMIT, 30);
    assert!((0..100).all(|_| look_up(&mock, "00000000000")));
}

#[test]
fn the_next_one_is_refused_until_the_number_is_unblocked() {
    let mock = limited(DOCUMENTED_ID_NUMBER_LIMIT);
    assert!((0..30).all(|_| look_up(&mock, "00000000000")));
    let request = id_verification::Request::from(lookup("BVN", "00000000000"));
    assert_eq!(mock.refusal(&request), blocked());
    assert!(look_up(&mock, "00000000010"), "another number");
    assert!(
        mock.send(&id_verification::Request::from(lookup("NIN_V2", "00000000000"))).is_ok(),
        "another type"
    );

    let reset = mock.reply(&Request::new("BVN", "00000000000"));
    assert_eq!(reset, json!({"message": "Rate limit reset successful", "success": "true"}));
    assert!((0..30).all(|_| look_up(&mock, "00000000000")));
    assert_eq!(mock.refusal(&request), blocked());
}

#[test]
fn every_kind_of_lookup_counts() {
    fn check<E: SignedEndpoint>(request: impl Fn(Lookup) -> E) {
        let mock = limited(1);
        mock.send(&request(lookup("BVN", "00000000000"))).expect("the first");
        assert_eq!(mock.refusal(&request(lookup("BVN", "00000000000"))), blocked());
        assert!(!look_up(&mock, "00000000000"), "they count together");
    }
    let url = callback();
    check(id_verification::Request::from);
    check(|lookup| async_id_verification::Request::new(lookup, &url));
    check(verify::Request::from);
    check(|lookup| verify_async::Request::new(lookup, &url));
}

#[test]
fn what_is_no_lookup_of_an_id_does_not_count() {
    let mock = limited(1);
    let refused = mock.refusal_with(
        &id_verification::Request::from(lookup("BVN", "00000000000")),
        "partner_params.job_type",
        json!(1),
    );
    assert_eq!(refused.0, 400);
    let number = || IdNumber::new("NG", "BVN", "00000000000").unwrap();
    mock.submit(ImageJob::biometric_kyc(ids("leo", "kyc"), selfie(), number())).unwrap();
    for job_id in ["1", "2"] {
        let job = LookupJob::business_verification(ids("leo", job_id), number());
        let lookup = business_verification::Request::from(job.into_lookup());
        assert_eq!(mock.send(&lookup).unwrap_err().error, "Unsupported business type");
    }
    assert!(look_up(&mock, "00000000000"));
}

#[test]
fn three_days_without_a_lookup_begin_anew() {
    let mock = limited(2);
    assert!(look_up(&mock, "00000000000"));
    mock.pass(3 * DAY);
    assert!(look_up(&mock, "00000000000"));
    mock.pass(3 * DAY);
    assert!(!look_up(&mock, "00000000000"), "each within three days of the last");
    mock.pass(3 * DAY);
    assert!(!look_up(&mock, "00000000000"), "those that are refused count too");
    mock.pass(3 * DAY + Duration::from_millis(1));
    assert!(look_up(&mock, "00000000000"));
}

#[test]
fn what_is_required_must_be_there() {
    let mock = limited(1);
    let reset = Request::new("BVN", "00000000000");
    for name in ["id_type", "id_number"] {
        for value in [Value::Null, json!("")] {
            assert_eq!(mock.refusal_with(&reset, name, value), refused("2413", MISSING), "{name}");
        }
    }
    assert_eq!(mock.refusal_with(&reset, "id_type", json!(1)), refused("2413", INVALID));
    assert!(mock.send(&reset).is_ok(), "a number that is not blocked");
}
