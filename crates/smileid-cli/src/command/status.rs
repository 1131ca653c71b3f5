//! `smileid status` and `smileid wait`: asks for the status of a job.

use smileid::{Error, ErrorKind, JobRef, protocol::v1::job_status, types::ErrorCode};

use crate::{
    args::{Args, JobArgs, StatusArgs, WaitArgs},
    failure::{Failure, Kind},
    interrupt::Signals,
    output::Output,
    resume,
    setup::{Session, not_in_mock},
};

pub(crate) async fn run(status: &StatusArgs, args: &Args) -> Result<Output, Failure> {
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
    match signals.unless(call.send()).await {
        Ok(Ok(outcome)) if outcome.is_pending() => Err(pending(&ids, resume())),
        Ok(Ok(outcome)) => Ok(Output::outcome(&outcome, &session.secrets(Vec::new()))),
        Ok(Err(error)) if error.kind() == ErrorKind::NoArchive => Err(no_archive(&ids)),
        Ok(Err(error)) if error.is_retryable() => Err(failed(&error, &ids, &session).with_resume(resume())),
        Ok(Err(error)) => Err(failed(&error, &ids, &session)),
        Err(signal) => {
            let failure = Failure::new(signal, "interrupted: the job continues").with_job(&ids, None);
            Err(failure.with_resume(resume()))
        }
    }
}

/// The error when a wait ends without a result.
pub(crate) fn pending(ids: &JobRef, resume: String) -> Failure {
    Failure::new(Kind::Pending, "there is no result yet; the job continues")
        .with_job(ids, None)
        .with_resume(resume)
}

/// The error for a job without an archive. It never gets a result.
pub(crate) fn no_archive(ids: &JobRef) -> Failure {
    let advice = "submit the job again with the same ids to send the archive again";
    let message = format!("no archive of the job arrived, so there will be no result; {advice}");
    Failure::new(Kind::Refused, message).with("code", ErrorCode::NO_ARCHIVE_YET.as_str()).with_job(ids, None)
}

fn job_ref(job: &JobArgs, args: &Args) -> Result<JobRef, Failure> {
    not_in_mock(args, "asking for a job's status")?;
    let ids = JobRef::new(job.user_id.as_str(), job.job_id.as_str());
    ids.map_err(|error| Failure::from(error.clone()).with_field(&error.field))
}

fn failed(error: &Error, ids: &JobRef, session: &Session) -> Failure {
    let secrets = session.secrets(Vec::new());
    Failure::from(error).with_server_text(error, &secrets).with_job(ids, None)
}
