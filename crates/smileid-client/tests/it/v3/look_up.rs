//! Lookups whose result is in the response.

use std::time::Duration;

use smileid_client::{
    BlockingTransport, ErrorKind, TransportErrorKind,
    protocol::{
        auth::{AuthScheme as _, Credentials, SignedResponse},
        endpoint::Endpoint as _,
        timestamp::{Timestamp, utc_millis},
        types::Decision,
        v3::enhanced_kyc_sync,
    },
    v3::{Found, LookUp},
};

use super::*;
use crate::script::credentials;

/// A result, signed by a partner at a time relative to the clock of a script.
fn found(key: &Credentials, body: &Value, seconds: i64) -> Answer {
    let clock = Script::new([]);
    let signed = Timestamp::from_utc_millis(utc_millis(BlockingTransport::now(&clock).wall) + 1000 * seconds);
    let result = serde_json::from_value(body.clone()).unwrap();
    let proof = SignedResponse::prove(key, &signed);
    enhanced_kyc_sync::Request::encode_reply(&result, &proof).unwrap().into()
}

fn clear() -> Value {
    json!({"status": "clear", "product": "enhanced_kyc", "job_id": JOB, "user_id": "leo", "id_fields": {"country": "NG"}})
}

fn look_up(answers: impl IntoIterator<Item = Answer>) -> (smileid_client::Result<Found>, Script) {
    let (client, script) = persistent([token("a")].into_iter().chain(answers));
    let call: LookUp<Client> = client.v3().enhanced_kyc_sync(lookup_of("leo"));
    (call.send(), script)
}

#[test]
fn the_response_has_the_result() {
    for (status, decision) in [
        ("clear", Decision::Approved),
        ("attention", Decision::Finding),
        ("block", Decision::Rejected),
        ("processing", Decision::Pending),
        ("a_new_status", Decision::Unknown),
    ] {
        let mut body = clear();
        body["status"] = status.into();
        let (outcome, script) = look_up([found(&credentials(), &body, 0)]);
        let outcome = outcome.unwrap();
        assert_eq!((outcome.decision(), outcome.verdict().decision), (decision, decision), "{status}");
        assert_eq!(outcome.job_id(), Some(&job_id()));
        assert_eq!(outcome.sent_job().job_id(), Some(&job_id()));
        assert_eq!(outcome.result().id_fields.as_ref().unwrap().country.as_deref(), Some("NG"));
        assert_eq!(outcome.raw().headers().get("smileid-job-id").unwrap(), JOB);
        assert_eq!(paths(&script), ["/v3/token", "/v3/enhanced_kyc/sync"]);
        let [minted, sent] = &script.sent()[..] else { panic!() };
        assert_eq!(form(minted), json!({"product": "enhanced_kyc", "user_id": "leo"}));
        assert_eq!(header(sent, "smileid-token"), Some("a"));
        let correlation = outcome.sent_job().correlation().as_str();
        assert!(form(sent)["partner_params"].as_str().unwrap().contains(correlation));
        assert!(!format!("{outcome:?}").contains("leo"));
    }
}

/// The partner id may be signed with or without its leading zeros.
#[test]
fn the_response_must_be_signed_now_with_the_key() {
    for form in credentials().forms() {
        assert!(look_up([found(&form, &clear(), 0)]).0.is_ok());
    }
    let other = Credentials::new("085", "another-key").unwrap();
    let unsigned = Answer::ok(clear().to_string());
    for (answer, kind) in [
        (found(&other, &clear(), 0), ErrorKind::Forged),
        (found(&credentials(), &clear(), -7200), ErrorKind::Forged),
        (unsigned, ErrorKind::Forged),
        (Answer::ok("<html>"), ErrorKind::Malformed),
    ] {
        let (outcome, script) = look_up([answer]);
        let error = outcome.unwrap_err();
        assert!(error.is_outcome_unknown() && error.may_be_billed(), "{error:?}");
        assert_eq!(error.http_status(), 409, "no proxy may repeat it");
        assert!(error.kind() == kind || kind == ErrorKind::Forged, "{error:?}");
        assert_eq!(script.sent().len(), 2);
    }
}

/// Source: spec-v3. The job may exist after 408, 424, 500 and 504, and a header names it.
#[test]
fn a_lookup_is_never_repeated_and_a_failed_one_may_name_its_job() {
    for status in [400, 401, 402, 403, 408, 424, 429, 500, 502, 504] {
        let refused = http::Response::builder().status(status).header("SmileID-Job-ID", JOB);
        let (outcome, script) = look_up([refused.body("<html>Leo</html>".into()).unwrap().into()]);
        let error = outcome.unwrap_err();
        let is_unknown = status >= 500 || matches!(status, 408 | 424);
        assert_eq!((error.is_outcome_unknown(), error.may_be_billed()), (is_unknown, is_unknown), "{status}");
        assert_eq!(error.sent_job().unwrap().job_id(), Some(&job_id()), "{status}");
        assert_eq!(script.sent().len(), 2, "{status}");
        assert!(!format!("{error} {error:?}").contains("Leo"));
    }
    let (outcome, script) = look_up([Answer::fail(TransportErrorKind::Timeout)]);
    let error = outcome.unwrap_err();
    assert!(error.is_outcome_unknown() && error.sent_job().unwrap().job_id().is_none());
    assert_eq!(script.sent().len(), 2);
    // It certainly was not sent.
    let (outcome, script) =
        look_up([Answer::fail(TransportErrorKind::Connect), found(&credentials(), &clear(), 0)]);
    assert_eq!((outcome.unwrap().decision(), script.sent().len()), (Decision::Approved, 3));
}

#[test]
fn a_lookup_that_cannot_be_sent_is_refused_before() {
    let (client, script) = client([]);
    let job = lookup().with_partner_param("correlation_id", "mine");
    assert!(client.v3().enhanced_kyc_sync(job).send().is_err());
    let (production, sent) = of(&Environment::production(), |_| {});
    let name = PersonName { first: "Amina Fatou", last: "Clearwater" };
    let person = UserDetails::by_email(name, "amina.clearwater@example.com").unwrap();
    let id = IdNumber::new("NG", "NIN", "00000000000").unwrap();
    let job = enhanced_kyc::Request::new(id, person, consent()).unwrap();
    assert_eq!(production.v3().enhanced_kyc_sync(job).send().unwrap_err().field(), Some("user_details"));
    assert_eq!((script.sent().len(), sent.sent().len()), (0, 0));
    let call = client.v3().enhanced_kyc_sync(lookup_of("leo")).timeout(Duration::ZERO);
    assert!(call.sent_job().user_id().is_some() && !format!("{call:?}").contains("leo"));
}
