//! Tests V3 callbacks. Their signature covers only the time, so only a status request makes a result final.

use std::sync::Arc;

use http::HeaderMap;
use serde_json::{Value, json};
use smileid_client::{
    BlockingTransport, ErrorKind, TransportErrorKind,
    callback::{Receipt, Receiver},
    protocol::{
        auth::Credentials,
        job::{Image, ImageJob, JobRef},
        timestamp::{Timestamp, utc_millis},
        types::{Decision, Uncertainty},
        v3::callback::Callback,
    },
    store::{Change, Ignored, InMemory, Store as _, Unsettled},
    v3::SentJob,
};

use super::*;
use crate::script::credentials;

const OTHER_JOB: &str = "job_7zzzzzzzzzzzzzzzzzzzzzzzzz";

/// Returns the headers of a callback that was signed `seconds` ago.
fn headers(script: &Script, (job_id, user_id): (&str, &str), seconds: i64) -> HeaderMap {
    let signed = Timestamp::from_utc_millis(utc_millis(BlockingTransport::now(script).wall) - 1000 * seconds);
    let mut result: smileid_client::v3::JobResult = serde_json::from_value(json!({})).unwrap();
    (result.job_id, result.user_id) = (Some(job_id.to_owned()), Some(user_id.to_owned()));
    Callback::from(result).headers(&credentials(), &signed).unwrap()
}

fn receiver(answers: impl IntoIterator<Item = Answer>) -> (Receiver<Arc<InMemory>>, Script) {
    let (client, script) = client([token(jwt(1))].into_iter().chain(answers));
    (Receiver::new(client, Arc::default()).confirming(), script)
}

/// Returns the API's status response for a job of a person.
fn status_of(word: &str, job_id: &str, user_id: &str) -> Answer {
    Answer::ok(json!({"status": word, "job_id": job_id, "user_id": user_id, "message": "m"}).to_string())
}

fn deliver(receiver: &Receiver<Arc<InMemory>>, headers: &HeaderMap, body: &Value) -> Receipt {
    receiver.handle_blocking(headers, body.to_string().as_bytes()).unwrap()
}

/// Submits a job of the user `leo` whose outcome is unknown, and stores the ids from the error.
fn lost(receiver: &Receiver<Arc<InMemory>>) -> SentJob {
    let (client, _) = client([token("a"), Answer::fail(TransportErrorKind::Timeout)]);
    let error = client.submit(lookup_of("leo")).send().unwrap_err();
    assert!(error.is_outcome_unknown());
    let sent = error.sent_job().unwrap().clone();
    receiver.store().keep_v3_blocking(&sent).unwrap();
    sent
}

fn clear_with(correlation: &str) -> Value {
    json!({"status": "clear", "product": "enhanced_kyc", "partner_params": {"correlation_id": correlation}})
}

#[test]
fn a_callback_settles_nothing_and_the_status_does() {
    let (receiver, script) = receiver([status_of("clear", JOB, "leo")]);
    let body = json!({"status": "clear", "product": "enhanced_kyc"});

    let receipt = deliver(&receiver, &headers(&script, (JOB, "leo"), 0), &body);
    assert_eq!(receipt.verdict().decision, Decision::Approved);
    assert!(receipt.is_confirmed() && matches!(receipt.change, Change::Applied(_)));
    assert_eq!(receipt.v3().unwrap().result.product.as_ref().unwrap().as_str(), "enhanced_kyc");
    let record = receipt.record.unwrap();
    assert_eq!(record.v3_job_id(), Some(&job_id()));
    assert_eq!(record.ids(), &JobRef::new("leo", JOB).unwrap());
    assert_eq!(paths(&script), ["/v3/token", &format!("/v3/status/{JOB}")]);

    // Signed again, as a repeated delivery is.
    let again = deliver(&receiver, &headers(&script, (JOB, "leo"), 1), &body);
    assert_eq!(again.change, Change::Ignored(Ignored::Duplicate));
    assert_eq!(script.sent().len(), 2);
}

