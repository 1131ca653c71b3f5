//! A submission that outlives its process: kept before it is sent, and gone on with by whoever reads it. The job is made,
//! and billed, once.
//!
//! ```text
//! not sent yet: nothing was sent
//! after the crash: the job may have been submitted
//! one job: true
//! once more: Approved
//! ```

#[path = "common/setup.rs"]
mod setup;

use smileid::{Delivery, ImageJob, JobRef, PollOptions, Submission};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (client, _mock) = setup::client().await?;
    let selfie = tokio::fs::read(setup::image_path("selfie.jpg")).await?;

    // Named after what it is for: a second click, or another process, asks for the same job and not for another one.
    let user = setup::ids("user-1", "none")?;
    let ids = JobRef::from_key(user.user_id(), "application 4711")?;
    let job = ImageJob::smart_selfie_registration(ids, smileid::Image::bytes(selfie));
    let mut submission = Submission::new(job, Delivery::follow(PollOptions::default()))
        .on_progress(|sent, all| eprintln!("{sent} of {all} bytes are sent"));
    println!("not sent yet: {}", submission.stage());

    // To a database, in the transaction that takes the application. It holds the images and the person's data, no key.
    let kept = serde_json::to_string(&submission)?;
    let submitted = client.submit(&mut submission).await?;
    drop(submission); // the process ends here, before it could write down what came of it

    let mut submission: Submission = serde_json::from_str(&kept)?;
    println!("after the crash: {}", submission.stage());
    let again = client.submit(&mut submission).await?; // asks how the job stands, and finds it
    println!("one job: {}", again.smile_job_id == submitted.smile_job_id);

    // What is done stays done, however often it is asked for.
    let again = client.submit(&mut submission).await?;
    let reply = again.state.as_ref().and_then(|state| state.complete()).ok_or("no result yet")?;
    println!("once more: {:?}", reply.value.verdict().decision);
    Ok(())
}
