//! Replaces field names in error messages with the flags that set the fields.

use std::path::Path;

use smileid::{
    InvalidInput,
    protocol::job::{Problem, excerpt},
    types::ImageSubject,
};

use crate::{
    args::{Images, Submit, flag_of},
    failure::{Failure, Kind},
};

/// Returns the images that flags name, in the order of `image_details`.
pub(crate) fn images(images: &Images) -> Vec<(&'static str, ImageSubject, &Path)> {
    let single = [
        ("--selfie", ImageSubject::Selfie, &images.selfie),
        ("--id-card", ImageSubject::IdCard, &images.id_card),
        ("--id-card-back", ImageSubject::IdCardBack, &images.id_card_back),
    ];
    let single =
        single.into_iter().filter_map(|(flag, subject, path)| Some((flag, subject, path.as_deref()?)));
    let liveness = images.liveness.iter().map(|path| ("--liveness", ImageSubject::Liveness, path.as_path()));
    single.chain(liveness).collect()
}

/// Replaces the patterns in `--liveness` with the files that match, in the order of their names.
///
/// A path that exists is no pattern.
pub(crate) fn expand_liveness(images: &mut Images) -> Result<(), Failure> {
    let mut files = Vec::new();
    for path in std::mem::take(&mut images.liveness) {
        let pattern = path.to_string_lossy();
        if !pattern.contains(['*', '?', '[']) || path.exists() {
            files.push(path);
            continue;
        }
        let invalid = |why: &str| {
            let message = format!("--liveness `{}` {why}", redacted_path(&path));
            Failure::invalid("liveness_images", message)
        };
        let found = glob::glob(&pattern).map_err(|error| invalid(&format!("is not a pattern: {error}")))?;
        let before = files.len();
        files.extend(found.filter_map(Result::ok).filter(|file| file.is_file()));
        if files.len() == before {
            return Err(invalid("matches no file: check the pattern"));
        }
    }
    images.liveness = files;
    Ok(())
}

/// Name of a job's field as the user gave it: the flag, or the field in the job file.
pub(crate) struct FieldName {
    /// Flag that sets the field, if there is one.
    pub(crate) flag: Option<String>,
    /// Text with which error messages begin.
    pub(crate) name: String,
}

/// Returns the name of a field in the job that `submit` creates.
pub(crate) fn name(submit: &Submit, field: &str) -> FieldName {
    let in_file = || FieldName { flag: None, name: format!("`{}`", field.escape_debug()) };
    if submit.job.is_some() {
        return in_file();
    }
    if let Some(index) = index_of_image(field) {
        return match images(&submit.images).get(index) {
            Some((flag, _, path)) => {
                FieldName { flag: Some((*flag).to_owned()), name: format!("{flag} {}", redacted_path(path)) }
            }
            None => in_file(),
        };
    }
    match flag_of(field) {
        Some(flag) => FieldName { name: flag.clone(), flag: Some(flag) },
        None if field == "image_details" => {
            FieldName { flag: Some("--selfie".to_owned()), name: "--selfie".to_owned() }
        }
        None if field.starts_with("partner_params.") => {
            FieldName { flag: Some("--partner-param".to_owned()), name: "--partner-param".to_owned() }
        }
        None => in_file(),
    }
}

