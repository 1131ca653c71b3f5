//! Explains statuses, reasons and saved messages of V3.

use serde_json::{Map, Value, json};
use smileid::{
    protocol::codec::read_json,
    types::v3::{JobResult, Reason, Status},
};

use super::confidence;
use crate::{
    describe::{self, Judgement, Proof},
    output::Output,
    terminal::Lines,
};

/// Explains a status such as `clear` or a reason such as `spoof_detected`. None for another word.
pub(super) fn word(text: &str) -> Option<Output> {
    let word = text.trim().to_lowercase().replace('-', "_");
    let status = Status::LISTED.iter().find(|status| status.as_str() == word);
    if let Some(meaning) = status.and_then(Status::meaning) {
        let lines = vec![("status", word.clone()), ("", meaning.to_owned())];
        return Some(explained(&word, "status", meaning, &[judged(&word, None)], lines));
    }
    let row = Reason::rows().iter().find(|row| row.reason.as_str() == word)?;
    let lines = vec![("reason", word.clone()), ("", row.meaning.to_owned())];
    let decisions: Vec<_> =
        row.statuses.iter().map(|status| judged(status.as_str(), Some(&row.reason))).collect();
    let output = explained(&word, "reason", row.meaning, &decisions, lines);
    Some(output.with("confidence", &confidence(row.confidence)))
}

/// A V3 status, with the judgement on a job that has it.
type Judged = (String, Judgement);

fn judged(status: &str, reason: Option<&Reason>) -> Judged {
    let mut result = JobResult::default();
    result.status = Some(Status::from(status));
    result.reason = reason.cloned();
    (status.to_owned(), Judgement::from(&result.verdict()))
}

fn explained(word: &str, kind: &str, meaning: &str, decisions: &[Judged], mut lines: Lines) -> Output {
    let mut members = Vec::new();
    for (status, judgement) in decisions {
        let heading = judgement.heading(Proof::None);
        lines.push(("decision", format!("{heading}, with the status {status}")));
        lines.push(("", judgement.advice.clone()));
        let mut decision = judgement.json();
        decision["status"] = json!(status);
        members.push(decision);
    }
    let object = json!({"code": word, "api": "v3", "kind": kind, "meaning": meaning, "decisions": members});
    Output::new(&object, lines)
}

/// Explains a saved V3 message without verifying it: a callback, a status, or an error. None for a message of version 1.
pub(super) fn message(body: &[u8]) -> Option<Output> {
    let members: Map<String, Value> = read_json(body).ok()?;
    let status = members.get("status").and_then(Value::as_str);
    let text = |name: &str| members.get(name).and_then(Value::as_str);
    let is_job = text("job_id").is_some_and(|id| id.starts_with("job_"));
    let is_listed = status.is_some_and(|word| Status::LISTED.iter().any(|it| it.as_str() == word));
    if !(is_listed || is_job && status.is_some()) {
        return refusal(&members, status);
    }
    if status == Some("accepted") {
        return Some(accepted(text("job_id")));
    }
    let result: JobResult = serde_json::from_value(Value::Object(members)).ok()?;
    let judgement = Judgement::from(&result.verdict()).unverified();
    let mut lines: Lines =
        vec![("decision", judgement.heading(Proof::Origin)), ("", judgement.reason.clone())];
    lines.push(("", judgement.advice.clone()));
    lines.extend(result.status.as_ref().map(|status| ("status", status.to_string())));
    lines.extend(describe::reason_line(result.reason.as_ref()));
    let ids = [("user_id", result.user_id.as_deref()), ("job_id", result.job_id.as_deref())];
    let (members, ids) = describe::shown_ids(ids);
    lines.extend(ids);
    lines.push(("proof", NO_PROOF.to_owned()));
    let output = Output::new(&members, lines).with("api", &"v3").with("kind", &"result");
    let output = output.with("status", &result.status).with("reason", &result.reason);
    Some(output.with("verdict", &judgement.json()).with("proof", &Proof::None.word()))
}

