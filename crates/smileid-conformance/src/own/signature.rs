//! Checks that this project's crates create and verify signatures correctly.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use smileid_protocol::{
    auth::{AuthError, Credentials, InvalidCredential, Signature},
    timestamp::Timestamp,
};

use crate::{
    case::{SignatureCase, SignatureExpected, Signed},
    check::{Body, part},
    digest::hex,
    failure::{Doing as _, Failure, same_text, same_whole},
    own::refusals::auth_error,
};

pub(crate) fn parts(case: &Arc<SignatureCase>) -> Vec<(&'static str, Body)> {
    match (&case.expect, &case.received) {
        (SignatureExpected::Signed(_), None) => vec![
            part("steps", case, steps),
            part("sign", case, sign),
            part("check", case, check),
            part("check_refuses_another", case, check_refuses_another),
        ],
        (SignatureExpected::Refused(_), None) => vec![part("refused", case, refused)],
        (SignatureExpected::Refused(_), Some(_)) => vec![part("received", case, received)],
        // Nothing to check: cases without `received` already test that genuine signatures are accepted.
        (SignatureExpected::Signed(_), Some(_)) => Vec::new(),
    }
}

/// Checks that the steps of the signature in a case are consistent, so that implementers can rely on each of them.
fn steps(case: &SignatureCase) -> Result<(), Failure> {
    let Some((_, timestamp, signed)) = parts_of(case)? else { return Ok(()) };
    let message = format!("{}{}sid_request", timestamp.as_str(), case.partner_id);
    same_text("the message", &signed.message, &message)?;
    let bytes = STANDARD.decode(&signed.base64).doing("decoding the signature")?;
    same_text("the signature in hexadecimal", &signed.hex, &hex(&bytes))
}

fn sign(case: &SignatureCase) -> Result<(), Failure> {
    let Some((key, timestamp, signed)) = parts_of(case)? else { return Ok(()) };
    same_text("the signature", &signed.base64, key.sign(&timestamp).as_str())
}

fn check(case: &SignatureCase) -> Result<(), Failure> {
    let Some((key, timestamp, signed)) = parts_of(case)? else { return Ok(()) };
    key.check(&timestamp, &Signature::from(signed.base64.clone())).doing("checking the signature")
}

/// Checks that a change of any bit of the signature, or of any input, is refused.
fn check_refuses_another(case: &SignatureCase) -> Result<(), Failure> {
    let Some((key, timestamp, signed)) = parts_of(case)? else { return Ok(()) };
    let genuine = Signature::from(signed.base64.clone());
    let bytes = STANDARD.decode(&signed.base64).doing("decoding the signature")?;
    for bit in 0..bytes.len() * 8 {
        let flipped = bytes
            .iter()
            .enumerate()
            .map(|(index, byte)| if index == bit / 8 { byte ^ (1 << (bit % 8)) } else { *byte });
        let flipped = STANDARD.encode(flipped.collect::<Vec<u8>>());
        must_mismatch(&format!("bit {bit} flipped"), &key, &timestamp, &Signature::from(flipped))?;
    }

    let other =
        |partner: &str, api_key: &str| Credentials::new(partner, api_key).doing("creating other credentials");
    let SignatureCase { partner_id, api_key, .. } = case;
    must_mismatch("another partner", &other(&format!("0{partner_id}"), api_key)?, &timestamp, &genuine)?;
    must_mismatch("another key", &other(partner_id, &format!("{api_key}x"))?, &timestamp, &genuine)?;
    let later = Timestamp::new(format!("{timestamp}0")).doing("another timestamp")?;
    must_mismatch("another timestamp", &key, &later, &genuine)
}

fn must_mismatch(
    what: &str,
    key: &Credentials,
    timestamp: &Timestamp,
    signature: &Signature,
) -> Result<(), Failure> {
    match key.check(timestamp, signature) {
        Err(AuthError::Mismatch) => Ok(()),
        Err(error) => same_text(what, "mismatch", auth_error(error)),
        Ok(()) => Err(Failure::Accepted { what: format!("the signature ({what})") }),
    }
}

/// Checks that invalid input is not signed.
fn refused(case: &SignatureCase) -> Result<(), Failure> {
    let SignatureExpected::Refused(expected) = &case.expect else { return Ok(()) };
    let outcome = match Credentials::new(&case.partner_id, &case.api_key) {
        Err(InvalidCredential::PartnerId) => "partner_id",
        Err(InvalidCredential::ApiKey) => "api_key",
        Err(_) => "unknown",
        Ok(_) if timestamp(&case.timestamp).is_err() => "timestamp",
        Ok(_) => return Err(Failure::Accepted { what: format!("the `{expected}`") }),
    };
    same_text("the refused part", expected, outcome)
}

/// Checks that a received signature is refused.
fn received(case: &SignatureCase) -> Result<(), Failure> {
    let (SignatureExpected::Refused(expected), Some(received)) = (&case.expect, &case.received) else {
        return Ok(());
    };
    let key = Credentials::new(&case.partner_id, &case.api_key).doing("reading the credentials")?;
    match key.check(&timestamp(&case.timestamp)?, &Signature::from(received.clone())) {
        Ok(()) => Err(Failure::Accepted { what: "the signature".to_owned() }),
        Err(error) => same_whole("the refusal", &json!(expected), &json!(auth_error(error))),
    }
}

fn parts_of(case: &SignatureCase) -> Result<Option<(Credentials, Timestamp, &Signed)>, Failure> {
    let SignatureExpected::Signed(signed) = &case.expect else { return Ok(None) };
    let key = Credentials::new(&case.partner_id, &case.api_key).doing("reading the credentials")?;
    Ok(Some((key, timestamp(&case.timestamp)?, signed)))
}

fn timestamp(json: &Value) -> Result<Timestamp, Failure> {
    serde_json::from_value(json.clone()).doing("reading the timestamp")
}

#[cfg(test)]
mod tests {
    use smileid_protocol::auth::doctor::{Received, diagnose};

    use super::*;
    use crate::{Suite, case::Kind};

    /// The signature diagnosis must find nothing wrong with valid signatures.
    #[test]
    fn valid_signatures_have_no_diagnosis() {
        let suite = Suite::embedded();
        let mut right = 0;
        for case in suite.iter().flat_map(Suite::cases) {
            let Kind::Signature(content) = case.kind() else { continue };
            let (SignatureExpected::Signed(signed), Some(timestamp)) =
                (&content.expect, content.timestamp.as_str())
            else {
                continue;
            };
            let key = Credentials::new(&content.partner_id, &content.api_key);
            let received = Received::new(timestamp, &signed.base64).from_partner(&content.partner_id);
            let found = key.map(|key| diagnose(&key, received, &[]));
            assert_eq!(found, Ok(vec![]), "{}", case.id());
            right += 1;
        }
        assert!(right > 10, "{right}");
    }
}