#[test]
fn without_confirming_a_claim_is_provisional_until_it_is_reconciled() {
    let (client, script) = client([token(jwt(1)), status_of("block", JOB, "leo")]);
    let receiver = Receiver::new(client, Arc::default());
    let receipt = deliver(&receiver, &headers(&script, (JOB, "leo"), 0), &json!({"status": "clear"}));
    let verdict = receipt.verdict();
    assert_eq!((verdict.decision, verdict.doubt), (Decision::Provisional, Some(Uncertainty::Unconfirmed)));
    assert_eq!(receipt.change, Change::MustConfirm);
    assert!(!receipt.is_confirmed() && script.sent().is_empty());

    let reconciled = receiver.reconcile_blocking(9).unwrap();
    assert_eq!(reconciled[0].1.as_ref().unwrap().decision, Decision::Rejected);
    assert!(receiver.reconcile_blocking(9).unwrap().is_empty());
}

#[test]
fn what_is_not_signed_by_the_api_now_is_refused() {
    let (receiver, script) = receiver([]);
    let good = headers(&script, (JOB, "leo"), 0);
    let mut cases = Vec::new();
    for missing in ["response-signature", "response-timestamp"] {
        let mut headers = good.clone();
        headers.remove(missing);
        cases.push(headers);
    }
    cases.push(headers(&script, (JOB, "leo"), 301));
    cases.push(headers(&script, (JOB, "leo"), -61));
    let mut forged = good.clone();
    forged.insert("response-signature", "7xO36B385QOgbCArfUoxV6if8R80m6H1oLfo2bEBJyM=".parse().unwrap());
    cases.push(forged);
    for headers in cases {
        let error = receiver.handle_blocking(&headers, b"{}").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Callback);
        assert!(error.callback_status().is_client_error());
    }
    assert!(script.sent().is_empty());
    // A key with zeros before the partner id signs for the id without them too.
    let padded = Credentials::new("0212", "test-api-key-0001").unwrap();
    let (client, _) = client([]);
    let receiver: Receiver<Arc<InMemory>> = Receiver::new(client, Arc::default());
    let receiver = receiver.verifying(|verifier| verifier.keys = vec![padded]);
    assert!(receiver.handle_blocking(&good, b"{}").is_ok());
}

#[test]
fn a_late_callback_settles_a_job_whose_outcome_is_unknown() {
    let (receiver, script) = receiver([status_of("attention", JOB, "leo")]);
    let sent = lost(&receiver);
    let ids = sent.ids().unwrap();
    assert_eq!(receiver.store().load_blocking(&ids).unwrap().unwrap().verdict().decision, Decision::Pending);
    let body = clear_with(sent.correlation().as_str());
    let receipt = deliver(&receiver, &headers(&script, (JOB, "leo"), 0), &body);
    assert_eq!(receipt.verdict().decision, Decision::Finding, "that of the status");
    let record = receiver.store().load_blocking(&ids).unwrap().unwrap();
    assert_eq!(
        (record.v3_job_id(), record.is_confirmed()),
        (Some(&job_id()), false),
        "it may be another job of leo"
    );
    assert_eq!(record.unsettled(), Some(Unsettled::Awaited), "until it is abandoned");
}

#[test]
fn a_callback_before_the_job_is_stored_settles_it_too() {
    let (client, _) = client([token("a"), Answer::fail(TransportErrorKind::Timeout)]);
    let sent = client.submit(lookup()).send().unwrap_err().sent_job().unwrap().clone();
    let user_id = sent.user_id().unwrap().as_str().to_owned();
    let (receiver, script) =
        receiver([status_of("attention", JOB, &user_id), status_of("attention", JOB, &user_id)]);
    let body = clear_with(sent.correlation().as_str());
    let receipt = deliver(&receiver, &headers(&script, (JOB, &user_id), 0), &body);
    assert_eq!(receipt.record.unwrap().ids().job_id(), JOB, "nothing is stored under the correlation value");
    assert!(receiver.reconcile_blocking(9).unwrap().is_empty());

    receiver.store().keep_v3_blocking(&sent).unwrap();
    assert_eq!(receiver.reconcile_blocking(9).unwrap().len(), 1);
    let record = receiver.store().load_blocking(&sent.ids().unwrap()).unwrap().unwrap();
    assert_eq!((record.verdict().decision, record.is_settled()), (Decision::Finding, true));
}

