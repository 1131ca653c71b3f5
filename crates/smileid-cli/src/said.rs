//! What codes and callbacks come to, in words.

use serde_json::{Map, Value, json};
use smileid::{
    protocol::callback::Callback,
    types::{PartnerParams, Verdict},
};

/// For people: one thing a line.
pub(crate) type Lines = Vec<(&'static str, String)>;

/// What a callback says: of whom, and what it comes to.
pub(crate) fn by_callback(callback: &Callback, verdict: &Verdict) -> (Map<String, Value>, Lines) {
    let (params, smile_job_id) = match callback {
        Callback::Result(result) => (result.partner_params.as_ref(), result.smile_job_id.as_deref()),
        Callback::Phone(result) => (result.partner_params.as_ref(), result.job_id.as_deref()),
        Callback::Selfie(result) => (result.partner_params.as_ref(), result.job_id.as_deref()),
        _ => (None, None),
    };
    let text = |of: fn(&PartnerParams) -> Option<&String>| params.and_then(of).cloned();
    let ids = [
        ("user_id", text(|params| params.user_id.as_ref())),
        ("job_id", text(|params| params.job_id.as_ref())),
        ("smile_job_id", smile_job_id.map(str::to_owned)),
    ];
    let (mut members, mut lines) = by_verdict(verdict);
    for (name, id) in ids {
        let Some(id) = id else { continue };
        members.insert(name.to_owned(), json!(id));
        lines.push((name, id));
    }
    (members, lines)
}

/// What a verdict says.
pub(crate) fn by_verdict(verdict: &Verdict) -> (Map<String, Value>, Lines) {
    let decision = verdict.decision.word();
    let code = verdict.code.as_ref().map(ToString::to_string);
    let mut members = Map::new();
    members.insert("code".to_owned(), json!(code));
    members.insert("decision".to_owned(), json!(decision));
    members.insert("reason".to_owned(), json!(verdict.reason()));
    members.insert("advice".to_owned(), json!(verdict.advice()));
    let lines = vec![
        ("decision", format!("{decision} ({})", code.as_deref().unwrap_or("no code"))),
        ("", verdict.reason().to_owned()),
        ("", verdict.advice().to_owned()),
    ];
    (members, lines)
}
