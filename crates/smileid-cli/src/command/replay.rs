//! Command `smileid replay`: asks the API to send the callback of a V3 job again.

use smileid::{CallbackUrl, v3::replay};

use crate::{
    args::{Args, Replay},
    failure::Failure,
    output::Output,
    setup::{Session, not_in_mock},
    v3,
};

pub(crate) async fn run(asked: &Replay, args: &Args) -> Result<Output, Failure> {
    not_in_mock(args, "requesting a callback again")?;
    let job_id = v3::job_id(&asked.job_id)?;
    let mut request = replay::Request::new(job_id.clone());
    if let Some(address) = &asked.callback {
        let url = CallbackUrl::parse(address).map_err(|error| v3::invalid(&error))?;
        request = request.to(&url).map_err(|error| v3::invalid(&error))?;
    }
    let session = Session::start(args).await?;
    let reply = session.client.v3().replay(request).await;
    let reply = reply.map_err(|error| v3::failed(&error, Some(&job_id), &session.secrets(Vec::new())))?;
    let lines = vec![("replay", "accepted".to_owned()), ("job_id", job_id.to_string())];
    Ok(Output::as_received(reply.raw.body(), lines).with("job_id", &job_id))
}
