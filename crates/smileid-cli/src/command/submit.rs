//! Command `smileid submit`: submits a job of any type.

mod v3;

use std::{io, path::Path};

use serde_json::{Map, Value, json};
use smileid::{
    Accepted, CallbackUrl, Error, ErrorKind, InvalidInput, JobRef, LookupJob, Outcome, Submission, Warning,
    client::flow,
    protocol::job::{
        PollOptions, ReadError, lint,
        sdk_job::{CheckedJob, ImageDetail, SdkJob},
    },
    types::{
        ENVIRONMENTS, ErrorCode, IdInfo, ImageContent, ImageType, JobType,
        v3::{Product as V3Product, ProductRow},
    },
};

use super::status::{no_archive, pending};
use crate::{
    args::{Api, Args, Submit},
    failure::{Failure, Kind, chain},
    flags,
    interrupt::Signals,
    output::Output,
    progress::{self, Progress},
    resume,
    setup::{
        Session, has_known_key, is_standard_input, not_in_mock, one_standard_input, random_id, read,
        read_json,
    },
    terminal::{printable, tell},
    v3::{is_selected as is_v3, refuse_flags},
};

const ZERO_WAIT: &str = "--wait limits the time of the whole command, so it cannot be 0";
const CANNOT_RESUME: &str = "--resume needs --wait and --callback for a lookup: the API does not know a lookup without a \
                                                           callback afterwards, and sending it again bills it again";
/// Maximum size of an image that is read into memory, in bytes.
const LARGEST_IMAGE: u64 = 32 << 20;

pub(crate) async fn run(submit: &Submit, args: &Args) -> Result<Output, Failure> {
    if submit.wait.is_some_and(|wait| wait.is_zero()) {
        return Err(Failure::invalid("options.return_job_status", ZERO_WAIT));
    }
    if is_v3(args) {
        return v3::run(submit, args).await;
    }
    refuse_flags(Api::V1, &v3::given(submit))?;
    if submit.job.is_none() && submit.job_type.is_none() && submit.v3.product.is_none() {
        return Err(Failure::invalid("job_type", "--job-type, --product or --job is required"));
    }
    if submit.resume {
        not_in_mock(args, "resuming a job")?;
    }
    let mut signals = Signals::catch();
    let json = match &submit.job {
        Some(file) => {
            one_standard_input(args, "job", file, &[])?;
            signals.or_interrupted(read_json(file, "job", args)).await?
        }
        None => from_flags(submit)?,
    };
    let invalid = |error: InvalidInput| flags::invalid(submit, &error);
    let mut job = SdkJob::from_json(&json).map_err(invalid)?;
    add_flags(&mut job, submit)?;
    match signals.unless(read_streams(&mut job, submit, args)).await {
        Ok(done) => done?,
        Err(signal) => {
            let failure =
                Failure::new(signal, "the command was interrupted while it read an image; nothing was sent");
            let params = &job.partner_params;
            let ids = params.user_id.as_deref().zip(params.job_id.as_deref());
            // One of the ids may be the key, which is not known yet.
            let ids = ids.filter(|_| has_known_key(args));
            return Err(match ids.and_then(|(user, job)| JobRef::new(user, job).ok()) {
                Some(ids) => {
                    failure.with_job(&ids, None).with_resume(resume::again(args, submit, &ids, submit.resume))
                }
                None => failure,
            });
        }
    }
    let environment = args.env.as_deref().and_then(|env| ENVIRONMENTS.iter().find(|row| row.name == env));
    let warnings = lint::sdk_job(&job, environment);
    let warnings: Vec<Value> = warnings.iter().map(|warning| warning_json(warning, submit)).collect();
    let personal = personal(&job.id_info);
    let callback = submit.callback.as_deref().filter(|address| !address.is_empty());
    let mut poll = PollOptions::default();
    poll.history = job.options.return_history;
    let callback = callback.map(CallbackUrl::parse).transpose();
    let callback = callback.map_err(invalid)?;
    let checked = job.check(callback).map_err(|error| invalid(error).with_warnings(&warnings))?;
    if submit.strict {
        refuse(&warnings, submit)?;
    }

    let context = Context { submit, args, personal, signals };
    let output = match checked {
        CheckedJob::Images(job, delivery) => {
            if matches!(job.job_type(), JobType::SmartSelfieAuthentication | JobType::UpdatePhoto) {
                not_in_mock(args, "a job for an enrolled user")?;
            }
            if delivery.following().is_none() {
                not_in_mock(args, "submitting without waiting")?;
            }
            let (is_awaited, poll) =
                (delivery.following().is_some(), delivery.following().unwrap_or_default());
            let mut submission = Submission::new(job);
            if let Some(url) = delivery.callback_url() {
                submission = submission.callback(url.clone());
            }
            context.submit_job(submission, is_awaited, poll).await
        }
        CheckedJob::Lookup(job) => match (submit.wait, job.callback_url().cloned()) {
            // With a callback URL the lookup is billed once, and its result can be read later from the job status.
            (Some(_), Some(callback)) => {
                context.submit_job(Submission::new(job).callback(callback), true, poll).await
            }
            _ if submit.resume => Err(Failure::invalid("resume", CANNOT_RESUME)),
            _ => context.look_up(job).await,
        },
        _ => Err(Failure::invalid("job_type", "this command cannot submit jobs of this type")),
    };
    match output {
        Ok(output) => Ok(output.with_warnings(warnings)),
        Err(failure) => Err(failure.with_warnings(&warnings)),
    }
}

