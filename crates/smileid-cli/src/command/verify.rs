//! Command `smileid verify`: verifies a signature or a saved message.

mod v3;

use std::path::Path;

use serde_json::{Map, Value};
use smileid::{
    Credentials,
    client::callback::CallbackError,
    protocol::{
        auth::{
            AuthError, MaybeSignedReply, ReplyProof, Signature, Unverified,
            doctor::{Received, diagnose},
            trust::{OriginProven, TrustError, Window},
        },
        message::Message,
        timestamp::Timestamp,
    },
    types::{ErrorCode, Verdict},
};

use crate::{
    args::{Args, Verify},
    confirm,
    describe::{self, Judgement, Proof},
    failure::{Failure, Kind},
    output::Output,
    resume,
    setup::{Session, credentials, not_in_mock, now_utc_millis, one_standard_input, read_text, timestamp},
    v3::is_selected as is_v3,
};

pub(crate) async fn run(verify: &Verify, args: &Args) -> Result<Output, Failure> {
    // Only callbacks of V3 are signed in headers.
    let is_v3 = is_v3(args) || !verify.headers.is_empty();
    if let Some(file) = verify.file.as_ref().or(verify.callback.as_ref()) {
        let headers: Vec<_> = v3::files(&verify.headers).map(Some).collect();
        one_standard_input(args, "callback", file, &headers)?;
        return if is_v3 {
            v3::callback(verify, file, args).await
        } else {
            message(verify, file, args).await
        };
    }
    let key = credentials(args).await?;
    let timestamp = timestamp(verify.timestamp.as_deref())?;
    let signature = Signature::from(verify.signature.clone().unwrap_or_default());
    let keys = if is_v3 { key.forms() } else { vec![key.clone()] };
    // A malformed signature fails with every form of the partner id.
    let is_signed = keys.iter().any(|key| key.check(&timestamp, &signature).is_ok());
    let result = if is_signed { Ok(()) } else { key.check(&timestamp, &signature) };
    result
        .map_err(CallbackError::Forged)
        .and_then(|()| Ok(verify.max_age.check(&timestamp, now_utc_millis())?))
        .map_err(|error| refused(&error, &key, &timestamp, &signature))?;
    let lines =
        vec![("signed", timestamp.as_str().to_owned()), ("proof", Proof::Origin.meaning().to_owned())];
    let output = Output::new(&Map::<String, Value>::new(), lines);
    Ok(output.with("timestamp", &timestamp).with("proof", &Proof::Origin.word()))
}

async fn message(verify: &Verify, file: &Path, args: &Args) -> Result<Output, Failure> {
    if verify.confirm {
        not_in_mock(args, "confirming a message")?;
    }
    let key = credentials(args).await?;
    let body = read_text(file, "callback", args).await?;
    let message = read(&body)?;
    let Some(ReplyProof { timestamp, signature, .. }) = message.proof().clone() else {
        return Err(unsigned(&message.trust_without_checking().0));
    };
    let message = message
        .verify_origin(std::slice::from_ref(&key), now_utc_millis(), verify.max_age)
        .map_err(|error| refused(&error.into(), &key, &timestamp, &signature))?;
    let (members, mut lines) = describe::ids_of(message.partner_params(), message.smile_job_id());
    lines.push(("signed", timestamp.as_str().to_owned()));
    let output = Output::new(&members, lines).with("timestamp", &timestamp).with("kind", &kind(&message));
    if verify.confirm {
        let verdict = confirmed(message, args).await?;
        return Ok(output.with("code", &verdict.code).judged(&verdict, Proof::Confirmed));
    }
    let by_file = || resume::confirm(file, &max_age(verify.max_age));
    let by_ids = describe::status_command(message.partner_params());
    let command = by_ids.map(|by_ids| if file.as_os_str() == "-" { by_ids } else { by_file() });
    let code = message.verdict().and_then(|verdict| verdict.code);
    Ok(output.with("code", &code).judged(judgement(&message).claimed(command.as_deref()), Proof::Origin))
}

/// Returns the `--max-age` flag for a window, or nothing for the default.
fn max_age(window: Window) -> String {
    match window {
        Window::UNLIMITED => " --max-age off".to_owned(),
        window if window == Window::default() => String::new(),
        window => format!(" --max-age {}s", window.max_age.as_secs()),
    }
}

/// Returns the API's verdict on the job in a message, if it agrees with the message.
async fn confirmed(message: OriginProven<Message>, args: &Args) -> Result<Verdict, Failure> {
    let Some(claimed) = message.into_result() else {
        return Err(Failure::invalid("confirm", "--confirm works only for job results"));
    };
    let session = Session::start(args).await?;
    let confirmed = confirm::ask(&session, &claimed).await.map_err(|unconfirmed| unconfirmed.failure)?;
    match confirm::contradiction(&claimed, &confirmed) {
        Some(contradiction) => Err(contradiction),
        None => Ok(confirmed.verdict().clone()),
    }
}

/// Parses a saved message of any kind.
pub(crate) fn read(body: &[u8]) -> Result<Unverified<Message, MaybeSignedReply>, Failure> {
    if body.trim_ascii_start().starts_with(b"eyJ") {
        return Err(Failure::invalid("callback", "the file contains a web token, not a message of the API"));
    }
    Message::read(body).map_err(|error| Failure::from(&CallbackError::from(error)))
}

/// Returns the name of a message's kind.
pub(crate) fn kind(message: &Message) -> &'static str {
    match message {
        Message::Status(_) => "job_status",
        Message::Aml(_) => "aml",
        Message::Refusal(_) => "refusal",
        _ => "result",
    }
}

/// Returns the judgement on the content of a message, regardless of its signature. An error response has none.
pub(crate) fn judgement(message: &Message) -> Judgement {
    match message {
        Message::Status(reply) => Judgement::from_status(reply),
        message => Judgement::from(&message.verdict().unwrap_or_else(|| Verdict::for_job([]))),
    }
}

fn unsigned(message: &Message) -> Failure {
    let Message::Refusal(refusal) = message else { return Failure::from(&CallbackError::Unsigned) };
    let code = refusal.code.as_ref().map(ErrorCode::as_str).filter(|code| !code.starts_with('-'));
    let advice = code.map(|code| format!("; see `smileid explain {}`", resume::quoted(code)));
    let what = "the message is an error response, which the API does not sign";
    Failure::new(Kind::Forged, format!("{what}{}", advice.unwrap_or_default()))
}

/// Converts the error of a signature. For a signature that does not match, adds the probable cause, which is safe for the owner
/// of the key.
fn refused(
    error: &CallbackError,
    key: &Credentials,
    timestamp: &Timestamp,
    signature: &Signature,
) -> Failure {
    let failure = Failure::from(error);
    if let CallbackError::Stale(TrustError::Stale { .. } | TrustError::Ahead { .. }) = error {
        return failure.with_detail("use `--max-age off` to accept any age");
    }
    if !matches!(error, CallbackError::Forged(AuthError::Malformed | AuthError::Mismatch)) {
        return failure;
    }
    let received = Received::new(timestamp.as_str(), signature.as_str());
    match diagnose(key, received, &[]).first() {
        Some(why) => failure.with_detail(&why.to_string()),
        None => failure,
    }
}
