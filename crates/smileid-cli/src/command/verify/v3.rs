//! Command `smileid verify --header`: verifies a saved V3 callback, whose signature is in its headers.

use std::path::Path;

use smileid::{
    client::callback::CallbackError,
    protocol::auth::ReplyProof,
    v3::callback::{Callback, HEADERS},
};

use super::refused;
use crate::{
    args::{Args, Verify},
    confirm,
    describe::{self, Judgement, Proof},
    failure::Failure,
    output::Output,
    setup::{Session, credentials, not_in_mock, now_utc_millis, read_text},
};

pub(super) async fn callback(verify: &Verify, file: &Path, args: &Args) -> Result<Output, Failure> {
    if verify.confirm {
        not_in_mock(args, "confirming a message")?;
    }
    let key = credentials(args).await?;
    let headers = headers(&verify.headers, args).await?;
    let body = read_text(file, "callback", args).await?;
    let callback =
        Callback::read(&headers, &body).map_err(|error| Failure::from(&CallbackError::from(error)))?;
    let ReplyProof { timestamp, signature, .. } = callback.proof().clone();
    let callback = callback
        .verify_origin(&key.forms(), now_utc_millis(), verify.max_age)
        .map_err(|error| refused(&error.into(), &key, &timestamp, &signature))?;
    let result = &callback.result;
    let ids = [("user_id", result.user_id.as_deref()), ("job_id", result.job_id.as_deref())];
    let (members, mut lines) = describe::shown_ids(ids);
    lines.push(("signed", timestamp.as_str().to_owned()));
    lines.extend(describe::reason_line(result.reason.as_ref()));
    let output = Output::new(&members, lines)
        .with("timestamp", &timestamp)
        .with("kind", &"result")
        .with("status", &result.status)
        .with("reason", &result.reason);
    if verify.confirm {
        let session = Session::start(args).await?;
        let verdict = confirm::ask_v3(&session, result).await.map_err(|unconfirmed| unconfirmed.failure)?;
        return Ok(output.judged(&verdict, Proof::Confirmed));
    }
    let command = describe::status_command_v3(result);
    let judgement = Judgement::from(&result.verdict()).claimed(command.as_deref());
    Ok(output.judged(judgement, Proof::Origin))
}

/// Returns the files in `--header @FILE`.
pub(super) fn files(given: &[String]) -> impl Iterator<Item = &Path> {
    given.iter().filter_map(|header| header.strip_prefix('@')).map(Path::new)
}

/// Returns the headers of a callback, from `--header`. Other headers are ignored.
async fn headers(given: &[String], args: &Args) -> Result<http::HeaderMap, Failure> {
    let mut headers = http::HeaderMap::new();
    for header in given {
        let Some(file) = header.strip_prefix('@') else {
            add(&mut headers, header, "--header must have the form 'Name: value' or @FILE")?;
            continue;
        };
        let text = read_text(Path::new(file), "header", args).await?;
        let text = String::from_utf8_lossy(&text);
        // A saved request or response begins with a line that is no header.
        let is_first = |line: &str| line.starts_with("HTTP/") || line.contains(" HTTP/");
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !is_first(line)) {
            add(
                &mut headers,
                line,
                "the file of --header has a line that is not a header: expected 'Name: value'",
            )?;
        }
    }
    for name in ["Response-Signature", "Response-Timestamp"] {
        if !headers.contains_key(name) {
            let message =
                format!("--header '{name}: \u{2026}' is required: V3 callbacks are signed in headers");
            return Err(Failure::invalid("header", message));
        }
    }
    Ok(headers)
}

fn add(headers: &mut http::HeaderMap, header: &str, problem: &str) -> Result<(), Failure> {
    let (name, value) = header.split_once(':').ok_or_else(|| Failure::invalid("header", problem))?;
    let name = name.trim().to_lowercase();
    let Some(known) = HEADERS.iter().find(|known| **known == name) else { return Ok(()) };
    let value = value.trim().parse::<http::HeaderValue>();
    let value = value
        .map_err(|_| Failure::invalid("header", format!("the value of the header {known} is invalid")))?;
    match headers.insert(*known, value.clone()) {
        Some(other) if other != value => {
            Err(Failure::invalid("header", format!("the header {known} is given twice, with two values")))
        }
        _ => Ok(()),
    }
}