/// Converts the error for an invalid field of the job that `submit` creates.
pub(crate) fn invalid(submit: &Submit, error: &InvalidInput) -> Failure {
    let named = name(submit, &error.field);
    let (flag, message) = match (&error.problem, named.flag) {
        (problem, None) => (None, format!("{} {problem}", named.name)),
        (Problem::NoDelivery, Some(flag)) => {
            (Some(flag), "--wait or --callback is required to receive the result".to_owned())
        }
        (Problem::NoSelfie, Some(_)) => (Some("--selfie".to_owned()), "--selfie is required".to_owned()),
        (Problem::NoIdCard, Some(_)) => (Some("--id-card".to_owned()), "--id-card is required".to_owned()),
        (Problem::NeitherCardNorNumber, Some(_)) => {
            let message = "--id-card is required, or --id-number with --country and --id-type";
            (Some("--id-card".to_owned()), message.to_owned())
        }
        (Problem::Missing | Problem::Empty, Some(flag)) if error.field == "image_details" => {
            (Some(flag), "--selfie is required".to_owned())
        }
        (Problem::Missing, Some(flag)) => {
            let message = format!("{flag} is required");
            (Some(flag), message)
        }
        (Problem::NotAPath { base64_type }, Some(flag)) => {
            let advice = format!("give the path of a file, or use image type {base64_type} in a --job file");
            let message = format!("{flag} looks like base64: {advice}");
            (Some(flag), message)
        }
        (problem, Some(flag)) => (Some(flag), format!("{} {problem}", named.name)),
    };
    let failure = Failure::new(Kind::InvalidInput, message).with("field", error.field.as_str());
    match flag {
        Some(flag) => failure.with("flag", flag),
        None => failure,
    }
}

/// Returns a path of the command line for error messages, with secrets hidden.
pub(crate) fn redacted_path(path: &Path) -> String {
    redacted(&path.to_string_lossy())
}

/// Returns a value of the command line for error messages. If it may be a key or a token, only its length is shown.
pub(crate) fn redacted(text: &str) -> String {
    if may_be_shown(text) { excerpt(text) } else { format!("\u{2026} ({} characters)", text.chars().count()) }
}

/// Returns true if a value of the command line looks like a code, words or a file path.
///
/// API keys and tokens do not: they mix digits and letters, have no file extension and do not begin like paths.
pub(crate) fn may_be_shown(text: &str) -> bool {
    const SHORTER_THAN_KEYS: usize = 12;
    const LONGEST_WORD: usize = 24;
    let name = text.rsplit(['/', '\\']).next().unwrap_or_default();
    let has_extension = name.rsplit_once('.').is_some_and(|(_, extension)| {
        extension.len() <= 5
            && extension.starts_with(|c: char| c.is_ascii_alphabetic())
            && extension.bytes().all(|byte| byte.is_ascii_alphanumeric())
    });
    let is_word = |word: &str| word.chars().count() <= LONGEST_WORD && word.chars().all(char::is_alphabetic);
    let is_rooted = ["/", "./", "../", "~/"].iter().any(|root| text.starts_with(root))
        && text.split('/').all(|part| part.len() <= LONGEST_WORD);
    text.len() <= SHORTER_THAN_KEYS
        || is_rooted
        || has_extension && !text.starts_with("eyJ")
        || text.split(['/', '\\', '-', '_', '.', ' ']).all(is_word)
}

/// Returns the index in a field name such as `image_details[2].image`.
fn index_of_image(field: &str) -> Option<usize> {
    field.strip_prefix("image_details[")?.split(']').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::redacted;

    #[test]
    fn redacts_possible_keys_and_tokens() {
        for plain in [
            "0810",
            "AccessDenied",
            "biometric_kyc",
            "selfie",
            "",
            "085",
            "docs/images",
            "/srv/build7f3a9c/job1",
            "../7f3a9c41/selfies2",
            "/dev/stdin",
            "b4",
            "jobs/2026-01-02/job 1.json",
            "C:\\Users\\selfie.jpeg",
            "../.tmpA1b2C3/archive.zip",
        ] {
            assert_eq!(redacted(plain), plain.escape_debug().to_string());
        }
        for secret in [
            "7f3c2b1a-9d8e-4c5b-a6f7-0123456789ab",
            "/run/7f3c2b1a-9d8e-4c5b-a6f7-0123456789ab",
            "mock-api-key-0000",
            "eyJhbGciOiJIUzI1NiJ9.eyJwYXJ0bmVyX2lkIjoiMDg1In0.c2lnbmF0dXJl",
            "eyJhbGciOiJIUzI1NiJ9.eyJwYXJ0bmVyX2lkIjoiMDg1In0.c2ln",
            "zQzIhOsnaQTuuQSomA42In662IWOw+NxYMdwuA11bGo=",
        ] {
            assert_eq!(redacted(secret), format!("\u{2026} ({} characters)", secret.len()));
        }
    }
}
