//! Document verification (job type 6), and enhanced, which asks the issuer too (11): is the document real, and is this
//! its holder?
//!
//! ```text
//! with a new selfie: Approved
//! with the enrolled selfie: Approved
//! enhanced: Approved
//! ```

#[path = "common/setup.rs"]
mod setup;

use smileid::{Client, Delivery, Face, ImageJob, JobState, PollOptions, Submission, types::Decision};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (client, _mock) = setup::client().await?;
    let ids = |job| setup::ids("user-1", job);
    let selfie = || setup::image("selfie.jpg");
    let card = || setup::image("id_card.jpg");

    // The country is needed; the kind of document is found out when it is not given.
    let job = ImageJob::document_verification(ids("document")?, selfie(), card(), "GH")?
        .with_id_card_back(setup::image("id_card_back.jpg"));
    println!("with a new selfie: {:?}", decide(&client, job).await?);

    // The job above enrolled the user with that selfie, so another document needs no new one.
    let job = ImageJob::document_verification(ids("enrolled")?, Face::Enrolled, card(), "GH")?;
    println!("with the enrolled selfie: {:?}", decide(&client, job).await?);

    let job =
        ImageJob::enhanced_document_verification(ids("enhanced")?, selfie(), card(), "KE", "NATIONAL_ID")?;
    println!("enhanced: {:?}", decide(&client, job).await?);
    Ok(())
}

async fn decide(client: &Client, job: ImageJob) -> Result<Decision, Box<dyn std::error::Error>> {
    let mut submission = Submission::new(job, Delivery::follow(PollOptions::default().with_history()));
    let submitted = client.submit(&mut submission).await?;
    match submitted.state {
        Some(JobState::Complete(reply)) => Ok(reply.value.verdict().decision),
        _ => Ok(Decision::Provisional),
    }
}