/// An attacker sends the callback of a clear job with the correlation value of a blocked job of the same person. Nothing was
/// stored before.
#[test]
fn a_stolen_correlation_value_of_a_job_that_is_not_stored_approves_nothing() {
    let (receiver, script) = receiver([
        status_of("clear", OTHER_JOB, "leo"),
        status_of("block", JOB, "leo"),
        status_of("clear", OTHER_JOB, "leo"),
        status_of("block", JOB, "leo"),
    ]);
    let sent = lost(&Receiver::new(client([]).0, Arc::default()));
    let body = clear_with(sent.correlation().as_str());
    let receipt = deliver(&receiver, &headers(&script, (OTHER_JOB, "leo"), 0), &body);
    assert_eq!(receipt.record.unwrap().ids().job_id(), OTHER_JOB, "only the job that the API knows is clear");
    let receipt = deliver(&receiver, &headers(&script, (JOB, "leo"), 1), &body);
    assert_eq!((receipt.verdict().decision, receipt.is_confirmed()), (Decision::Rejected, true));

    for _ in 0..2 {
        receiver.store().keep_v3_blocking(&sent).unwrap();
        let reconciled = receiver.reconcile_blocking(9).unwrap();
        let record = receiver.store().load_blocking(&sent.ids().unwrap()).unwrap().unwrap();
        assert_eq!(record.verdict().decision, Decision::Provisional);
        assert!(!record.is_confirmed() && !record.is_settled() && reconciled.len() == 1);
    }
}

/// An attacker who has a signature of the API and the correlation value can send the id of an older job of the same person.
#[test]
fn a_proposed_job_of_a_person_with_other_jobs_is_never_approved() {
    let (receiver, script) = receiver([status_of("clear", OTHER_JOB, "leo"), status_of("block", JOB, "leo")]);
    let sent = lost(&receiver);
    let ids = sent.ids().unwrap();
    let body = clear_with(sent.correlation().as_str());
    let receipt = deliver(&receiver, &headers(&script, (OTHER_JOB, "leo"), 0), &body);
    let verdict = receipt.verdict();
    assert_eq!((verdict.decision, verdict.doubt), (Decision::Provisional, Some(Uncertainty::Unconfirmed)));
    // The callback of the job itself is not ignored.
    let receipt = deliver(&receiver, &headers(&script, (JOB, "leo"), 1), &body);
    let verdict = receipt.verdict();
    assert_eq!((verdict.decision, verdict.doubt), (Decision::Provisional, Some(Uncertainty::Contradicted)));
    assert_eq!(paths(&script).len(), 3, "a token and two statuses");

    // The response to the job proves which one it is.
    let accepted = json!({"user_id": "leo", "correlation": sent.correlation().as_str(), "job_id": JOB});
    receiver.store().keep_v3_blocking(&serde_json::from_value(accepted).unwrap()).unwrap();
    let record = receiver.store().load_blocking(&ids).unwrap().unwrap();
    assert_eq!((record.v3_job_id(), record.is_settled()), (Some(&job_id()), false));
}

#[test]
fn a_proposed_job_of_a_person_without_other_jobs_is_approved() {
    let (client, _) = client([token("a"), Answer::fail(TransportErrorKind::Timeout)]);
    let sent = client.submit(lookup()).send().unwrap_err().sent_job().unwrap().clone();
    let user_id = sent.user_id().unwrap().as_str().to_owned();
    let (receiver, script) = receiver([status_of("clear", JOB, &user_id)]);
    receiver.store().keep_v3_blocking(&sent).unwrap();
    let body = clear_with(sent.correlation().as_str());
    let receipt = deliver(&receiver, &headers(&script, (JOB, &user_id), 0), &body);
    assert_eq!(receipt.verdict().decision, Decision::Approved);
}

