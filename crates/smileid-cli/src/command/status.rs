//! `smileid status` and `smileid wait`

use smileid::{Error, Follow, JobIds, JobState, Wait};

use crate::{
    args::{Args, JobArgs, WaitArgs},
    failure::{Failure, Kind},
    output::Output,
    setup::{Session, not_in_mock},
};

pub(crate) async fn run(job: &JobArgs, args: &Args) -> Result<Output, Failure> {
    let (ids, follow) = question(job, args)?;
    let session = Session::start(args, Wait::default()).await?;
    let reply = session.client.status(&ids, follow).await.map_err(|error| failed(&error, &ids, &session))?;
    Ok(Output::status(&ids, &reply))
}

pub(crate) async fn wait(wait: &WaitArgs, args: &Args) -> Result<Output, Failure> {
    let (ids, follow) = question(&wait.job, args)?;
    let wait = Wait::up_to(wait.timeout);
    let session = Session::start(args, wait).await?;
    match session.client.wait(&ids, follow, wait).await {
        Ok(JobState::Complete(reply)) => Ok(Output::status(&ids, &reply)),
        Ok(_) => Err(pending(&ids)),
        Err(error) => Err(failed(&error, &ids, &session)),
    }
}

/// The wait ran out.
pub(crate) fn pending(ids: &JobIds) -> Failure {
    let advice = "ask again with `smileid wait`";
    Failure::new(Kind::Pending, format!("there is no result yet; the job goes on, {advice}"))
        .with_ids(ids.user_id(), ids.job_id())
}

fn question(job: &JobArgs, args: &Args) -> Result<(JobIds, Follow), Failure> {
    not_in_mock(args, "asking for a job")?;
    let mut follow = Follow::result();
    follow.history = job.history;
    follow.image_links = job.image_links;
    Ok((JobIds::new(job.user_id.as_str(), job.job_id.as_str())?, follow))
}

fn failed(error: &Error, ids: &JobIds, session: &Session) -> Failure {
    let secrets = session.secrets(Vec::new());
    Failure::from(error).with_server_text(error, &secrets).with_ids(ids.user_id(), ids.job_id())
}
