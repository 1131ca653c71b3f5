//! `smileid verify`

use std::path::Path;

use serde_json::{Map, Value, json};
use smileid::{
    Credentials,
    client::callback::{CallbackError, Verifier},
    protocol::{
        auth::{
            AuthError, Signature,
            doctor::{Received, diagnose},
            trust::Window,
        },
        callback::Callback,
        timestamp::Timestamp,
    },
};

use crate::{
    args::{Args, Verify},
    failure::Failure,
    output::Output,
    said::{self, Lines, Proof},
    setup::{credentials, now_utc_millis, one_standard_input, read_bytes, timestamp},
};

pub(crate) fn run(verify: &Verify, args: &Args) -> Result<Output, Failure> {
    if let Some(file) = &verify.callback {
        one_standard_input(args, "callback", file, &[])?;
        return callback(verify, file, &credentials(args)?);
    }
    let key = credentials(args)?;
    let timestamp = timestamp(verify.timestamp.as_deref())?;
    let signature = Signature::from(verify.signature.clone().unwrap_or_default());
    let result = key.check(&timestamp, &signature).map_err(CallbackError::Forged);
    result
        .and_then(|()| Ok(Window::of(verify.max_age).check(&timestamp, now_utc_millis())?))
        .map_err(|error| refused(&error, &key, Some((&timestamp, &signature))))?;
    Ok(verified(&timestamp, Map::new(), Vec::new()))
}

fn callback(verify: &Verify, file: &Path, key: &Credentials) -> Result<Output, Failure> {
    let body = read_bytes(file, "callback")?;
    let mut verifier = Verifier::new([key.clone()]);
    verifier.window = Window::of(verify.max_age);
    let proof = Callback::read(&body).ok().and_then(|it| it.proof().clone());
    let proof = proof.as_ref().map(|it| (&it.timestamp, &it.signature));
    let received = verifier.verify(&body, now_utc_millis()).map_err(|error| refused(&error, key, proof))?;
    let verdict = received.verdict();
    let (members, lines) = said::ids_of_callback(&received);
    let (timestamp, _) = proof.ok_or_else(|| Failure::from(&CallbackError::Unsigned))?;
    Ok(verified(timestamp, members, lines).with("code", &verdict.code).judged(&verdict, Proof::Origin))
}

fn verified(timestamp: &Timestamp, mut members: Map<String, Value>, mut lines: Lines) -> Output {
    members.insert("verified".to_owned(), json!(true));
    members.insert("timestamp".to_owned(), json!(timestamp));
    lines.insert(0, ("verified", format!("yes, signed at {}", timestamp.as_str())));
    Output::new(&members, lines)
}

/// Why not, and of a signature that does not match the mistake that leads to it. Whoever has the key may know.
fn refused(error: &CallbackError, key: &Credentials, proof: Option<(&Timestamp, &Signature)>) -> Failure {
    let failure = Failure::from(error);
    match (error, proof) {
        (CallbackError::Forged(AuthError::Malformed | AuthError::Mismatch), Some((timestamp, signature))) => {
            let received = Received::new(timestamp.as_str(), signature.as_str());
            match diagnose(key, received, &[]).first() {
                Some(why) => failure.adding(&why.to_string()),
                None => failure,
            }
        }
        _ => failure,
    }
}