#[test]
fn a_callback_of_v3_changes_no_job_of_version_1() {
    let (receiver, script) = receiver([status_of("clear", OTHER_JOB, "leo")]);
    let name = "0123456789abcdef0123456789abcdef"; // a UUID has the form of a correlation value
    for job_id in [name, JOB] {
        let job =
            ImageJob::smart_selfie_registration(JobRef::new("leo", job_id).unwrap(), Image::bytes(JPEG));
        receiver.store().ensure_blocking(job).unwrap();
    }
    deliver(&receiver, &headers(&script, (OTHER_JOB, "leo"), 0), &clear_with(name));
    let without = json!({"status": "clear", "product": "enhanced_kyc"});
    let receipt = deliver(&receiver, &headers(&script, (JOB, "leo"), 1), &without);
    assert_eq!(receipt.change, Change::Ignored(Ignored::AnotherJob));
    for job_id in [name, JOB] {
        let record = receiver.store().load_blocking(&JobRef::new("leo", job_id).unwrap()).unwrap().unwrap();
        assert_eq!(record.unsettled(), Some(Unsettled::Unsent), "{job_id}");
        assert_eq!(record.verdict().decision, Decision::Pending);
    }
}

#[test]
fn another_person_s_job_settles_nothing() {
    // The attacker has a signature of the API, the correlation value, and a job of another person that is clear.
    let (receiver, script) = receiver([status_of("clear", OTHER_JOB, "mallory")]);
    let sent = lost(&receiver);
    let body = clear_with(sent.correlation().as_str());
    let receipt = deliver(&receiver, &headers(&script, (OTHER_JOB, "leo"), 0), &body);
    assert_eq!(receipt.change, Change::Ignored(Ignored::AnotherJob));
    let record = receiver.store().load_blocking(&sent.ids().unwrap()).unwrap().unwrap();
    assert!(!record.is_settled() && record.v3_job_id().is_none());
    assert_ne!(record.verdict().decision, Decision::Approved);
    // The callback of the job itself rejects it afterwards.
    let (client, _) =
        client([token(jwt(1)), status_of("block", JOB, "leo"), status_of("clear", OTHER_JOB, "mallory")]);
    let receiver = Receiver::new(client, Arc::clone(receiver.store())).confirming();
    let receipt = deliver(&receiver, &headers(&script, (JOB, "leo"), 1), &body);
    assert_eq!((receipt.verdict().decision, receipt.is_confirmed()), (Decision::Rejected, false));
}

#[test]
fn a_stolen_correlation_value_with_another_person_s_id_finds_another_record() {
    let (receiver, script) = receiver([status_of("clear", OTHER_JOB, "mallory")]);
    let sent = lost(&receiver);
    let body = clear_with(sent.correlation().as_str());
    let receipt = deliver(&receiver, &headers(&script, (OTHER_JOB, "mallory"), 0), &body);
    assert_eq!(receipt.record.unwrap().ids(), &JobRef::new("mallory", OTHER_JOB).unwrap());
    let record = receiver.store().load_blocking(&sent.ids().unwrap()).unwrap().unwrap();
    assert!(!record.is_settled());
    assert_eq!(record.verdict().decision, Decision::Pending);
}

#[test]
fn a_job_that_was_accepted_is_not_replaced_by_a_proposed_one() {
    let (receiver, script) = receiver([]);
    let (client, _) = client([token("a"), accepted()]);
    let sent = client.submit(lookup_of("leo")).send().unwrap().sent_job().clone();
    receiver.store().keep_v3_blocking(&sent).unwrap();
    let body = clear_with(sent.correlation().as_str());
    let receipt = deliver(&receiver, &headers(&script, (OTHER_JOB, "leo"), 0), &body);
    assert_eq!(receipt.change, Change::Ignored(Ignored::AnotherJob));
    assert!(script.sent().is_empty(), "nobody is asked about it");
    assert_eq!(receipt.record.unwrap().v3_job_id(), Some(&job_id()));
}

#[test]
fn a_replayed_signature_with_another_body_settles_nothing() {
    let (receiver, script) = receiver([status_of("clear", JOB, "leo"), not_found()]);
    let headers = headers(&script, (JOB, "leo"), 0);
    let body = json!({"status": "clear"});
    assert_eq!(deliver(&receiver, &headers, &body).verdict().decision, Decision::Approved);

    // The forged callback does not change the verdict of the confirmed job.
    let forged = json!({"status": "clear", "antifraud": {"summary": {"fraud_detected": true}}});
    let receipt = deliver(&receiver, &headers, &forged);
    assert_eq!(receipt.verdict().decision, Decision::Approved);

    // The same pair for a job of another person.
    let mut other = headers.clone();
    other.insert("job-id", OTHER_JOB.parse().unwrap());
    other.insert("user-id", "mia".parse().unwrap());
    let (client, script) = client([token(jwt(1)), not_found()]);
    let receiver = Receiver::new(client, Arc::clone(receiver.store())).confirming();
    let receipt = deliver(&receiver, &other, &body);
    assert_eq!((receipt.verdict().decision, receipt.is_confirmed()), (Decision::Pending, false));
    assert_eq!(script.sent().len(), 2);
}

