//! SmartSelfie: enrol a user with a selfie (job type 4), recognise the user later (2), and replace the photo (8).
//!
//! ```text
//! enrolled: Approved
//! enrolled again: refused with code 2209
//! the same person: Approved
//! somebody else: Rejected
//! a new photo: Approved
//! ```

#[path = "common/setup.rs"]
mod setup;

use smileid::{Client, Delivery, Error, ImageJob, JobState, PollOptions, Submission, types::Decision};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (client, _mock) = setup::client().await?;
    let selfie = || setup::image("selfie.jpg");
    let ids = |job| setup::ids("user-1", job);

    let job = ImageJob::smart_selfie_registration(ids("enrol")?, selfie());
    println!("enrolled: {:?}", decide(&client, job).await?);

    // A user is enrolled once. `allowing_new_enroll` is for those who come back after an account was closed.
    let job = ImageJob::smart_selfie_registration(ids("enrol-again")?, selfie());
    match decide(&client, job).await {
        Err(Error::Refused(refusal)) => {
            println!("enrolled again: refused with code {}", refusal.code.ok_or("no code")?);
        }
        other => return Err(format!("a user is enrolled once: {other:?}").into()),
    }

    let job = ImageJob::smart_selfie_authentication(ids("log-in")?, selfie());
    println!("the same person: {:?}", decide(&client, job).await?);

    // In the sandbox and the mock, `sandbox_result` chooses the outcome: 0 approves, 1 rejects, 2 leaves it open.
    let job = ImageJob::smart_selfie_authentication(ids("log-in-by-another")?, selfie())
        .with_partner_param("sandbox_result", "1")?;
    println!("somebody else: {:?}", decide(&client, job).await?);

    let job = ImageJob::update_photo(ids("new-photo")?, selfie());
    println!("a new photo: {:?}", decide(&client, job).await?);
    Ok(())
}

async fn decide(client: &Client, job: ImageJob) -> Result<Decision, Error> {
    let mut submission = Submission::new(job, Delivery::follow(PollOptions::default()));
    let submitted = client.submit(&mut submission).await.map_err(|error| *error.source)?;
    match submitted.state {
        Some(JobState::Complete(reply)) => Ok(reply.value.verdict().decision),
        _ => Ok(Decision::Provisional),
    }
}
