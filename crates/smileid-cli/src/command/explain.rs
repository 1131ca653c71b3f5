//! Command `smileid explain`: explains codes and saved messages.

mod v3;

use std::path::Path;

use serde_json::{Value, json};
use smileid::{
    protocol::message::Message,
    types::{
        Category, Confidence, ErrorCode, ErrorCodeRow, JobType, Product, ResultCode, ResultCodeRow, Verdict,
    },
};

use super::{submit::job_type, verify};
use crate::{
    args::{Args, Explain},
    describe::{self, Judgement, Proof},
    failure::{Failure, Kind},
    flags::redacted,
    output::Output,
    setup::read_text,
    terminal::Lines,
};

pub(crate) async fn run(explain: &Explain, args: &Args) -> Result<Output, Failure> {
    let path = Path::new(&explain.code);
    if explain.code == "-" || path.is_file() {
        let body = read_text(path, "code", args).await?;
        return v3::message(&body).map_or_else(|| message(&body), Ok);
    }
    match v3::word(&explain.code) {
        Some(_) if explain.job_type.is_some() => {
            Err(Failure::invalid("job_type", "--job-type does not apply to a status or reason of V3"))
        }
        Some(output) => Ok(output),
        None => meaning(explain),
    }
}

/// Explains a code or a word of V3.
fn meaning(explain: &Explain) -> Result<Output, Failure> {
    let code = with_leading_zeros(explain.code.trim());
    let job_type = explain.job_type.as_deref().map(job_type).transpose()?;
    let known: Vec<_> = ResultCode::rows().iter().filter(|row| row.code == code).collect();
    let is_selected = |row: &&&ResultCodeRow| job_type.is_none_or(|it| row.job_types.contains(&it));
    let results: Vec<_> = known.iter().filter(is_selected).copied().collect();
    let error = ErrorCode::from(code.as_str()).row();
    if results.is_empty() && error.is_none() {
        return Err(unknown(&code, job_type, &known));
    }

    let mut lines: Lines = vec![("code", code.clone())];
    let results: Vec<Value> = results.into_iter().map(|row| result(row, job_type, &mut lines)).collect();
    let error = error.map(|row| refusal(row, &mut lines));
    Ok(Output::new(&json!({"code": code, "results": results, "error": error}), lines))
}

/// Explains a saved message of the API, without verifying it.
fn message(body: &[u8]) -> Result<Output, Failure> {
    let (message, _) = verify::read(body)?.trust_without_checking();
    if let Message::Refusal(refusal) = &message {
        let code = refusal.code.as_ref().map(|code| code.as_str().to_owned()).unwrap_or_default();
        return meaning(&Explain { code, job_type: None });
    }
    let judgement = verify::judgement(&message).unverified();
    let (members, ids) = describe::ids_of(message.partner_params(), message.smile_job_id());
    let code = message.verdict().and_then(|verdict| verdict.code);
    let mut lines: Lines =
        vec![("decision", judgement.heading(Proof::Origin)), ("", judgement.reason.clone())];
    lines.extend([("", judgement.advice.clone()), ("kind", verify::kind(&message).to_owned())]);
    lines.extend(code.iter().map(|code| ("code", code.to_string())).chain(ids));
    lines.push(("proof", "none: this command does not check signatures; run `smileid verify`".to_owned()));
    let output = Output::new(&members, lines).with("kind", &verify::kind(&message)).with("code", &code);
    Ok(output.with("verdict", &judgement.json()).with("proof", &Proof::None.word()))
}

/// Adds the leading zeros that a numeric code has lost.
fn with_leading_zeros(code: &str) -> String {
    let is_number = !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { format!("{code:0>4}") } else { code.to_owned() }
}

fn unknown(code: &str, job_type: Option<JobType>, known: &[&ResultCodeRow]) -> Failure {
    let message = match job_type {
        Some(job_type) if !known.is_empty() => {
            let types: Vec<_> = known.iter().flat_map(|row| row.job_types).map(ToString::to_string).collect();
            let others = if types.is_empty() { "no job type".to_owned() } else { types.join(", ") };
            format!("the code {code} is not known for job type {job_type}; it is known for {others}")
        }
        _ => {
            let advice = "the code may be new; do not treat a result with this code as an approval";
            format!("unknown code `{}`: {advice}", redacted(code))
        }
    };
    Failure::new(Kind::Other, message).with("code", redacted(code))
}

/// Explains a result code, with the decisions for the products of the job type.
fn result(row: &ResultCodeRow, job_type: Option<JobType>, lines: &mut Lines) -> Value {
    let category = category(row.category);
    let products: Vec<_> = row.products.iter().map(Product::as_str).collect();
    let about = if row.lookup { "lookup" } else { "check" };
    lines.push(("result", format!("{category}, as a {about} of {}", products.join(", "))));
    lines.push(("", row.meaning.to_owned()));
    lines.extend(row.note.map(|note| ("", note.to_owned())));

    let mut decisions: Vec<(Verdict, Vec<&str>)> = Vec::new();
    let is_selected = |product: &&Product| {
        job_type.is_none_or(|it| product.row().is_some_and(|product| product.job_types.contains(&it)))
    };
    for product in row.products.iter().filter(is_selected) {
        let verdict = Verdict::for_code(Some(&ResultCode::from(row.code)), product);
        match decisions.iter_mut().find(|(known, _)| *known == verdict) {
            Some((_, products)) => products.push(product.as_str()),
            None => decisions.push((verdict, vec![product.as_str()])),
        }
    }
    let decisions: Vec<_> = decisions
        .into_iter()
        .map(|(verdict, products)| {
            let judgement = Judgement::from(&verdict);
            let mut members = judgement.json();
            lines.push(("decision", format!("{} for {}", judgement.decision, products.join(", "))));
            let sentences = [judgement.reason, judgement.advice];
            lines.extend(sentences.into_iter().filter(|it| it != row.meaning).map(|it| ("", it)));
            members["code"] = json!(row.code);
            members["products"] = json!(products);
            members
        })
        .collect();
    let job_types: Vec<_> = row.job_types.iter().map(|it| it.number()).collect();
    json!({
        "category": category,
        "meaning": row.meaning,
        "note": row.note,
        "texts": row.texts,
        "lookup": row.lookup,
        "products": products,
        "job_types": job_types,
        "decisions": decisions,
        "confidence": confidence(row.confidence),
    })
}

/// Explains an error code.
fn refusal(row: &ErrorCodeRow, lines: &mut Lines) -> Value {
    let status = row.http_status.map(|status| format!("HTTP {status}, ")).unwrap_or_default();
    lines.push(("refusal", format!("{status}from {}", row.endpoints.join(", "))));
    lines.push(("", row.meaning.to_owned()));
    lines.push(("", row.advice.to_owned()));
    json!({
        "meaning": row.meaning,
        "advice": row.advice,
        "texts": row.texts,
        "http_status": row.http_status,
        "endpoints": row.endpoints,
        "confidence": confidence(row.confidence),
    })
}

fn category(category: Category) -> &'static str {
    match category {
        Category::Approved => "approved",
        Category::Provisional => "provisional",
        Category::Rejected => "rejected",
        Category::Error => "error",
        Category::Information => "information",
        _ => "unknown",
    }
}

fn confidence(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Documented => "documented",
        Confidence::SeenInCode => "seen in code",
        _ => "inferred",
    }
}