/// A sign of fraud in a callback is unconfirmed, but it prevents an approval.
#[test]
fn a_sign_of_fraud_in_the_callback_prevents_an_approval() {
    let (receiver, script) = receiver([status_of("clear", JOB, "leo")]);
    let body = json!({"status": "clear", "antifraud": {"summary": {"fraud_detected": true}}});
    let verdict = deliver(&receiver, &headers(&script, (JOB, "leo"), 0), &body).verdict();
    assert_eq!((verdict.decision, verdict.doubt), (Decision::Provisional, Some(Uncertainty::Contradicted)));
}

#[test]
fn a_job_that_the_api_cannot_confirm_stays_unsettled() {
    for (answer, is_answered) in [
        (not_found(), true),
        (status_of("processing", JOB, "leo"), true),
        (status_of("complete", JOB, "leo"), true),
        (Answer::ok(r#"{"status":"clear"}"#), true), // of nobody
        (Answer::status(403, ""), true),
        (Answer::status(503, ""), false),
        (Answer::fail(TransportErrorKind::Timeout), false),
    ] {
        let (receiver, script) = receiver([answer]);
        let handled = receiver.handle_blocking(&headers(&script, (JOB, "leo"), 0), br#"{"status":"clear"}"#);
        assert_eq!(handled.is_ok(), is_answered);
        if let Err(error) = handled {
            assert_eq!(error.callback_status(), 503);
        }
        let ids = JobRef::new("leo", JOB).unwrap();
        let record = receiver.store().load_blocking(&ids).unwrap().unwrap();
        assert_eq!(record.unsettled(), Some(Unsettled::Awaited));
        assert_ne!(record.verdict().decision, Decision::Approved);
    }
}

#[test]
fn a_kept_job_is_reconciled_without_its_callback() {
    let (receiver, script) = receiver([status_of("clear", JOB, "leo")]);
    let (client, _) = client([token("a"), accepted()]);
    let sent = client.submit(lookup_of("leo")).send().unwrap().sent_job().clone();
    receiver.store().keep_v3_blocking(&sent).unwrap();
    let unknown = {
        let (client, _) = super::client([token("a"), Answer::fail(TransportErrorKind::Timeout)]);
        let error = client.submit(lookup_of("mia")).send().unwrap_err();
        error.sent_job().unwrap().clone()
    };
    receiver.store().keep_v3_blocking(&unknown).unwrap();
    let mut decisions: Vec<_> = receiver
        .reconcile_blocking(9)
        .unwrap()
        .into_iter()
        .map(|(ids, verdict)| (ids.user_id().to_owned(), verdict.unwrap().decision))
        .collect();
    decisions.sort_by(|a, b| a.0.cmp(&b.0));
    assert_eq!(decisions, [("leo".to_owned(), Decision::Approved), ("mia".to_owned(), Decision::Pending)]);
    assert_eq!(script.sent().len(), 2, "nothing is known by which the other could be asked for");
}

#[test]
fn a_record_is_stored_without_personal_data() {
    let (receiver, script) = receiver([status_of("clear", JOB, "leo")]);
    let body = json!({"status": "clear", "id_fields": {"full_name": "Leonora"}, "message": "Leonora passed"});
    let receipt = deliver(&receiver, &headers(&script, (JOB, "leo"), 0), &body);
    let record = receipt.record.clone().unwrap();
    let stored = serde_json::to_string(&record).unwrap();
    assert!(!stored.contains("Leonora") && !format!("{receipt:?}").contains("Leonora"));
    let read: smileid_client::store::JobRecord = serde_json::from_str(&stored).unwrap();
    assert_eq!((read.verdict(), &read), (record.verdict(), &record));
}