/// Data that all steps of a submission need.
struct Context<'a> {
    submit: &'a Submit,
    args: &'a Args,
    personal: Vec<String>,
    signals: Signals,
}

impl Context<'_> {
    async fn submit_job(
        self,
        mut submission: Submission,
        is_awaited: bool,
        poll: PollOptions,
    ) -> Result<Output, Failure> {
        let Self { submit, args, personal, mut signals } = self;
        let ids = submission.ids().clone();
        let is_lookup = matches!(submission.job_type(), JobType::EnhancedKyc | JobType::BusinessVerification);
        if submit.resume {
            submission = submission.resumed();
        }
        let session = signals.or_interrupted(Session::start(args)).await?;
        let secrets = session.secrets(personal);
        if progress::is_shown(args) {
            let (job, user) = (printable(ids.job_id()), printable(ids.user_id()));
            tell(format_args!("submitting job {job} of user {user}"));
        }
        let progress = Progress::start(args, "announcing the job".to_owned());
        let after_upload = if is_awaited {
            progress::waiting(session.client.config().wait.timeout)
        } else {
            "waiting for the API's response".to_owned()
        };
        let mut call = session.client.submit(&mut submission).on_progress(progress.upload(after_upload));
        if poll.history {
            call = call.history();
        }
        if poll.image_links {
            call = call.image_links();
        }
        if let Some(left) = args.left() {
            call = call.timeout(left);
        }
        let submitted = if is_awaited {
            signals.unless(call.wait().send()).await.map(|done| done.map(Submitted::Awaited))
        } else {
            signals.unless(call.send()).await.map(|done| done.map(Submitted::Accepted))
        };
        drop(progress);
        let resume = || resume::submission(args, submit, &ids, submission.stage(), is_lookup);
        let smile_job_id = submission.stage().smile_job_id();
        match submitted {
            Err(signal) => {
                let message = format!("interrupted: {}", submission.stage());
                let failure = Failure::new(signal, message).with_job(&ids, smile_job_id);
                Err(failure.with_resume(resume()))
            }
            Ok(Err(error)) if error.kind() == ErrorKind::NoArchive => Err(no_archive(&ids)
                .with_job(&ids, smile_job_id)
                .with_resume(resume::again(args, submit, &ids, true))),
            Ok(Err(error)) => {
                let failure = match error.failure() {
                    Some(flow::Failure::Read(error)) => unreadable(submit, error),
                    _ => Failure::from(&error).with_server_text(&error, &secrets),
                };
                let failure = failure.with_job(&ids, error.smile_job_id().or(smile_job_id));
                Err(with_resume_command(failure, &error, &ids, args, submit, resume))
            }
            Ok(Ok(Submitted::Accepted(accepted))) => Ok(Output::submitted(&ids, accepted.smile_job_id())),
            Ok(Ok(Submitted::Awaited(outcome))) if outcome.is_pending() => {
                Err(pending(&ids, resume()).with_job(&ids, outcome.smile_job_id()))
            }
            Ok(Ok(Submitted::Awaited(outcome))) => Ok(Output::outcome(&outcome, &secrets)),
        }
    }

    async fn look_up(self, job: LookupJob) -> Result<Output, Failure> {
        let Self { submit, args, personal, mut signals } = self;
        let ids = job.ids().clone();
        let session = signals.or_interrupted(Session::start(args)).await?;
        let secrets = session.secrets(personal);
        let resume = || resume::again(args, submit, &ids, false);
        let billed = "the lookup may have been billed, and a repeated lookup is billed again";
        let progress = Progress::start(args, "waiting for the API's response".to_owned());
        let done = signals.unless(session.client.submit(job).send()).await;
        drop(progress);
        match done {
            Ok(Ok(outcome)) => Ok(Output::outcome(&outcome, &secrets)),
            Ok(Err(error)) => {
                let failure = Failure::from(&error).with_server_text(&error, &secrets).with_job(&ids, None);
                Err(if error.is_outcome_unknown() {
                    failure.with_detail(billed).with_resume(resume())
                } else if error.is_retryable() || error.not_sent() {
                    failure.with_resume(resume())
                } else {
                    failure
                })
            }
            Err(signal) => {
                let failure = Failure::new(signal, format!("interrupted: {billed}")).with_job(&ids, None);
                Err(failure.with("outcome_unknown", true).with_resume(resume()))
            }
        }
    }
}

