//! Lookups, which need no image: Enhanced KYC and Basic KYC (job type 5) and Business Verification (job type 7), with the result
//! in the response or in a callback; and unblocking an ID number that was looked up too often.
//!
//! ```text
//! enhanced KYC: approved, with a name: true
//! the number does not exist: rejected
//! basic KYC: approved
//! business: approved, with directors: true
//! accepted: true
//! billed once, even if a message is lost: approved
//! the limit is reset: true
//! ```

#[path = "common/setup.rs"]
mod setup;

use smileid::{Client, IdNumber, LookupJob, PersonName, protocol::v1::id_number_rate_limit_reset};

#[tokio::main]
async fn main() -> smileid::Result<()> {
    let client = Client::from_env()?;
    let ids = |job| setup::ids("user-1", job);
    let nin = |number| IdNumber::new("NG", "NIN", number);

    // The result has the authority's data.
    let outcome = client.submit(LookupJob::enhanced_kyc(ids("kyc")?, nin("00000000000")?)).await?;
    let has_name = outcome.result().is_some_and(|result| result.personal_info.full_name.is_some());
    println!("enhanced KYC: {}, with a name: {has_name}", outcome.decision());

    // The sandbox and the mock select the outcome by the last digit.
    let outcome = client.submit(LookupJob::enhanced_kyc(ids("nobody")?, nin("00000000001")?)).await?;
    println!("the number does not exist: {}", outcome.decision());

    // The result tells if the names fit, and has no data of the authority.
    let job =
        LookupJob::basic_kyc(ids("basic")?, nin("00000000000")?, PersonName { first: "Joe", last: "Leo" })?;
    println!("basic KYC: {}", client.submit(job).await?.decision());

    let business = IdNumber::new("NG", "BUSINESS_REGISTRATION", "0000000")?;
    let outcome = client.submit(LookupJob::business_verification(ids("business")?, business)).await?;
    let has_directors = outcome.result().is_some_and(|result| result.business_info.directors.is_some());
    println!("business: {}, with directors: {has_directors}", outcome.decision());

    // Authorities can be slow: have the result sent to you. See `callback_receiver.rs`.
    let job = LookupJob::enhanced_kyc(ids("kyc-later")?, nin("00000000000")?);
    let accepted = client.submit(job).callback(setup::callback()?).await?;
    println!("accepted: {}", accepted.ids().job_id().starts_with("kyc-later"));

    // A lookup with a callback is billed once: its status is asked for before it is sent again.
    let job = LookupJob::enhanced_kyc(ids("kyc-once")?, nin("00000000000")?);
    let outcome = client.submit(job).callback(setup::callback()?).wait().await?;
    println!("billed once, even if a message is lost: {}", outcome.decision());

    // A number that is looked up too often is refused for a while.
    let request = id_number_rate_limit_reset::Request::new("NIN", "00000000000");
    println!("the limit is reset: {}", client.reset_id_number_limit(request).await?.success == Some(true));
    Ok(())
}
