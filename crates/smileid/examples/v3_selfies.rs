//! Version 3, products with a selfie: Registration, Authentication and Compare, and a fraud report.
//!
//! ```text
//! registration: approved
//! authentication: approved
//! compare: approved
//! after a report of fraud: rejected
//! ```

#[path = "common/setup.rs"]
mod setup;
#[path = "common/v3.rs"]
mod v3;

use smileid::{
    Client,
    v3::{authentication, compare, registration, report_fraud},
};

#[tokio::main]
async fn main() -> smileid::Result<()> {
    let client = Client::from_env()?;
    let person = v3::person("Amina Fatou", "Clearwater")?;
    let user = smileid::v3::UserId::new(setup::ids("user-1", "none")?.user_id())?;

    let job = registration::Request::new(v3::selfie()?, person.clone(), v3::consent()?);
    let outcome = client.submit(job.with_user_id(user.clone())).wait().await?;
    println!("registration: {}", outcome.decision());

    // The selfie is compared with the enrolled one.
    let job = authentication::Request::new(user.clone(), v3::selfie()?, person.clone(), v3::consent()?);
    let outcome = client.submit(job.clone()).wait().await?;
    println!("authentication: {}", outcome.decision());

    // A selfie and a photo of any kind. With a user id, a passed comparison would enrol the selfie.
    let portrait = (compare::ComparisonImageType::Portrait, v3::image("selfie.jpg"));
    let comparison = compare::Request::new(v3::image("selfie.jpg"), portrait, person, v3::consent()?)?;
    let outcome = client.submit(comparison).wait().await?;
    println!("compare: {}", outcome.decision());

    let staff = "staff@partner.example";
    let report = report_fraud::Request::fraud(user, report_fraud::Reason::MuleAccount, staff, None)?;
    client.v3().report_fraud(report).await?;
    let outcome = client.submit(job).wait().await?;
    println!("after a report of fraud: {}", outcome.decision());
    Ok(())
}
