//! Checks how a program handles jobs: they must be sent, or refused before anything is sent.

use std::{collections::BTreeMap, sync::Arc};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::{
    Answer, Question, Task,
    answer::{Refused, Sent},
};
use crate::case::{Case, Invalid, SdkJobCase, SdkJobExpected, SdkJobOk};

/// Partner id and API key for cases without a partner.
const PARTNER: (&str, &str) = ("212", "test-api-key-0001");

/// Members of an image that can name its file.
pub(super) const SOURCES: [&str; 2] = ["image", "file_name"];

/// Images of one pixel, for jobs whose case does not test images.
const SAMPLES: [(&str, &str); 2] = [
    (
        ".jpg",
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4\
         OTo7PD0+P0D/wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAACv/aAAgBAQAAPwC/gAH/2Q==",
    ),
    (".png", "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP43+AAAARBAcAM0e2RAAAAAElFTkSuQmCC"),
];

pub(super) fn question(of: &Case, case: &Arc<SdkJobCase>) -> Question {
    let (partner_id, api_key) = PARTNER;
    let members = json!({
        "partner_id": partner_id, "api_key": api_key, "job": case.job, "default_callback": case.default_callback,
    });
    let files = match &case.files {
        Some(files) => files.iter().map(|(path, content)| (path.clone(), content.0.clone())).collect(),
        None => samples(&case.job),
    };
    let expected = match &case.expect {
        SdkJobExpected::Ok(ok) => match callback(&ok.delivery) {
            Some(url) => format!("the job is sent with the callback URL `{url}`"),
            None => "the job is sent without a callback URL".to_owned(),
        },
        SdkJobExpected::Invalid(it) => {
            format!("a refusal that names `{}`, before anything is sent", it.field)
        }
    };
    let case = Arc::clone(case);
    let judge = move |answer: &Answer| match (&case.expect, answer) {
        (SdkJobExpected::Ok(ok), Answer::Sent(sent)) => Ok(of_sent(&case.job, ok, sent)),
        (SdkJobExpected::Ok(_), Answer::Refused(it)) => Ok(vec![format!("refuses it: {}", it.message)]),
        (SdkJobExpected::Invalid(_), Answer::Sent(sent)) => Ok(vec![format!("sends it, to {}", sent.path)]),
        (SdkJobExpected::Invalid(invalid), Answer::Refused(refused)) => {
            Ok(of_refused(&case.job, invalid, refused))
        }
        (_, other) => Err(other.misplaced(&["sent", "refused"])),
    };
    Question::new(of, Task::Job, members, expected, Box::new(judge)).with_files(files)
}

/// Returns the image objects of a job.
pub(super) fn images_of(job: &mut Value) -> impl Iterator<Item = &mut Map<String, Value>> {
    let images = job.get_mut("image_details").and_then(Value::as_array_mut);
    images.into_iter().flatten().filter_map(Value::as_object_mut)
}

/// Returns a sample image for each image path in the job.
fn samples(job: &Value) -> BTreeMap<String, Bytes> {
    let mut job = job.clone();
    let values = images_of(&mut job).flat_map(|image| SOURCES.map(|name| image.remove(name)));
    let paths = values.filter_map(|value| value?.as_str().map(str::to_owned));
    paths
        .filter_map(|path| {
            let (_, sample) = SAMPLES.iter().find(|(extension, _)| path.ends_with(extension))?;
            Some((path, STANDARD.decode(sample).ok()?.into()))
        })
        .collect()
}

fn of_sent(job: &Value, expected: &SdkJobOk, sent: &Sent) -> Vec<String> {
    let mut deviations = Vec::new();
    let path = sent.path.trim_start_matches("/v1");
    let fits = match expected.job_type {
        5 => ["/id_verification", "/async_id_verification"].contains(&path),
        7 => ["/business_verification", "/async_business_verification"].contains(&path),
        _ => path == "/upload",
    };
    if !fits {
        deviations.push(format!("sends a job of type {} to {}", expected.job_type, sent.path));
    }
    let params = sent.body.get("partner_params");
    for name in ["user_id", "job_id", "job_type"] {
        let (wanted, got) =
            (job.pointer(&format!("/partner_params/{name}")), params.and_then(|it| it.get(name)));
        // A job type may be text. The platform has received both forms.
        if wanted.map(plain) != got.map(plain) {
            deviations.push(format!("sends another `{name}`: {}", shown(got)));
        }
    }
    let wanted = callback(&expected.delivery).unwrap_or_default();
    let got = sent.body.get("callback_url").and_then(Value::as_str).unwrap_or_default();
    if got != wanted {
        let word =
            if got.is_empty() { "no callback URL".to_owned() } else { format!("the callback URL `{got}`") };
        deviations.push(format!("sends {word}"));
    }
    deviations
}

