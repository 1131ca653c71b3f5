//! `smileid status` and `smileid wait`

use smileid::{Error, JobRef, JobState, PollOptions, types::ErrorCode};

use crate::{
    args::{Args, JobArgs, StatusArgs, WaitArgs},
    failure::{Failure, Kind},
    interrupt::Signals,
    output::Output,
    resume,
    setup::{Session, not_in_mock},
};

pub(crate) async fn run(status: &StatusArgs, args: &Args) -> Result<Output, Failure> {
    let (ids, follow) = question(&status.job, args)?;
    let session = Session::start(args).await?;
    let reply = session.client.status(&ids, follow).await.map_err(|error| failed(&error, &ids, &session))?;
    if reply.value.lacks_archive() {
        return Err(no_archive(&ids));
    }
    Ok(Output::status(&ids, &reply, &session.secrets(Vec::new())))
}

pub(crate) async fn wait(wait: &WaitArgs, args: &Args) -> Result<Output, Failure> {
    let (ids, follow) = question(&wait.job, args)?;
    let resume = || resume::wait_again(args, &ids, wait);
    let mut signals = Signals::catch();
    let session = signals.or_interrupted(Session::start(args)).await?;
    let time = session.client.config().wait;
    let wait = if wait.accepted { time.of_accepted() } else { time };
    match signals.unless(session.client.wait(&ids, follow, wait)).await {
        Ok(Ok(JobState::Complete(reply))) => Ok(Output::status(&ids, &reply, &session.secrets(Vec::new()))),
        Ok(Ok(JobState::NoArchive(_))) => Err(no_archive(&ids)),
        Ok(Ok(_)) => Err(pending(&ids, resume())),
        Ok(Err(error)) if error.is_retryable() => Err(failed(&error, &ids, &session).with_resume(resume())),
        Ok(Err(error)) => Err(failed(&error, &ids, &session)),
        Err(signal) => {
            let failure = Failure::new(signal, "interrupted: the job goes on").with_job(&ids, None);
            Err(failure.with_resume(resume()))
        }
    }
}

/// The wait ran out.
pub(crate) fn pending(ids: &JobRef, resume: String) -> Failure {
    Failure::new(Kind::Pending, "there is no result yet; the job goes on")
        .with_job(ids, None)
        .with_resume(resume)
}

/// There will be no result as long as no archive comes.
pub(crate) fn no_archive(ids: &JobRef) -> Failure {
    let advice = "submit the job again with the same ids: that sends the archive once more";
    let message = format!("no archive of the job arrived, so there will be no result; {advice}");
    Failure::new(Kind::Refused, message).with("code", ErrorCode::NO_ARCHIVE_YET.as_str()).with_job(ids, None)
}

fn question(job: &JobArgs, args: &Args) -> Result<(JobRef, PollOptions), Failure> {
    not_in_mock(args, "asking for a job")?;
    let mut follow = PollOptions::default();
    follow.history = job.history;
    follow.image_links = job.image_links;
    let ids = JobRef::new(job.user_id.as_str(), job.job_id.as_str());
    let ids = ids.map_err(|error| Failure::from(error.clone()).about(&error.field))?;
    Ok((ids, follow))
}

fn failed(error: &Error, ids: &JobRef, session: &Session) -> Failure {
    let secrets = session.secrets(Vec::new());
    Failure::from(error).with_server_text(error, &secrets).with_job(ids, None)
}