/// Result of a successful submission.
enum Submitted {
    Accepted(Accepted),
    Awaited(Outcome),
}

/// Adds advice to an error, and the command that continues the job if one helps.
fn with_resume_command(
    failure: Failure,
    error: &Error,
    ids: &JobRef,
    args: &Args,
    submit: &Submit,
    resume: impl Fn() -> String,
) -> Failure {
    if error.code() == Some(&ErrorCode::JOB_EXISTS) || error.kind() == ErrorKind::OtherContent {
        let flag = if submit.job.is_some() { "`job_id`" } else { "--job-id" };
        let advice = format!("wait for the result of that job, or use another {flag} for a new one");
        return failure.with_detail(&advice).with_resume(resume::wait(
            args,
            ids,
            submit.history,
            submit.image_links,
        ));
    }
    let can_resume = error.is_outcome_unknown() || error.is_retryable() || error.not_sent();
    let is_input_error = matches!(error.kind(), ErrorKind::File | ErrorKind::Image | ErrorKind::Unwritable);
    if can_resume && !is_input_error { failure.with_resume(resume()) } else { failure }
}

/// Converts the error for an unreadable file or an invalid image, with the names that the user gave.
fn unreadable(submit: &Submit, error: &ReadError) -> Failure {
    match error {
        ReadError::Image(invalid) => flags::invalid(submit, invalid),
        ReadError::File { field, path, source } => cannot_read(submit, field, path, source),
        _ => Failure::new(Kind::Other, chain(error)),
    }
}

fn cannot_read(submit: &Submit, field: &str, path: &Path, source: &io::Error) -> Failure {
    let named = flags::name(submit, field);
    let what = match &named.flag {
        Some(_) => named.name,
        None => format!("the file `{}` of {}", flags::redacted_path(path), named.name),
    };
    let failure = Failure::new(Kind::FileNotFound, format!("{what} could not be read: {source}"));
    let failure = failure.with("field", field);
    match named.flag {
        Some(flag) => failure.with("flag", flag),
        None => failure,
    }
}

/// Returns a warning as JSON, with the field named as the user gave it.
fn warning_json(warning: &Warning, submit: &Submit) -> Value {
    let named = flags::name(submit, &warning.field);
    json!({
        "code": warning.code.as_str(),
        "field": warning.field,
        "message": format!("{} {}", named.name, warning.message),
    })
}

