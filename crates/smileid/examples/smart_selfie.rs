//! SmartSelfie: enrols a user with a selfie (job type 4), authenticates the user later (job type 2), and replaces the enrolled
//! selfie (job type 8).
//!
//! ```text
//! enrolled: approved
//! enrolled again: refused with code 2209
//! the same person: approved
//! another person: rejected
//! a new photo: approved
//! ```

#[path = "common/setup.rs"]
mod setup;

use smileid::{Client, ErrorKind, ImageJob, Result};

#[tokio::main]
async fn main() -> Result<()> {
    let client = Client::from_env()?;
    let selfie = || setup::image("selfie.jpg");
    let ids = |job| setup::ids("user-1", job);

    let job = ImageJob::smart_selfie_registration(ids("enrol")?, selfie());
    println!("enrolled: {}", client.submit(job).wait().await?.decision());

    // A user is enrolled once. `allowing_new_enroll` is for those who come back after an account was closed.
    let job = ImageJob::smart_selfie_registration(ids("enrol-again")?, selfie());
    match client.submit(job).wait().await {
        Err(error) if error.kind() == ErrorKind::Refused => {
            println!("enrolled again: refused with code {}", error.code().expect("it has one"));
        }
        other => println!("enrolled again: {other:?}"),
    }

    let job = ImageJob::smart_selfie_authentication(ids("log-in")?, selfie());
    println!("the same person: {}", client.submit(job).wait().await?.decision());

    // In the sandbox and the mock, `sandbox_result` selects the outcome: 0 approves, 1 rejects, 2 leaves it open.
    let job = ImageJob::smart_selfie_authentication(ids("log-in-by-another")?, selfie())
        .with_partner_param("sandbox_result", "1")?;
    println!("another person: {}", client.submit(job).wait().await?.decision());

    let job = ImageJob::update_photo(ids("new-photo")?, selfie());
    println!("a new photo: {}", client.submit(job).wait().await?.decision());
    Ok(())
}
