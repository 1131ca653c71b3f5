//! Biometric KYC (job type 1): is this person the holder of that ID? By number, and by card.
//!
//! ```text
//! by number: Approved
//! by card: Provisional, LookupMissing
//! ```

#[path = "common/setup.rs"]
mod setup;

use smileid::{Client, Delivery, IdNumber, ImageJob, JobState, PersonName, PollOptions, Submission};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (client, _mock) = setup::client().await?;
    let selfie = setup::image("selfie.jpg");

    // The number is looked up at the authority, and the selfie compared with the photo that it has. What else is known of
    // the person goes along, to be compared too.
    let number = IdNumber::new("NG", "NIN", "00000000000")?;
    let job = ImageJob::biometric_kyc(setup::ids("user-1", "by-number")?, selfie.clone(), number)
        .with_liveness(setup::image("selfie.jpg")) // up to eight frames
        .with_name(PersonName { first: "Joe", last: "Leo" })?
        .with_dob("1990-01-31".parse()?);
    println!("by number: {}", decide(&client, job).await?);

    // Without a number: the selfie is compared with the photo on the card.
    let card = setup::image("id_card.jpg");
    let job = ImageJob::biometric_kyc_by_card(setup::ids("user-2", "by-card")?, selfie, card)
        .with_id_card_back(setup::image("id_card_back.jpg"));
    println!("by card: {}", decide(&client, job).await?);
    Ok(())
}

async fn decide(client: &Client, job: ImageJob) -> Result<String, Box<dyn std::error::Error>> {
    // With the history: this product has two results, of the face and of the lookup, and the verdict needs both.
    let mut submission = Submission::new(job, Delivery::follow(PollOptions::default().with_history()));
    let submitted = client.submit(&mut submission).await?;
    Ok(match submitted.state {
        Some(JobState::Complete(reply)) => {
            let verdict = reply.value.verdict();
            match verdict.doubt {
                None => format!("{:?}", verdict.decision),
                // Not an approval: a part of it is still to come, or never will.
                Some(doubt) => format!("{:?}, {doubt:?}", verdict.decision),
            }
        }
        _ => "no result yet; see `waiting.rs`".to_owned(),
    })
}
