//! Waiting for a result: submit now and ask later, watch every answer, wait in another process, give up.
//!
//! ```text
//! asked once, it is done: false
//! watched: not yet
//! watched: not yet
//! watched: Approved
//! waited, with all results: 1
//! given up on nothing: true
//! ```

#[path = "common/setup.rs"]
mod setup;

use std::time::Duration;

use smileid::{Delivery, ImageJob, JobState, PollOptions, Submission, Wait};
use smileid_mock_server::Processing;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (client, _mock) = setup::client_of(Processing::Polls(3)).await?;
    let ids = setup::ids("user-1", "enrol")?;

    // With a callback alone, `submit` returns as soon as the API has the job. Its ids are all that is needed later.
    let job = ImageJob::smart_selfie_registration(ids.clone(), setup::image("selfie.jpg"));
    client.submit(&mut Submission::new(job, Delivery::callback(setup::callback()?))).await?;
    let reply = client.status(&ids, PollOptions::default()).await?;
    println!("asked once, it is done: {}", reply.value.job_complete);

    // Every answer, for a page that shows how it goes. Dropping the stream loses nothing.
    let mut states = client.watch(&ids, PollOptions::default(), Wait::up_to(Duration::from_secs(60)));
    while let Some(state) = states.next().await {
        match state? {
            JobState::Complete(reply) => println!("watched: {:?}", reply.value.verdict().decision),
            _ => println!("watched: not yet"),
        }
    }

    // Until the result is final, which takes hours if a person has to look. When the time is over, that is no error: the
    // state is `Pending`, and whoever has the ids can wait again, here or in another process.
    let wait = Wait::up_to(Duration::from_secs(60)).until_final();
    match client.wait(&ids, PollOptions::default().with_history().with_image_links(), wait).await? {
        JobState::Complete(reply) => {
            println!("waited, with all results: {}", reply.value.history.as_ref().map_or(0, Vec::len));
        }
        _ => println!("waited in vain"),
    }

    // A future that is dropped takes nothing along: nothing runs on, and the job stays what it is.
    let wait = client.wait(&ids, PollOptions::default(), Wait::default());
    let given_up = tokio::time::timeout(Duration::ZERO, wait).await.is_err();
    println!("given up on nothing: {given_up}");
    Ok(())
}
