//! Hosted pages: what they offer, a token for one job in a browser, and links to send to people.
//!
//! ```text
//! BVN of Nigeria needs its number: true
//! a token for one job: true
//! a link: true
//! the same link: true
//! it works no longer: true
//! ```

#[path = "common/setup.rs"]
mod setup;

use smileid::{
    protocol::v1::{create_smile_link, get_smile_link, services, token, update_smile_link},
    types::Product,
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (client, _mock) = setup::client().await?;
    let callback = setup::callback()?;

    // Which IDs there are, and which fields each needs. The only call that is not signed.
    let services = client.send(services::Request::default()).await?.value;
    let fields = services.id_types.get("NG").and_then(|country| country.get("BVN")).ok_or("no BVN")?;
    println!("BVN of Nigeria needs its number: {}", fields.iter().any(|field| field == "id_number"));

    // The server asks for the token and hands it to the page. Whoever has it can run the job, so `Debug` hides it.
    let ids = setup::ids("user-1", "in-browser")?;
    let request = token::Request::new(&ids, &Product::BiometricKyc, Some(&callback));
    let token = client.send(request).await?.value.token;
    println!("a token for one job: {}", !token.expose().is_empty());

    let page = create_smile_link::LinkPage {
        name: "Onboarding",
        company_name: "Example Bank",
        data_privacy_policy_url: "https://partner.example/privacy",
    };
    let id_types = vec![create_smile_link::LinkIdType::new("NG", "NIN", "biometric_kyc")];
    let mut request = create_smile_link::Request::new(page, id_types, &callback);
    request.settings.is_single_use = Some(true);
    let link = client.send(request).await?.value;
    println!("a link: {}", link.address().is_some());

    let ref_id = link.ref_id.as_deref().ok_or("the link has no name")?;
    let again = client.send(get_smile_link::Request::new(ref_id)).await?.value;
    println!("the same link: {}", again.ref_id.as_deref() == Some(ref_id));

    let ended = client.send(update_smile_link::Request::disable(ref_id)).await?.value;
    println!("it works no longer: {}", ended.is_disabled == Some(true));
    Ok(())
}
