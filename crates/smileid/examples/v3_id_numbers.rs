//! Version 3, products with an ID number: Enhanced KYC, and Biometric KYC with a selfie.
//!
//! ```text
//! enhanced KYC: approved
//! biometric KYC: rejected
//! enhanced KYC at once: rejected. The ID authority has no record of the ID number.
//! ```

#[path = "common/setup.rs"]
mod setup;
#[path = "common/v3.rs"]
mod v3;

use smileid::{
    Client, IdNumber, Result,
    v3::{biometric_kyc, enhanced_kyc},
};

#[tokio::main]
async fn main() -> Result<()> {
    let client = Client::from_env()?;
    let number = IdNumber::new("NG", "BVN", "00000000000")?;

    let person = v3::person("Amina Fatou", "Clearwater")?;
    let job = enhanced_kyc::Request::new(number.clone(), person, v3::consent()?)?;
    let outcome = client.submit(job).wait().await?;
    println!("enhanced KYC: {}", outcome.decision());

    // The selfie of this test identity is not that of the ID's holder. The status has no reason; the callback has one.
    let person = v3::person("Obinna Chukwu", "Twinley")?;
    let job = biometric_kyc::Request::new(number, v3::selfie()?, person, v3::consent()?)?;
    let outcome = client.submit(job).wait().await?;
    println!("biometric KYC: {}", outcome.decision());

    // The response has the result, with its reason. No callback is sent.
    let person = v3::person("Fatima Bello", "Ghostwell")?;
    let job = enhanced_kyc::Request::new(IdNumber::new("NG", "BVN", "00000000000")?, person, v3::consent()?)?;
    let found = client.v3().enhanced_kyc_sync(job).await?;
    println!("enhanced KYC at once: {}. {}", found.decision(), found.verdict().reason());
    Ok(())
}
