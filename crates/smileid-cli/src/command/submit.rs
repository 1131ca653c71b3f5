//! `smileid submit`

use std::io::IsTerminal as _;

use serde_json::{Map, Value, json};
use smileid::{
    CallbackUrl, Delivery, ImageJob, JobState, LookupJob, Submission, SubmitError, Wait,
    protocol::job::loose::{CheckedJob, ImageDetail, LooseJob},
    types::{IdInfo, ImageContent, ImageSubject, ImageType, JobType, Verdict},
};

use super::status::pending;
use crate::{
    args::{Args, Submit},
    failure::Failure,
    output::Output,
    setup::{Session, made_up, not_in_mock, one_standard_input, read_json},
};

pub(crate) async fn run(submit: &Submit, args: &Args) -> Result<Output, Failure> {
    let json = match &submit.job {
        Some(file) => {
            one_standard_input(args, "job", file, &[])?;
            read_json(file, "job")?
        }
        None => from_flags(submit)?,
    };
    let mut job = LooseJob::from_json(&json)?;
    add_flags(&mut job, submit)?;
    let personal = personal(&job.id_info);
    let callback = submit.callback.as_deref().filter(|address| !address.is_empty());
    let checked = job.check(callback.map(CallbackUrl::parse).transpose()?)?;

    let wait = submit.wait.map_or_else(Wait::default, Wait::up_to);
    match checked {
        CheckedJob::Images(job, delivery) => {
            if matches!(job.job_type(), JobType::SmartSelfieAuthentication | JobType::UpdatePhoto) {
                not_in_mock(args, "a job for an enrolled user")?;
            }
            if delivery.following().is_none() {
                not_in_mock(args, "submitting without waiting")?;
            }
            images(args, wait, job, delivery, personal).await
        }
        CheckedJob::Lookup(job) => look_up(args, wait, job, personal).await,
        _ => Err(Failure::invalid("job_type", "this command does not know how to submit the job")),
    }
}

async fn images(
    args: &Args,
    wait: Wait,
    job: ImageJob,
    delivery: Delivery,
    personal: Vec<String>,
) -> Result<Output, Failure> {
    let ids = job.ids().clone();
    let session = Session::start(args, wait).await?;
    let secrets = session.secrets(personal);
    if delivery.following().is_some() && !args.quiet && std::io::stderr().is_terminal() {
        eprintln!("submitting job {} and waiting up to {:?} for its result", ids.job_id(), wait.timeout);
    }
    let failed = |error: SubmitError| {
        Failure::from(&error).with_server_text(&error.source, &secrets).with_ids(ids.user_id(), ids.job_id())
    };
    let mut submission = Submission::new(job, delivery);
    let submitted = session.client.submit(&mut submission).await.map_err(failed)?;
    let smile_job_id = submitted.smile_job_id.as_deref();
    match submitted.state {
        None => Ok(Output::submitted(&ids, smile_job_id)),
        Some(JobState::Complete(reply)) => Ok(Output::status(&ids, &reply)),
        Some(_) => Err(pending(&ids).with("smile_job_id", smile_job_id)),
    }
}

async fn look_up(args: &Args, wait: Wait, job: LookupJob, personal: Vec<String>) -> Result<Output, Failure> {
    let ids = job.ids().clone();
    let product = job.product().clone();
    let session = Session::start(args, wait).await?;
    let secrets = session.secrets(personal);
    match session.client.look_up(job).await {
        Ok(reply) => {
            let verdict = Verdict::of(&reply.value, &product);
            Ok(Output::result(&ids, &reply, &verdict))
        }
        Err(error) => Err(Failure::from(&error)
            .with_server_text(&error, &secrets)
            .with_ids(ids.user_id(), ids.job_id())),
    }
}

/// The flags in the form of a file, so that one set of rules serves both.
fn from_flags(submit: &Submit) -> Result<Value, Failure> {
    let job_type = job_type(submit.job_type.as_deref().unwrap_or_default())?;
    let enrolled = matches!(job_type, JobType::SmartSelfieAuthentication | JobType::UpdatePhoto);
    let mut params = Map::new();
    params.insert("job_type".to_owned(), job_type.number().into());
    match &submit.user_id {
        Some(id) => drop(params.insert("user_id".to_owned(), id.as_str().into())),
        None if enrolled => {} // the person must be one who is enrolled
        None => drop(params.insert("user_id".to_owned(), made_up("user")?.into())),
    }
    let job_id = submit.job_id.clone().map_or_else(|| made_up("job"), Ok)?;
    params.insert("job_id".to_owned(), job_id.into());

    let mut id_info: Map<String, Value> =
        submit.id_info.given().map(|(name, value)| (name.to_owned(), value.into())).collect();
    // Whoever types an ID number, or what stands in for one, means it to be used.
    if (id_info.contains_key("id_number") || id_info.contains_key("session_id"))
        && !matches!(job_type, JobType::EnhancedKyc | JobType::BusinessVerification)
    {
        id_info.insert("entered".to_owned(), true.into());
    }
    Ok(json!({"partner_params": params, "image_details": [], "id_info": id_info}))
}

/// Adds to a job what flags say of it, wherever the rest of it comes from.
fn add_flags(job: &mut LooseJob, submit: &Submit) -> Result<(), Failure> {
    let options = &mut job.options;
    options.return_job_status |= submit.wait.is_some();
    options.return_history |= submit.history;
    options.return_image_links |= submit.image_links;
    options.use_enrolled_image |= submit.use_enrolled_image;
    if submit.allow_new_enroll {
        options.allow_new_enroll = Some(true);
    }
    for param in &submit.partner_params {
        let invalid = |problem: &str| Failure::invalid("partner_param", format!("`{param}` {problem}"));
        let (name, value) = param.split_once('=').ok_or_else(|| invalid("is not of the form NAME=VALUE"))?;
        if job.partner_params.extra.insert(name.to_owned(), value.into()).is_some() {
            return Err(invalid("is there twice"));
        }
    }

    let images = &submit.images;
    let single = [
        (ImageSubject::Selfie, &images.selfie),
        (ImageSubject::IdCard, &images.id_card),
        (ImageSubject::IdCardBack, &images.id_card_back),
    ];
    let single = single.into_iter().filter_map(|(subject, path)| path.as_ref().map(|path| (subject, path)));
    let liveness = images.liveness.iter().map(|path| (ImageSubject::Liveness, path));
    for (subject, path) in single.chain(liveness) {
        let mut types = ImageType::LISTED.iter();
        let file =
            |it: &&ImageType| it.subject() == Some(subject) && it.content() == Some(ImageContent::File);
        let mut image = ImageDetail::default();
        image.image_type_id = types.find(file).map(|it| it.number().into());
        image.file_name = Some(path.clone());
        job.image_details.get_or_insert_default().push(image);
    }
    Ok(())
}

/// A job type by its number, by the API's word for the product, or by our name for it.
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
        Failure::invalid("job_type", format!("`{text}` is not a job type: {advice}"))
    })
}

/// The values of the person's, which must not be printed even when a server repeats them.
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
}
