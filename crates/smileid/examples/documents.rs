//! Document Verification (job type 6) and Enhanced Document Verification (job type 11), which also looks up the document's
//! number: check that a document is genuine and that the person is its holder.
//!
//! ```text
//! with a new selfie: approved
//! with the enrolled selfie: approved
//! enhanced: approved
//! ```

#[path = "common/setup.rs"]
mod setup;

use smileid::{Client, Face, ImageJob, Result};

#[tokio::main]
async fn main() -> Result<()> {
    let client = Client::from_env()?;
    let ids = |job| setup::ids("user-1", job);
    let selfie = || setup::image("selfie.jpg");
    let card = || setup::image("id_card.jpg");

    // The country is needed; the kind of document is found out if it is not given.
    let job = ImageJob::document_verification(ids("document")?, selfie(), card(), "GH")?
        .with_id_card_back(setup::image("id_card_back.jpg"));
    println!("with a new selfie: {}", client.submit(job).wait().history().await?.decision());

    // The job above enrolled the user with that selfie, so another document needs no new one.
    let job = ImageJob::document_verification(ids("enrolled")?, Face::Enrolled, card(), "GH")?;
    println!("with the enrolled selfie: {}", client.submit(job).wait().history().await?.decision());

    let job =
        ImageJob::enhanced_document_verification(ids("enhanced")?, selfie(), card(), "KE", "NATIONAL_ID")?;
    println!("enhanced: {}", client.submit(job).wait().history().await?.decision());
    Ok(())
}