const NO_PROOF: &str = "none: this command verifies nothing; run `smileid verify --api v3` with the headers of the callback, \
                        or `smileid status` with the job id";

/// Explains the response to a job or a replay request, which is not a result.
fn accepted(job_id: Option<&str>) -> Output {
    let meaning = "The API accepted the request. The message contains no result.";
    let advice = "Wait for the result with `smileid wait`, or for the callback.";
    let (members, ids) = describe::shown_ids([("job_id", job_id)]);
    let lines = [("accepted", meaning.to_owned()), ("", advice.to_owned())].into_iter().chain(ids).collect();
    let output = Output::new(&members, lines).with("api", &"v3").with("kind", &"accepted");
    output.with("meaning", &meaning).with("advice", &advice)
}

/// Explains an error response of the API (`status` and `message`) or of its gateway. The third format, `error` and `code`, is
/// that of version 1.
fn refusal(members: &Map<String, Value>, status: Option<&str>) -> Option<Output> {
    let is_message = members.contains_key("message") || members.contains_key("Message");
    if !is_message || members.keys().any(|name| matches!(name.as_str(), "error" | "code" | "ResultCode")) {
        return None;
    }
    // The gateway's statuses are lower case with underscores. AWS errors have no status.
    let plain = status.unwrap_or_default().to_lowercase().replace('_', " ");
    let row = REFUSALS.iter().find(|(status, ..)| *status == plain);
    let is_gateway = status.is_none_or(|status| !status.contains(char::is_uppercase));
    let sender = if is_gateway { "the gateway in front of the API" } else { "the API" };
    let (_, meaning, advice) = row.copied().unwrap_or(OTHER_REFUSAL);
    let lines = vec![
        ("refusal", format!("from {sender}{}", row.map(|(it, ..)| format!(": {it}")).unwrap_or_default())),
        ("", meaning.to_owned()),
        ("", advice.to_owned()),
    ];
    let object = json!({"api": "v3", "kind": "refusal", "sender": sender, "status": row.map(|_| status)});
    Some(Output::new(&object, lines).with("meaning", &meaning).with("advice", &advice))
}

const OTHER_REFUSAL: (&str, &str, &str) = (
    "",
    "The request was refused with a status that the documentation does not list.",
    "Read the error text in the file. If it is about a token or authentication, check the API key with `smileid doctor --api v3`.",
);

/// Statuses of error responses in lower case, with their meaning and advice. Source: the responses in the official OpenAPI
/// description.
const REFUSALS: [(&str, &str, &str); 11] = [
    (
        "bad request",
        "A value of the request is missing or not valid.",
        "The error text names the value. Nothing was billed.",
    ),
    (
        "unauthorized",
        "The API did not accept the token or the API key.",
        "Check the key and the environment with `smileid doctor --api v3`.",
    ),
    (
        "payment required",
        "The partner's wallet does not have enough money.",
        "Top up the wallet in the portal, then submit again.",
    ),
    (
        "forbidden",
        "The account may not do this: the product, the ID type or production is not enabled, or the IP address is not allowed.",
        "Ask Smile ID to enable it for the account.",
    ),
    (
        "not found",
        "The API does not know this job, user or path.",
        "Check the id and the environment. A job may still be unknown right after the API accepted it.",
    ),
    ("conflict", "The job is still processed.", "Request the callback again when the job has a result."),
    (
        "payload too large",
        "The images are too large.",
        "Send smaller images: the documentation gives 4.5 MB for a request, the gateway accepts 10 MB.",
    ),
    (
        "unsupported media type",
        "The request is not a multipart form.",
        "Send a multipart form, as the official SDKs do. A proxy may have changed the header Content-Type.",
    ),
    ("too many requests", "Too many requests came in a short time.", "Wait, then send requests more slowly."),
    (
        "internal server error",
        "The API had an internal error. The job may exist nevertheless.",
        "Do not submit the job again before you know if it exists: each accepted job is billed.",
    ),
    (
        "integration failure",
        "The gateway got no usable response from the API. The job may exist nevertheless.",
        "Do not submit the job again before you know if it exists: each accepted job is billed.",
    ),
];