/// Creates the error for a job with warnings.
fn refuse(warnings: &[Value], submit: &Submit) -> Result<(), Failure> {
    let Some(first) = warnings.first() else { return Ok(()) };
    let part = |name: &str| first[name].as_str().unwrap_or_default().to_owned();
    let field = part("field");
    let message = format!("{}; --strict refuses jobs with warnings", part("message"));
    let failure = Failure::new(Kind::InvalidInput, message).with("field", field.as_str());
    let failure = match flags::name(submit, &field).flag {
        Some(flag) => failure.with("flag", flag),
        None => failure,
    };
    Err(failure.with_warnings(warnings))
}

/// Reads images from standard input, pipes and devices into memory, before anything is sent. The client reads regular files.
async fn read_streams(job: &mut SdkJob, submit: &Submit, args: &Args) -> Result<(), Failure> {
    let by_flags = flags::images(&submit.images);
    let stdin = || by_flags.iter().filter(|(_, _, path)| is_standard_input(path));
    if stdin().count() + usize::from(args.api_key_file.as_deref().is_some_and(is_standard_input)) > 1 {
        let flag = stdin().next().map_or("--selfie", |(flag, ..)| flag);
        let failure =
            Failure::new(Kind::InvalidInput, "standard input can be read only once: use `-` for one file");
        return Err(failure.with("field", "image_details").with("flag", flag));
    }
    for (index, image) in job.image_details.iter_mut().flatten().enumerate() {
        let number = image.image_type_id.and_then(|number| u16::try_from(number).ok());
        if number.map(ImageType::from).and_then(ImageType::content) != Some(ImageContent::File) {
            continue;
        }
        let path = match (&image.file_name, &image.image) {
            (Some(path), None) => path.clone(),
            (None, Some(text)) if text.len() < 4096 => text.into(),
            _ => continue,
        };
        let is_stdin = submit.job.is_none() && is_standard_input(&path);
        let is_stream = is_stdin || std::fs::metadata(&path).is_ok_and(|it| !it.is_file() && !it.is_dir());
        if is_stream {
            let source = if is_stdin { Path::new("-") } else { &path };
            let content = read(source, LARGEST_IMAGE, args).await;
            let field = format!("image_details[{index}].image");
            image.content = Some(content.map_err(|error| cannot_read(submit, &field, &path, &error))?.into());
        }
    }
    Ok(())
}

/// Converts the flags to the JSON of a job file, so that both are checked by the same rules.
fn from_flags(submit: &Submit) -> Result<Value, Failure> {
    let job_type = match submit.v3.product.as_deref() {
        Some(product) => product_type(product)?,
        None => job_type(submit.job_type.as_deref().unwrap_or_default())?,
    };
    let enrolled = matches!(job_type, JobType::SmartSelfieAuthentication | JobType::UpdatePhoto);
    let mut params = Map::new();
    params.insert("job_type".to_owned(), job_type.number().into());
    match &submit.user_id {
        Some(id) => drop(params.insert("user_id".to_owned(), id.as_str().into())),
        None if enrolled => {} // the user must already be enrolled
        None => drop(params.insert("user_id".to_owned(), random_id("user")?.into())),
    }
    let job_id = submit.job_id.clone().map_or_else(|| random_id("job"), Ok)?;
    params.insert("job_id".to_owned(), job_id.into());

    let mut id_info: Map<String, Value> =
        submit.id_info.given().map(|(name, value)| (name.to_owned(), value.into())).collect();
    // An ID number or session on the command line is meant to be verified.
    if (id_info.contains_key("id_number") || id_info.contains_key("session_id"))
        && !matches!(job_type, JobType::EnhancedKyc | JobType::BusinessVerification)
    {
        id_info.insert("entered".to_owned(), true.into());
    }
    Ok(json!({"partner_params": params, "image_details": [], "id_info": id_info}))
}

