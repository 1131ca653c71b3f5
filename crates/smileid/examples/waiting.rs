//! Ways to wait for a result: submit now and request the result later, watch every status, wait in another process, stop waiting.
//! Run this against a mock server whose jobs take three status requests: `smileid-mock exec --processing polls=3 -- …`.
//!
//! ```text
//! asked once: pending
//! watched: pending
//! watched: pending
//! watched: approved
//! waited, with all results: 1
//! given up on nothing: true
//! ```

#[path = "common/setup.rs"]
mod setup;

use std::time::Duration;

use smileid::{Client, ImageJob, Result};

#[tokio::main]
async fn main() -> Result<()> {
    let client = Client::from_env()?;
    let ids = setup::ids("user-1", "enrol")?;

    // With a callback the call returns as soon as the API has the job. Only its names are needed later.
    let job = ImageJob::smart_selfie_registration(ids.clone(), setup::image("selfie.jpg"));
    client.submit(job).callback(setup::callback()?).await?;
    println!("asked once: {}", client.status(&ids).await?.decision());

    // Every response, for a page that shows the progress. Dropping the stream loses nothing.
    let mut states = client.wait(&ids).up_to(Duration::from_secs(60)).watch();
    while let Some(outcome) = states.next().await {
        println!("watched: {}", outcome?.decision());
    }

    // Until the result is final, which takes hours if a person has to review it. A wait that times out is no error: the
    // decision is `pending`, and any process that has the names can wait again.
    let wait = client.wait(&ids).up_to(Duration::from_secs(60)).until_final().history().image_links();
    let outcome = wait.await?;
    let results = outcome.status().and_then(|status| status.history.as_ref()).map_or(0, Vec::len);
    println!("waited, with all results: {results}");

    // A dropped future leaves nothing running, and the job continues.
    let wait = client.wait(&ids).send();
    let given_up = tokio::time::timeout(Duration::ZERO, wait).await.is_err();
    println!("given up on nothing: {given_up}");
    Ok(())
}
