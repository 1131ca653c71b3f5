//! Submits a job in the form of the official SDKs (the four arguments of `submit_job`, as JSON), for people who port code from
//! them. The job is checked by the same rules and becomes a typed job. `docs/guides/porting.md` describes the rest.
//!
//! ```text
//! refused before anything was sent: `image_details` has no selfie: add an image of type 0 (file) or 2 (base64)
//! an image job: 0840
//! a lookup: 1012
//! ```

#[path = "common/setup.rs"]
mod setup;

use serde_json::{Value, json};
use smileid::{
    Client, Result,
    protocol::job::sdk_job::{CheckedJob, SdkJob},
};

#[tokio::main]
async fn main() -> Result<()> {
    let client = Client::from_env()?;
    let (enrol, look_up) = (setup::ids("user-1", "enrol")?, setup::ids("user-1", "look-up")?);

    let mut job = json!({
        "partner_params": { "user_id": enrol.user_id(), "job_id": enrol.job_id(), "job_type": 4 },
        "image_details": [{ "image_type_id": 4, "image": setup::image_path("selfie.jpg") }],
        "id_info": null,
        "options": { "return_job_status": true, "return_history": false, "return_image_links": false },
    });
    if let Err(error) = submit_job(&client, &job).await {
        println!("refused before anything was sent: {error}"); // a frame of liveness is no selfie
    }
    job["image_details"][0]["image_type_id"] = 0.into();
    println!("an image job: {}", submit_job(&client, &job).await?);

    let job = json!({
        "partner_params": { "user_id": look_up.user_id(), "job_id": look_up.job_id(), "job_type": "5" },
        "id_info": { "country": "NG", "id_type": "NIN", "id_number": "00000000000" },
    });
    println!("a lookup: {}", submit_job(&client, &job).await?);
    Ok(())
}

/// Submits a job in the form of the official SDKs, and returns its result code, or `pending`.
async fn submit_job(client: &Client, job: &Value) -> Result<String> {
    let default_callback = None; // the second argument of the SDKs' `WebApi`
    let outcome = match SdkJob::from_json(job)?.check(default_callback)? {
        CheckedJob::Lookup(job) => client.submit(job).await?,
        // `delivery` says if the result is waited for, called back, or both.
        CheckedJob::Images(job, delivery) => match delivery.callback_url() {
            Some(url) => client.submit(job).callback(url.clone()).wait().await?,
            None => client.submit(job).wait().await?,
        },
        _ => unreachable!("there are no others yet"),
    };
    let code = outcome.result().and_then(|result| result.result_code.as_ref());
    Ok(code.map_or_else(|| "pending".to_owned(), ToString::to_string))
}
