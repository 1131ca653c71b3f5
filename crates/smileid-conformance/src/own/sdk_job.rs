//! Checks that this project's crates read jobs in the form of the official SDKs correctly.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::{Value, json};
use smileid_protocol::job::{
    CallbackUrl, Delivery, InvalidInput, Problem, ReadError,
    sdk_job::{CheckedJob, SdkJob},
};

use crate::{
    case::{Content, SdkJobCase, SdkJobExpected, read_file},
    check::{Body, part},
    failure::{Doing as _, Failure, same_whole},
};

pub(crate) fn parts(case: &Arc<SdkJobCase>) -> Vec<(&'static str, Body)> {
    vec![part("submit", case, submit)]
}

fn submit(case: &SdkJobCase) -> Result<(), Failure> {
    let default = case.default_callback.as_deref().map(CallbackUrl::parse);
    let default = default.transpose().doing("reading the default callback")?;
    let checked = SdkJob::from_json(&case.job).and_then(|job| job.check(default));
    let outcome = match checked {
        Ok(job) => read(job, case.files.as_ref()),
        Err(invalid) => invalid_input(&invalid),
    };
    let expected = match &case.expect {
        SdkJobExpected::Ok(ok) => json!({"ok": {"job_type": ok.job_type, "delivery": ok.delivery}}),
        SdkJobExpected::Invalid(it) => json!({"invalid": {"field": it.field, "problem": it.problem}}),
    };
    same_whole("the outcome", &expected, &outcome)
}

fn read(job: CheckedJob, files: Option<&BTreeMap<String, Content>>) -> Value {
    match job {
        CheckedJob::Images(job, delivery) => {
            let ok = json!({"ok": {"job_type": job.job_type(), "delivery": delivery_json(&delivery)}});
            let Some(files) = files else { return ok };
            match job.read(|path| read_file(files, path)) {
                Ok(_) => ok,
                Err(ReadError::Image(invalid)) => invalid_input(&invalid),
                Err(ReadError::File { field, .. }) => {
                    json!({"invalid": {"field": field, "problem": "unreadable_file"}})
                }
                Err(other) => json!({"unknown": other.to_string()}),
            }
        }
        CheckedJob::Lookup(job) => {
            let at_once = match job.callback_url() {
                None => json!("at_once"),
                Some(url) => json!({"at_once": {"callback": url.as_str()}}),
            };
            json!({"ok": {"job_type": job.job_type(), "delivery": at_once}})
        }
        other => json!({"unknown": format!("{other:?}")}),
    }
}

fn delivery_json(delivery: &Delivery) -> Value {
    let follow = delivery.following();
    json!({
        "callback": delivery.callback_url().map(CallbackUrl::as_str),
        "follow": follow.map(|it| json!({"history": it.history, "image_links": it.image_links})),
    })
}

fn invalid_input(invalid: &InvalidInput) -> Value {
    json!({"invalid": {"field": invalid.field, "problem": problem(&invalid.problem)}})
}

fn problem(problem: &Problem) -> &'static str {
    match problem {
        Problem::Missing => "missing",
        Problem::Empty => "empty",
        Problem::WrongType { .. } => "wrong_type",
        Problem::UnknownJobType => "unknown_job_type",
        Problem::UnknownImageType => "unknown_image_type",
        Problem::NoSelfie => "no_selfie",
        Problem::NoIdCard => "no_id_card",
        Problem::NeitherCardNorNumber => "neither_card_nor_number",
        Problem::TwoSources => "two_sources",
        Problem::NotBase64 { .. } => "not_base64",
        Problem::NotAPath { .. } => "not_a_path",
        // Cases do not distinguish these two problems: the second only adds the detected format.
        Problem::NotAnImage | Problem::OtherFormat { .. } => "not_an_image",
        Problem::TooMany { .. } => "too_many",
        Problem::TooManyMembers { .. } => "too_many_members",
        Problem::NoDelivery => "no_delivery",
        Problem::NotAnAddress => "not_an_address",
        Problem::Reserved => "reserved",
        _ => "unknown",
    }
}
