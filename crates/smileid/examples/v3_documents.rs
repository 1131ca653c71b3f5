//! Version 3, products with a document: Document Verification, Enhanced Document Verification and Residency Document
//! Verification.
//!
//! ```text
//! document verification: finding
//! enhanced document verification: approved
//! residency document verification: approved
//! ```

#[path = "common/setup.rs"]
mod setup;
#[path = "common/v3.rs"]
mod v3;

use smileid::{
    Client,
    v3::{Document, document_verification, enhanced_document_verification, residency_document_verification},
};

#[tokio::main]
async fn main() -> smileid::Result<()> {
    let client = Client::from_env()?;
    let card = Document::new("NG", v3::image("id_card.jpg"))?.with_back(v3::image("id_card_back.jpg"))?;

    // The document of this test identity has expired: the check passed, and a person should look at it.
    let person = v3::person("Tunde Bakare", "Oldfield")?;
    let job = document_verification::Request::new(card.clone(), v3::selfie()?, person, v3::consent()?);
    let outcome = client.submit(job).wait().await?;
    println!("document verification: {}", outcome.decision());

    // The enhanced product also asks the authority, so it needs the type of the document.
    let person = v3::person("Amina Fatou", "Clearwater")?;
    let card = card.with_type("IDENTITY_CARD")?;
    let job =
        enhanced_document_verification::Request::new(card, v3::selfie()?, person.clone(), v3::consent()?)?;
    let outcome = client.submit(job).wait().await?;
    println!("enhanced document verification: {}", outcome.decision());

    // A passport with a visa or a permit.
    let passport = Document::new("ZA", v3::image("id_card.jpg"))?.with_type("PASSPORT")?;
    let visa = v3::image("id_card_back.jpg");
    let job =
        residency_document_verification::Request::new(passport, visa, v3::selfie()?, person, v3::consent()?)?;
    let outcome = client.submit(job).wait().await?;
    println!("residency document verification: {}", outcome.decision());
    Ok(())
}
