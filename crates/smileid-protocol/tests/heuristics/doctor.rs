//! Tests the signature doctor: wrong signatures with one mistake each, and the diagnosis that is expected.

use std::{collections::BTreeSet, sync::Arc};

use libtest_mimic::{Failed, Trial};
use serde::Deserialize;
use serde_json::{Value, json};
use smileid_protocol::auth::{
    Credentials,
    doctor::{Candidate, Received, SignatureIssue, TimestampMistake, diagnose},
};

use crate::{Cases, same, trial};

/// A wrong signature, and the diagnosis that is expected.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    /// The partner with whose API key the signature should have been made.
    credentials: Keys,
    /// Other credentials with which the signature may have been made.
    #[serde(default)]
    candidates: Vec<CandidateKeys>,
    /// The received signature, with partner id and timestamp.
    received: ReceivedProof,
    /// A correct signature of the same partner, which must have no diagnosis.
    right: ReceivedProof,
    /// Expected mistakes, in order: `{"code": "other-key", "name": "sandbox"}`.
    expect: Vec<Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    partner_id: String,
    api_key: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CandidateKeys {
    name: String,
    partner_id: String,
    api_key: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReceivedProof {
    /// Partner id in the message. Responses have none.
    #[serde(default)]
    partner_id: Option<String>,
    timestamp: String,
    signature: String,
    /// Second timestamp in the message.
    #[serde(default)]
    timestamp_elsewhere: Option<String>,
}

pub(crate) fn trials(id: &str, case: &Arc<Case>) -> Vec<Trial> {
    vec![
        trial(id, "diagnosis", case, diagnosis),
        trial(id, "right_signature", case, right_signature),
        trial(id, "shows_no_secret", case, shows_no_secret),
    ]
}

pub(crate) fn every_suspicion_has_a_case(cases: &Cases<Case>) -> Trial {
    let expected = cases.values().flat_map(|case| &case.expect);
    let codes: BTreeSet<_> = expected.filter_map(|it| Some(it.get("code")?.as_str()?.to_owned())).collect();
    Trial::test("rules::every_suspicion_has_a_case", move || {
        let known: BTreeSet<_> = SignatureIssue::CODES.iter().map(|code| (*code).to_owned()).collect();
        same("the codes of the cases", &json!(known), &json!(codes))
    })
}

fn diagnosis(case: &Case) -> Result<(), Failed> {
    let found: Vec<_> = suspicions(case, &case.received)?.iter().map(suspicion).collect();
    same("the suspicions", &json!(case.expect), &json!(found))
}

fn right_signature(case: &Case) -> Result<(), Failed> {
    let found: Vec<_> = suspicions(case, &case.right)?.iter().map(suspicion).collect();
    same("the suspicions of a right signature", &json!([]), &json!(found))
}

fn shows_no_secret(case: &Case) -> Result<(), Failed> {
    let found = suspicions(case, &case.received)?;
    let texts: Vec<_> = found.iter().map(|it| format!("{it} {it:?}")).collect();
    let shown = format!("{} {:?}", texts.join(" "), received(&case.received));
    let keys = case.candidates.iter().map(|it| &it.api_key).chain([&case.credentials.api_key]);
    let signatures = [&case.received.signature, &case.right.signature];
    // Where the members are swapped, what stands in the signature's is shown elsewhere by right, and is no signature.
    let swapped = case.received.signature.len() < 40;
    let signatures = signatures.into_iter().filter(|it| !it.is_empty() && !swapped);
    match keys.chain(signatures).position(|secret| shown.contains(secret.as_str())) {
        Some(_) => Err("a suspicion shows a key or a signature".into()),
        None => Ok(()),
    }
}

fn suspicions(case: &Case, proof: &ReceivedProof) -> Result<Vec<SignatureIssue>, Failed> {
    let key = Credentials::new(&case.credentials.partner_id, &case.credentials.api_key)?;
    let others = case.candidates.iter().map(|it| Credentials::new(&it.partner_id, &it.api_key));
    let others = others.collect::<Result<Vec<_>, _>>()?;
    let candidates = case.candidates.iter().zip(&others);
    let candidates: Vec<_> = candidates.map(|(it, key)| Candidate::new(&it.name, key)).collect();
    Ok(diagnose(&key, received(proof), &candidates))
}

fn received(proof: &ReceivedProof) -> Received<'_> {
    let mut received = Received::new(&proof.timestamp, &proof.signature);
    received.partner_id = proof.partner_id.as_deref();
    received.timestamp_elsewhere = proof.timestamp_elsewhere.as_deref();
    received
}

fn suspicion(suspicion: &SignatureIssue) -> Value {
    let code = suspicion.code();
    match suspicion {
        SignatureIssue::OtherKey { name } => json!({"code": code, "name": name}),
        SignatureIssue::OtherHash { bytes } => json!({"code": code, "bytes": bytes}),
        SignatureIssue::Separator { between } => json!({"code": code, "between": between}),
        SignatureIssue::SidRequestSpelling { signed } => json!({"code": code, "signed": signed}),
        SignatureIssue::Timestamp { signed, how } => match how {
            TimestampMistake::LocalTime { offset_minutes }
            | TimestampMistake::LocalTimeAsUtc { offset_minutes } => {
                json!({"code": code, "signed": signed, "offset_minutes": offset_minutes})
            }
            _ => json!({"code": code, "signed": signed}),
        },
        _ => json!({"code": code}),
    }
}
