//! Commands `smileid status` and `smileid wait`: request the status of a job.

use smileid::{Error, ErrorKind, JobRef, protocol::v1::job_status, types::ErrorCode, v3::JobId};

use crate::{
    args::{Api, Args, JobArgs, StatusArgs, WaitArgs},
    failure::{Failure, Kind},
    interrupt::Signals,
    output::Output,
    progress::Progress,
    resume,
    setup::{Session, not_in_mock},
    v3,
};

pub(crate) async fn run(status: &StatusArgs, args: &Args) -> Result<Output, Failure> {
    if let Some(job_id) = v3_job(&status.job, args)? {
        let session = Session::start(args).await?;
        let secrets = session.secrets(Vec::new());
        let outcome = session.client.v3().status(&job_id).await;
        let outcome = outcome.map_err(|error| v3::failed(&error, Some(&job_id), &secrets))?;
        return Ok(v3::outcome(&outcome, &secrets));
    }
    let ids = job_ref(&status.job, args)?;
    let session = Session::start(args).await?;
    let mut call = session.client.status(&ids);
    if status.job.history {
        call = call.history();
    }
    if status.job.image_links {
        call = call.image_links();
    }
    let outcome = call.await.map_err(|error| failed(&error, &ids, &session))?;
    if outcome.status().is_some_and(job_status::Response::lacks_archive) {
        return Err(no_archive(&ids));
    }
    Ok(Output::outcome(&outcome, &session.secrets(Vec::new())))
}

pub(crate) async fn wait(wait: &WaitArgs, args: &Args) -> Result<Output, Failure> {
    if let Some(job_id) = v3_job(&wait.job, args)? {
        let mut signals = Signals::catch();
        let session = signals.or_interrupted(Session::start(args)).await?;
        return wait_v3(&session, &mut signals, (&job_id, None), wait.accepted, args).await;
    }
    let ids = job_ref(&wait.job, args)?;
    let resume = || resume::wait_again(args, &ids, wait);
    let mut signals = Signals::catch();
    let session = signals.or_interrupted(Session::start(args)).await?;
    let mut call = session.client.wait(&ids);
    if wait.job.history {
        call = call.history();
    }
    if wait.job.image_links {
        call = call.image_links();
    }
    if wait.accepted {
        call = call.of_accepted();
    }
    let progress = Progress::of_wait(args, args.left().unwrap_or_default());
    let done = signals.unless(call.send()).await;
    drop(progress);
    match done {
        Ok(Ok(outcome)) if outcome.is_pending() => Err(pending(&ids, resume())),
        Ok(Ok(outcome)) => Ok(Output::outcome(&outcome, &session.secrets(Vec::new()))),
        Ok(Err(error)) if error.kind() == ErrorKind::NoArchive => Err(no_archive(&ids)),
        Ok(Err(error)) if error.is_retryable() => Err(failed(&error, &ids, &session).with_resume(resume())),
        Ok(Err(error)) => Err(failed(&error, &ids, &session)),
        Err(signal) => {
            let failure =
                Failure::new(signal, "the command was interrupted; the job continues").with_job(&ids, None);
            Err(failure.with_resume(resume()))
        }
    }
}

/// Waits for the result of a V3 job.
pub(crate) async fn wait_v3(
    session: &Session,
    signals: &mut Signals,
    (job_id, user_id): (&JobId, Option<&str>),
    is_accepted: bool,
    args: &Args,
) -> Result<Output, Failure> {
    let resume = || resume::wait_v3(args, job_id, is_accepted);
    let secrets = session.secrets(Vec::new());
    let mut call = session.client.v3().wait(job_id);
    if is_accepted {
        call = call.of_accepted();
    }
    let left = args.left().unwrap_or_default();
    let progress = Progress::of_wait(args, left);
    let done = signals.unless(call.up_to(left).send()).await;
    drop(progress);
    match done {
        Ok(Ok(outcome)) if outcome.is_pending() => Err(v3::pending(job_id, user_id, resume())),
        Ok(Ok(outcome)) => Ok(v3::outcome(&outcome, &secrets)),
        Ok(Err(error)) => {
            let failure = v3::with_ids(v3::failed(&error, Some(job_id), &secrets), job_id, user_id);
            Err(if error.is_retryable() || is_accepted { failure.with_resume(resume()) } else { failure })
        }
        Err(signal) => {
            let failure = Failure::new(signal, "the command was interrupted; the job continues");
            Err(v3::with_ids(failure, job_id, user_id).with_resume(resume()))
        }
    }
}

/// Returns the V3 job whose status is requested. A V3 id selects V3, whatever `--api` says.
fn v3_job(job: &JobArgs, args: &Args) -> Result<Option<JobId>, Failure> {
    let flags = [
        ("--user-id", job.user_id.is_some()),
        ("--job-id", job.job_id.is_some()),
        ("--history", job.history),
        ("--image-links", job.image_links),
    ];
    if job.v3.is_some() || v3::is_selected(args) {
        v3::refuse_flags(Api::V3, &flags)?;
    }
    let Some(text) = &job.v3 else { return Ok(None) };
    let job_id = v3::job_id(text)?;
    not_in_mock(args, "requesting the status of a job")?;
    Ok(Some(job_id))
}

/// Creates the error for a wait that ends without a result.
pub(crate) fn pending(ids: &JobRef, resume: String) -> Failure {
    Failure::new(Kind::Pending, "the job has no result yet and continues")
        .with_job(ids, None)
        .with_resume(resume)
}

/// Creates the error for a job whose archive the API has not received. Such a job never gets a result.
pub(crate) fn no_archive(ids: &JobRef) -> Failure {
    let advice = "submit the job again with the same ids to send the archive again";
    let message =
        format!("the API has not received the archive of the job, so there will be no result: {advice}");
    Failure::new(Kind::Refused, message).with("code", ErrorCode::NO_ARCHIVE_YET.as_str()).with_job(ids, None)
}

fn job_ref(job: &JobArgs, args: &Args) -> Result<JobRef, Failure> {
    not_in_mock(args, "requesting the status of a job")?;
    let ids =
        JobRef::new(job.user_id.as_deref().unwrap_or_default(), job.job_id.as_deref().unwrap_or_default());
    ids.map_err(|error| Failure::from(error.clone()).with_field(&error.field))
}

fn failed(error: &Error, ids: &JobRef, session: &Session) -> Failure {
    let secrets = session.secrets(Vec::new());
    Failure::from(error).with_server_text(error, &secrets).with_job(ids, None)
}
