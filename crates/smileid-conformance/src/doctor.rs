//! Why signatures are refused.

use std::sync::Arc;

use serde_json::{Value, json};
use smileid_protocol::auth::{
    Credentials,
    doctor::{Candidate, Received, Suspicion, TimestampMistake, diagnose},
};

use crate::{
    case::{DoctorCase, ReceivedProof},
    check::{Body, part},
    failure::{Doing as _, Failure, same_whole},
};

pub(crate) fn parts(case: &Arc<DoctorCase>) -> Vec<(&'static str, Body)> {
    vec![
        part("diagnosis", case, diagnosis),
        part("right_signature", case, right_signature),
        part("shows_no_secret", case, shows_no_secret),
    ]
}

fn diagnosis(case: &DoctorCase) -> Result<(), Failure> {
    let found: Vec<_> = suspicions(case, &case.received)?.iter().map(suspicion).collect();
    same_whole("the suspicions", &json!(case.expect), &json!(found))
}

fn right_signature(case: &DoctorCase) -> Result<(), Failure> {
    let found: Vec<_> = suspicions(case, &case.right)?.iter().map(suspicion).collect();
    same_whole("the suspicions of a right signature", &json!([]), &json!(found))
}

fn shows_no_secret(case: &DoctorCase) -> Result<(), Failure> {
    let found = suspicions(case, &case.received)?;
    let texts: Vec<_> = found.iter().map(|it| format!("{it} {it:?}")).collect();
    let shown = format!("{} {:?}", texts.join(" "), received(&case.received));
    let keys = case.candidates.iter().map(|it| &it.api_key).chain([&case.credentials.api_key]);
    let signatures = [&case.received.signature, &case.right.signature];
    // Where the members are swapped, what stands in the signature's is shown elsewhere by right, and is no signature.
    let swapped = case.received.signature.len() < 40;
    let signatures = signatures.into_iter().filter(|it| !it.is_empty() && !swapped);
    match keys.chain(signatures).position(|secret| shown.contains(secret.as_str())) {
        Some(_) => Err(Failure::Accepted { what: "a suspicion that shows a key or a signature".to_owned() }),
        None => Ok(()),
    }
}

fn suspicions(case: &DoctorCase, proof: &ReceivedProof) -> Result<Vec<Suspicion>, Failure> {
    let key = case.credentials.credentials()?;
    let others = case.candidates.iter().map(|it| Credentials::new(&it.partner_id, &it.api_key));
    let others = others.collect::<Result<Vec<_>, _>>().doing("taking the candidates")?;
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

fn suspicion(suspicion: &Suspicion) -> Value {
    let code = suspicion.code();
    match suspicion {
        Suspicion::OtherKey { name } => json!({"code": code, "name": name}),
        Suspicion::OtherHash { bytes } => json!({"code": code, "bytes": bytes}),
        Suspicion::Separator { between } => json!({"code": code, "between": between}),
        Suspicion::SidRequestSpelling { signed } => json!({"code": code, "signed": signed}),
        Suspicion::Timestamp { signed, how } => match how {
            TimestampMistake::LocalTime { offset_minutes }
            | TimestampMistake::LocalTimeAsUtc { offset_minutes } => {
                json!({"code": code, "signed": signed, "offset_minutes": offset_minutes})
            }
            _ => json!({"code": code, "signed": signed}),
        },
        _ => json!({"code": code}),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{Suite, case::Case, case::SignatureExpected};

    fn cases() -> Vec<Case> {
        Suite::embedded().map(|suite| suite.cases().to_vec()).unwrap_or_default()
    }

    /// The signed cases of `signature/` are right whatever their key, partner and time.
    #[test]
    fn no_right_signature_is_suspected() {
        let mut right = 0;
        for case in cases() {
            let Case::Signature(case) = case else { continue };
            let (SignatureExpected::Signed(signed), Some(timestamp)) =
                (&case.expect, case.timestamp.as_str())
            else {
                continue;
            };
            let key = Credentials::new(&case.partner_id, &case.api_key);
            let received = Received::new(timestamp, &signed.base64).from_partner(&case.partner_id);
            let found = key.map(|key| diagnose(&key, received, &[]));
            assert_eq!(found, Ok(vec![]), "{}", case.id);
            right += 1;
        }
        assert!(right > 10, "{right}");
    }

    #[test]
    fn every_suspicion_has_a_case() {
        let codes: BTreeSet<String> = cases()
            .iter()
            .filter_map(|case| match case {
                Case::Doctor(case) => Some(&case.expect),
                _ => None,
            })
            .flatten()
            .filter_map(|suspicion| Some(suspicion.get("code")?.as_str()?.to_owned()))
            .collect();
        let known: BTreeSet<String> = Suspicion::CODES.iter().map(|code| (*code).to_owned()).collect();
        assert_eq!(codes, known);
    }
}
