//! Shutdown of a program that waits for results.

use std::future::Future;

use smileid::{Client, Outcome, Result, Submission, store::Store};

/// Waits for the result of a stored submission. Returns none if `stop` completes first, such as
/// `tokio::signal::ctrl_c()`.
pub async fn decide<S: Store, T>(
    client: &Client,
    store: &S,
    mut submission: Submission,
    stop: impl Future<Output = T>,
) -> Result<Option<Outcome>> {
    let outcome = tokio::select! {
        outcome = client.submit(&mut submission).wait().history().send() => outcome.map(Some),
        _ = stop => Ok(None), // drops the call, which leaves nothing running
    };
    match &outcome {
        Ok(Some(outcome)) => store.settle(&submission, outcome).await?,
        _ => store.keep(&submission).await?, // the stage that it has reached
    }
    outcome
}
