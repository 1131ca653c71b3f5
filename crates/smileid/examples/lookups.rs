//! Lookups, which need no image: enhanced KYC and basic KYC (job type 5), business verification (7), each at once or with
//! the result called back; and the limit for one ID number, reset.
//!
//! ```text
//! enhanced KYC: Approved, with a name: true
//! nobody has the number: Rejected
//! basic KYC: Approved
//! business: Approved, with directors: true
//! called back later: true true true
//! billed once, whatever is lost: Approved
//! the limit is reset: true
//! ```

#[path = "common/setup.rs"]
mod setup;

use smileid::{
    IdNumber, LookupJob, PersonName, PollOptions, Submission, protocol::v1::id_number_rate_limit_reset,
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (client, _mock) = setup::client().await?;
    let ids = |job| setup::ids("user-1", job);
    let nin = |number| IdNumber::new("NG", "NIN", number);
    let business = || IdNumber::new("NG", "BUSINESS_REGISTRATION", "0000000");

    // Whatever the authority holds comes back.
    let found = client.look_up(LookupJob::enhanced_kyc(ids("kyc")?, nin("00000000000")?)).await?;
    let has_name = found.result().personal_info.full_name.is_some();
    println!("enhanced KYC: {:?}, with a name: {has_name}", found.decision());

    // Sandbox and mock choose the outcome by the last digit.
    let found = client.look_up(LookupJob::enhanced_kyc(ids("nobody")?, nin("00000000001")?)).await?;
    println!("nobody has the number: {:?}", found.decision());

    // Only whether the names fit comes back, not what the authority holds.
    let job =
        LookupJob::basic_kyc(ids("basic")?, nin("00000000000")?, PersonName { first: "Joe", last: "Leo" })?;
    println!("basic KYC: {:?}", client.look_up(job).await?.decision());

    let found = client.look_up(LookupJob::business_verification(ids("business")?, business()?)).await?;
    let has_directors = found.result().business_info.directors.is_some();
    println!("business: {:?}, with directors: {has_directors}", found.decision());

    // Authorities can be slow: have the result sent to you instead of waiting. See `callback_receiver.rs`.
    let url = setup::callback()?;
    let later = [
        LookupJob::enhanced_kyc(ids("kyc-later")?, nin("00000000000")?),
        LookupJob::basic_kyc(
            ids("basic-later")?,
            nin("00000000000")?,
            PersonName { first: "Joe", last: "Leo" },
        )?,
        LookupJob::business_verification(ids("business-later")?, business()?),
    ];
    print!("called back later:");
    for job in later {
        print!(" {}", client.look_up_later(job, &url).await?.value.success);
    }
    println!();

    // Where paying twice matters: this one is found again by its status, by this process or the next.
    let job = LookupJob::enhanced_kyc(ids("kyc-once")?, nin("00000000000")?);
    let mut submission = Submission::lookup(job, url, Some(PollOptions::default()));
    let _kept = serde_json::to_string(&submission)?; // before it is sent
    let state = client.submit(&mut submission).await?.state.ok_or("it was to be followed")?;
    let reply = state.complete().ok_or("it takes longer: submit the same again")?;
    println!("billed once, whatever is lost: {:?}", reply.value.verdict().decision);

    // A number that is asked for too often is refused for a while.
    let request = id_number_rate_limit_reset::Request::new("NIN", "00000000000");
    println!("the limit is reset: {}", client.send(request).await?.value.success == Some(true));
    Ok(())
}
