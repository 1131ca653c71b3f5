//! SmartSelfie as the mobile apps ask for it: one form with the images, judged at once. No archive and no waiting.
//!
//! ```text
//! enrolled: Approved
//! the same person: Approved
//! somebody else: Rejected
//! ```

#[path = "common/setup.rs"]
mod setup;

use smileid::protocol::v1::{selfie_form::SelfieForm, smart_selfie_authentication, smart_selfie_enroll};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (client, _mock) = setup::client().await?;
    let ids = setup::ids("user-1", "none")?; // no job id: the API names these itself
    let selfie = tokio::fs::read(setup::image_path("selfie.jpg")).await?;
    let form = || {
        let mut form = SelfieForm::new(ids.user_id(), selfie.clone());
        form.liveness_images.push(selfie.clone().into()); // up to eight frames
        form
    };

    let result = client.send(smart_selfie_enroll::Request::from(form())).await?.value;
    println!("enrolled: {:?}", result.verdict().decision);

    let result = client.send(smart_selfie_authentication::Request::from(form())).await?.value;
    println!("the same person: {:?}", result.verdict().decision);

    let mut rejected = form();
    rejected.sandbox_result = Some(1);
    let result = client.send(smart_selfie_authentication::Request::from(rejected)).await?.value;
    println!("somebody else: {:?}", result.verdict().decision);
    Ok(())
}
