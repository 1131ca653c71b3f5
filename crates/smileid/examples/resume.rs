//! A job that is created and billed only once: it is stored before it is sent, and a second click or another process continues
//! the stored job.
//!
//! ```text
//! not sent yet: nothing was sent
//! the second click: the same job
//! after the crash: the job may have been submitted
//! once more: approved, settled: true
//! ```

#[path = "common/setup.rs"]
mod setup;

use smileid::{Client, Image, ImageJob, JobRef, store::Store as _};

#[tokio::main]
async fn main() -> smileid::Result<()> {
    let client = Client::from_env()?;
    let store = smileid::store::InMemory::default(); // yours is in a database: see the trait `Store`
    let selfie = std::fs::read(setup::image_path("selfie.jpg")).expect("it is in the repository");

    // Named after its purpose: a second click, or another process, means the same job and not another one.
    let user = setup::ids("user-1", "none")?;
    let ids = JobRef::from_key(user.user_id(), "application 4711")?;
    let job = ImageJob::smart_selfie_registration(ids.clone(), Image::bytes(selfie));

    let mut submission = store.ensure(job.clone()).await?;
    println!("not sent yet: {}", submission.stage());
    let first = client.submit(&mut submission).wait().await?;
    drop(submission); // the process crashes here, before it could store the outcome

    let mut submission = store.ensure(job).await?;
    let again = client.submit(&mut submission).wait().await?; // asks for the status of the job, and finds it
    let is_same = again.smile_job_id() == first.smile_job_id();
    println!("the second click: {}", if is_same { "the same job" } else { "another job" });

    // Another process needs only the names. The stored job has its images until the API has them.
    let (record, _) = store.load(&ids).await.expect("memory does not fail").expect("it is stored");
    let mut submission = record.submission().expect("it was ensured").clone();
    println!("after the crash: {}", submission.stage());
    let outcome = client.submit(&mut submission).wait().await?;
    store.settle(&submission, &outcome).await?; // the result, and the job without the images
    let (record, _) = store.load(&ids).await.expect("memory does not fail").expect("it is stored");
    println!("once more: {}, settled: {}", record.verdict().decision, record.is_settled());
    Ok(())
}
