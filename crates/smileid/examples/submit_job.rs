//! The four arguments of the official SDKs' `submit_job`, for those who port code: as JSON, checked by the same rules, and
//! then a typed job like any other. `docs/guides/porting.md` has the rest.
//!
//! ```text
//! refused before anything was sent: `image_details` holds no selfie: add an image of type 0 (file) or 2 (base64)
//! an image job: 0840
//! a lookup: 1012
//! ```

#[path = "common/setup.rs"]
mod setup;

use serde_json::{Value, json};
use smileid::{
    Client, Submission,
    protocol::job::sdk_job::{CheckedJob, SdkJob},
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (client, _mock) = setup::client().await?;
    let (enrol, look_up) = (setup::ids("user-1", "enrol")?, setup::ids("user-1", "look-up")?);

    let mut job = json!({
        "partner_params": { "user_id": enrol.user_id(), "job_id": enrol.job_id(), "job_type": 4 },
        "image_details": [{ "image_type_id": 4, "image": setup::image_path("selfie.jpg") }],
        "id_info": null,
        "options": { "return_job_status": true, "return_history": false, "return_image_links": false },
    });
    match submit_job(&client, &job).await {
        Err(error) => println!("refused before anything was sent: {error}"),
        Ok(_) => return Err("a frame of liveness is no selfie".into()),
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

async fn submit_job(client: &Client, job: &Value) -> Result<String, Box<dyn std::error::Error>> {
    let default_callback = None; // the second argument of the SDKs' `WebApi`
    let result = match SdkJob::from_json(job)?.check(default_callback)? {
        CheckedJob::Lookup(job) => client.look_up(job).await?.into_result(),
        CheckedJob::Images(job, delivery) => {
            let submitted = client.submit(&mut Submission::new(job, delivery)).await?;
            let reply = submitted.state.as_ref().and_then(|state| state.complete()).ok_or("no result yet")?;
            reply.value.result().ok_or("no result")?.clone()
        }
        other => return Err(format!("cannot send {other:?}").into()),
    };
    Ok(result.result_code.ok_or("no code")?.to_string())
}
