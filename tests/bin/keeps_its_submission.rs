//! Program that submits one job, even if it is killed several times: it stores its submission in a file before it sends anything,
//! and continues from that file if it exists.
//!
//! `keeps-its-submission FILE URL PARTNER_ID API_KEY IMAGE`

use std::{env, error::Error, fs, path::Path, time::Duration};

use smileid::{Client, Config, Credentials, Environment, Image, ImageJob, JobRef, Submission};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let [file, url, partner_id, api_key, image] = arguments.as_slice() else {
        return Err("five arguments are expected".into());
    };
    let mut submission = kept(Path::new(file), image)?;

    let environment: Environment = url.parse()?;
    let mut config = Config::new(Credentials::new(partner_id, api_key)?, &environment);
    config.retry.initial_backoff = Duration::from_millis(5);
    config.wait.schedule.first = Duration::from_millis(5);
    let client = Client::new(config)?;
    let outcome = client.submit(&mut submission).wait().await?;

    if outcome.is_pending() {
        return Err("there is no result yet".into());
    }
    let result = outcome.result().ok_or("the job has no result")?;
    let shown = serde_json::json!({
        "job_id": outcome.ids().job_id(),
        "smile_job_id": outcome.smile_job_id(),
        "result_code": &result.result_code,
    });
    println!("{shown}");
    Ok(())
}

/// Returns the stored submission, or a new one, which is then stored. The file is written atomically.
fn kept(file: &Path, image: &str) -> Result<Submission, Box<dyn Error>> {
    if file.exists() {
        return Ok(serde_json::from_slice(&fs::read(file)?)?);
    }
    let ids = JobRef::from_key("user-1", "application 4711")?;
    let job = ImageJob::smart_selfie_registration(ids, Image::file(image));
    let submission = Submission::new(job);
    let half_written = file.with_extension("new");
    fs::write(&half_written, serde_json::to_vec(&submission)?)?;
    fs::rename(half_written, file)?;
    Ok(submission)
}
