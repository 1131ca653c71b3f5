//! Hosted web pages of Smile ID: their products, a token for one job in a browser, and links to send to people.
//!
//! ```text
//! BVN of Nigeria needs its number: true
//! a token for one job: true
//! a link: true
//! the same link: true
//! it is disabled: true
//! ```

#[path = "common/setup.rs"]
mod setup;

use smileid::{Client, Result, protocol::v1, types::Product};

#[tokio::main]
async fn main() -> Result<()> {
    let client = Client::from_env()?;
    let callback = setup::callback()?;

    // The ID types, and the fields that each needs. The only call that is not signed.
    let services = client.services().await?;
    let fields = services.id_types.get("NG").and_then(|country| country.get("BVN")).expect("it is there");
    println!("BVN of Nigeria needs its number: {}", fields.iter().any(|field| field == "id_number"));

    // The server asks for the token and gives it to the page. Its holder can run the job, so `Debug` hides it.
    let ids = setup::ids("user-1", "in-browser")?;
    let request = v1::token::Request::new(&ids, &Product::BiometricKyc, Some(&callback));
    let token = client.web_token(request).await?;
    println!("a token for one job: {}", !token.token.expose().is_empty());

    let page = v1::create_smile_link::LinkPage {
        name: "Onboarding",
        company_name: "Example Bank",
        data_privacy_policy_url: "https://partner.example/privacy",
    };
    let id_types = vec![v1::create_smile_link::LinkIdType::new("NG", "NIN", "biometric_kyc")];
    let mut request = v1::create_smile_link::Request::new(page, id_types, &callback);
    request.settings.is_single_use = Some(true);
    let link = client.create_smile_link(request).await?;
    println!("a link: {}", link.address().is_some());

    let ref_id = link.ref_id.as_deref().expect("a link has a name");
    let again = client.get_smile_link(v1::get_smile_link::Request::new(ref_id)).await?;
    println!("the same link: {}", again.ref_id.as_deref() == Some(ref_id));

    let ended = client.update_smile_link(v1::update_smile_link::Request::disable(ref_id)).await?;
    println!("it is disabled: {}", ended.is_disabled == Some(true));
    Ok(())
}
