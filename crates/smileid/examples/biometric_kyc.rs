//! Biometric KYC (job type 1): checks that a person is the holder of an ID, with the ID number or with an ID card.
//!
//! ```text
//! by number: approved
//! by card: provisional, LookupMissing
//! ```

#[path = "common/setup.rs"]
mod setup;

use smileid::{BirthDate, Client, IdNumber, ImageJob, PersonName};

#[tokio::main]
async fn main() -> smileid::Result<()> {
    let client = Client::from_env()?;
    let selfie = setup::image("selfie.jpg");

    // The number is looked up at the authority, and the selfie compared with the photo there. The name and the date of
    // birth are compared too.
    let number = IdNumber::new("NG", "NIN", "00000000000")?;
    let job = ImageJob::biometric_kyc(setup::ids("user-1", "by-number")?, selfie.clone(), number)
        .with_liveness(setup::image("selfie.jpg")) // up to eight frames
        .with_name(PersonName { first: "Joe", last: "Leo" })?
        .with_dob(BirthDate::new(1990, 1, 31)?);
    // With the history: this product has two results, of the face and of the lookup, and the verdict needs both.
    let outcome = client.submit(job).wait().history().await?;
    println!("by number: {}", outcome.decision());

    // Without a number: the selfie is compared with the photo on the card.
    let card = setup::image("id_card.jpg");
    let job = ImageJob::biometric_kyc_by_card(setup::ids("user-2", "by-card")?, selfie, card)
        .with_id_card_back(setup::image("id_card_back.jpg"));
    let verdict = client.submit(job).wait().history().await?.verdict();
    // Not an approval: a part is missing.
    println!("by card: {}, {:?}", verdict.decision, verdict.doubt.expect("it has a reason"));
    Ok(())
}
