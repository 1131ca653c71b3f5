//! Code that the V3 commands share.

use smileid::{
    Error, InvalidInput,
    protocol::job::Problem,
    types::v3::JobStatus,
    v3::{JobId, Outcome},
};

use crate::{
    args::{Api, Args, flag_of},
    describe::Proof,
    failure::{Failure, Kind},
    output::Output,
};

/// Parses the id that the API gave a job.
pub(crate) fn job_id(text: &str) -> Result<JobId, Failure> {
    text.trim().parse().map_err(|error: InvalidInput| Failure::from(error))
}

/// Returns an error if a flag of the other version was given. `given` has the flags, and if each was given.
pub(crate) fn refuse_flags(api: Api, given: &[(&str, bool)]) -> Result<(), Failure> {
    let Some((flag, _)) = given.iter().find(|(_, is_given)| *is_given) else { return Ok(()) };
    let message = match api {
        Api::V3 => format!("{flag} is for version 1 only"),
        Api::V1 => format!("{flag} needs `--api v3`"),
    };
    let field = flag.trim_start_matches('-').replace('-', "_");
    Err(Failure::invalid(&field, message).with("flag", *flag))
}

/// Converts the error for an invalid value, with the flag that sets it.
pub(crate) fn invalid(error: &InvalidInput) -> Failure {
    let failure = match flag_of(&error.field) {
        Some(flag) if error.problem == Problem::Missing => {
            Failure::new(Kind::InvalidInput, format!("{flag} is required"))
        }
        Some(flag) => Failure::new(Kind::InvalidInput, format!("{flag} {}", error.problem)),
        None => Failure::from(error.clone()),
    };
    failure.with_field(&error.field)
}

/// Converts the error of a V3 call.
pub(crate) fn failed(error: &Error, job_id: Option<&JobId>, secrets: &[String]) -> Failure {
    let failure = Failure::from(error).with_server_text(error, secrets);
    let failure = match error.field() {
        Some(field) => failure.with_field(field),
        None => failure,
    };
    match job_id {
        Some(job_id) => failure.with("job_id", job_id.as_str()),
        None => failure,
    }
}

/// Creates the error for a wait that ends without a result.
pub(crate) fn pending(job_id: &JobId, user_id: Option<&str>, resume: String) -> Failure {
    let failure = Failure::new(Kind::Pending, "the job has no result yet and continues");
    with_ids(failure, job_id, user_id).with_resume(resume)
}

/// Adds the ids of a job to an error.
pub(crate) fn with_ids(failure: Failure, job_id: &JobId, user_id: Option<&str>) -> Failure {
    let failure = failure.with("job_id", job_id.as_str());
    match user_id {
        Some(user_id) => failure.with("user_id", user_id),
        None => failure,
    }
}

/// Creates the output of a job's status, as received, with the verdict.
pub(crate) fn outcome(outcome: &Outcome, secrets: &[String]) -> Output {
    let status = outcome.status();
    let user_id = status.and_then(|status| status.user_id.clone());
    let word = status.and_then(|status: &JobStatus| status.status.as_ref()).map(ToString::to_string);
    let mut lines = vec![("job_id", outcome.job_id().to_string())];
    lines.extend(user_id.clone().map(|id| ("user_id", id)));
    lines.extend(word.map(|word| ("status", word)));
    let body = outcome.raw().map(|raw| raw.body().as_ref()).unwrap_or_default();
    let output = Output::as_received(body, lines).with("job_id", outcome.job_id()).with("user_id", &user_id);
    output.judged(&outcome.verdict(), Proof::Confirmed).diagnosed(outcome.diagnosis(), secrets)
}

/// Returns true if the callback URL comes from the flag, and not from the environment variable, which applies to all commands.
pub(crate) fn is_flag_given(callback: Option<&str>) -> bool {
    callback.is_some_and(|url| std::env::var("SMILE_ID_CALLBACK_URL").map_or(true, |of_all| of_all != url))
}

/// Returns true if the command uses V3.
pub(crate) fn is_selected(args: &Args) -> bool {
    args.api == Api::V3
}