/// Adds the values of flags to a job, whether it comes from flags or from a file.
fn add_flags(job: &mut SdkJob, submit: &Submit) -> Result<(), Failure> {
    let options = &mut job.options;
    options.return_job_status |= submit.wait.is_some();
    options.return_history |= submit.history;
    options.return_image_links |= submit.image_links;
    options.use_enrolled_image |= submit.use_enrolled_image;
    if submit.allow_new_enroll {
        options.allow_new_enroll = Some(true);
    }
    for param in &submit.partner_params {
        let (name, value) = param.split_once('=').ok_or_else(|| {
            Failure::invalid("partner_param", "--partner-param must have the form NAME=VALUE")
        })?;
        if job.partner_params.extra.insert(name.to_owned(), value.into()).is_some() {
            let message = format!("--partner-param {} is given twice", flags::redacted(name));
            return Err(Failure::invalid("partner_param", message));
        }
    }

    for (_, subject, path) in flags::images(&submit.images) {
        let mut types = ImageType::LISTED.iter();
        let file =
            |it: &&ImageType| it.subject() == Some(subject) && it.content() == Some(ImageContent::File);
        let mut image = ImageDetail::default();
        image.image_type_id = types.find(file).map(|it| it.number().into());
        image.file_name = Some(path.to_owned());
        job.image_details.get_or_insert_default().push(image);
    }
    Ok(())
}

/// Parses a job type: its number, the API's word for the product, or the name in this command.
pub(crate) fn job_type(text: &str) -> Result<JobType, Failure> {
    if let Ok(number) = text.parse::<u16>() {
        return Ok(number.into());
    }
    let plain = |name: &str| name.to_lowercase().replace(['_', '-', ' '], "");
    let wanted = plain(text);
    let named = JobType::LISTED.iter().find(|it| {
        plain(&format!("{it:?}")) == wanted || it.product().is_some_and(|product| plain(product) == wanted)
    });
    named.copied().ok_or_else(|| {
        let advice = "use a number (1, 2, 4, 5, 6, 7, 8, 9, 11) or a name such as biometric_kyc";
        Failure::invalid("job_type", format!("`{}` is not a job type: {advice}", flags::redacted(text)))
    })
}

/// Returns the job type of a product, given by its V3 name or by any name that [`job_type`] accepts.
fn product_type(text: &str) -> Result<JobType, Failure> {
    let word = text.to_lowercase().replace('-', "_");
    let is_named = |row: &&ProductRow| row.path.and_then(|path| path.rsplit('/').next()) == Some(&word);
    let of_v1 = |row: &ProductRow| row.v1.as_ref()?.row()?.job_types.first().copied();
    if let Some(row) = V3Product::rows().iter().find(is_named) {
        let message = || format!("version 1 does not have the product {}: use `--api v3`", row.product);
        return of_v1(row).ok_or_else(|| Failure::invalid("product", message()));
    }
    job_type(text).map_err(|_| {
        let advice = "use a name such as biometric_kyc, registration or enhanced_kyc";
        Failure::invalid("product", format!("`{}` is not a product: {advice}", flags::redacted(text)))
    })
}

/// Returns personal values that must not be printed even if a server repeats them.
fn personal(id_info: &IdInfo) -> Vec<String> {
    let texts = |value: Value| match value {
        Value::String(text) => Some(text),
        _ => None,
    };
    match serde_json::to_value(id_info) {
        Ok(Value::Object(members)) => members
            .into_iter()
            .filter(|(name, _)| !matches!(name.as_str(), "country" | "id_type" | "entered" | "business_type"))
            .filter_map(|(_, value)| texts(value))
            .collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn job_types_by_number_and_name() {
        for (text, number) in [
            ("4", 4),
            ("smartselfie", 4),
            ("smart_selfie_registration", 4),
            ("biometric_kyc", 1),
            ("SmartSelfie-Authentication", 2),
            ("authentication", 2),
            ("update_photo", 8),
            ("enhanced_kyc", 5),
        ] {
            assert_eq!(job_type(text).unwrap().number(), number, "{text}");
        }
        assert!(job_type("selfie").is_err());
    }

    /// Checks the job types of V3 products against the table in the guide to version 3.
    #[test]
    fn job_types_by_product() {
        for (word, number) in [
            ("biometric_kyc", 1),
            ("authentication", 2),
            ("registration", 4),
            ("enhanced_kyc", 5),
            ("document_verification", 6),
            ("enhanced-document-verification", 11),
            ("business_verification", 7),
        ] {
            assert_eq!(product_type(word).unwrap().number(), number, "{word}");
        }
        for word in ["compare", "residency_document_verification", "4x", "selfie"] {
            assert_eq!(product_type(word).unwrap_err().json()["flag"], "--product", "{word}");
        }
    }
}