/// Returns the callback URL in any of the forms of `delivery`.
fn callback(delivery: &Value) -> Option<&str> {
    delivery.pointer("/at_once/callback").or_else(|| delivery.get("callback"))?.as_str()
}

fn of_refused(job: &Value, invalid: &Invalid, refused: &Refused) -> Vec<String> {
    let text = squeezed(&format!("{} {}", refused.field.as_deref().unwrap_or_default(), refused.message));
    let mut names = names_of(&invalid.field);
    // If the whole parent object is missing, an error may also name the parent.
    let parent = invalid.field.split('.').next().filter(|parent| job.get(parent).is_none_or(Value::is_null));
    names.extend(parent);
    if names.iter().any(|name| text.contains(&squeezed(name))) {
        return Vec::new();
    }
    vec![format!("refuses it without naming the field: {}", refused.message)]
}

/// Returns the names that a message may use for a field. Letter case, spaces and underscores do not matter.
fn names_of(field: &str) -> Vec<&str> {
    let last = field.rsplit('.').next().unwrap_or(field);
    match last {
        "image_details" => vec!["image", "selfie"],
        "return_job_status" => vec!["job status", "callback"],
        "optional_callback" | "callback_url" => vec!["callback"],
        "entered" => vec!["entered", "id info", "card"],
        "image_type_id" => vec!["image type"],
        "image" | "file_name" => vec!["image", "file"],
        "partner_params" => vec!["partner param"],
        "job" => vec!["job", "partner param"],
        name if name.starts_with("image_details") => vec!["image"],
        name => vec![name],
    }
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Returns a JSON value as text, without quotation marks.
pub(super) fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn shown(value: Option<&Value>) -> String {
    value.map_or_else(|| "none".to_owned(), Value::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_may_spell_the_field_in_any_way() -> serde_json::Result<()> {
        let job = json!({"partner_params": {"user_id": "u"}, "id_info": null});
        for (field, message, is_named) in [
            ("partner_params.job_id", "Please make sure that job_id is included", true),
            ("partner_params.job_id", "Job ID must be a text", true),
            ("partner_params.job_id", "partner_params may not be empty", false),
            ("id_info.country", "Please make sure that id_info is not empty", true),
            ("id_info.country", "invalid input", false),
            ("image_details[0].image", "an image has no file", true),
            ("image_details[0].image_type_id", "You need to send through a selfie", false),
            ("options.return_job_status", "choose to get your response via the callback", true),
        ] {
            let invalid: Invalid = serde_json::from_value(json!({"field": field, "problem": "missing"}))?;
            let refused = |field| Refused { message: message.to_owned(), field };
            assert_eq!(of_refused(&job, &invalid, &refused(None)).is_empty(), is_named, "{field}: {message}");
            assert!(of_refused(&job, &invalid, &refused(Some(field.to_owned()))).is_empty());
        }
        Ok(())
    }

    #[test]
    fn the_sent_request_must_match_the_job() -> serde_json::Result<()> {
        let job = json!({"partner_params": {"user_id": "u", "job_id": "j", "job_type": 1}});
        let ok =
            SdkJobOk { job_type: 1, delivery: json!({"callback": "https://cb.example", "follow": null}) };
        let sent = |path: &str, body: Value| serde_json::from_value(json!({"path": path, "body": body}));
        let body = json!({
            "partner_params": {"user_id": "u", "job_id": "j", "job_type": "1"}, "callback_url": "https://cb.example",
        });
        assert_eq!(of_sent(&job, &ok, &sent("/v1/upload", body)?), Vec::<String>::new());
        assert_eq!(
            of_sent(&job, &ok, &sent("/v1/id_verification", json!({"partner_params": {"user_id": 7}}))?),
            [
                "sends a job of type 1 to /v1/id_verification",
                "sends another `user_id`: 7",
                "sends another `job_id`: none",
                "sends another `job_type`: none",
                "sends no callback URL",
            ]
        );
        Ok(())
    }
}
