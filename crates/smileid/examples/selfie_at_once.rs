//! SmartSelfie with the result in the response, as mobile apps use it: one form with the images, without an archive and without
//! polling.
//!
//! ```text
//! enrolled: approved
//! the same person: approved
//! another person: rejected
//! ```

#[path = "common/setup.rs"]
mod setup;

use smileid::{Client, Result, protocol::v1::selfie_form::SelfieForm};

#[tokio::main]
async fn main() -> Result<()> {
    let client = Client::from_env()?;
    let ids = setup::ids("user-1", "none")?; // the API names these jobs itself
    let selfie = std::fs::read(setup::image_path("selfie.jpg")).expect("it is in the repository");
    let form = || {
        let mut form = SelfieForm::new(ids.user_id(), selfie.clone());
        form.liveness_images.push(selfie.clone().into()); // up to eight frames
        form
    };

    let result = client.enroll_smart_selfie(form().into()).await?;
    println!("enrolled: {}", result.verdict().decision);

    let result = client.authenticate_smart_selfie(form().into()).await?;
    println!("the same person: {}", result.verdict().decision);

    let mut rejected = form();
    rejected.sandbox_result = Some(1);
    let result = client.authenticate_smart_selfie(rejected.into()).await?;
    println!("another person: {}", result.verdict().decision);
    Ok(())
}
