//! Calls `smileid` once: what comes of it is a line of JSON on standard output.
//!
//! Run by `cargo xtask peers side-by-side`, which says in its argument what to call, and when to call it again.

use std::{env, error::Error as StdError, fs, path::PathBuf, time::Duration};

use serde::Deserialize;
use serde_json::{Value, json};
use smileid::{
    Client, Config, Credentials, Delivery, Environment, Error, IdNumber, Image, ImageJob, JobRef, JobState,
    LookupJob, PollOptions, ReqwestTransport, Schedule, Submission,
    types::{Decision, ResultCode},
};

/// As with the other clients.
const PAUSES: u32 = 20;
/// Long enough for a machine that has much else to do.
const TIMEOUT: Duration = Duration::from_secs(5);

#[derive(Deserialize)]
struct Call {
    base: String,
    partner_id: String,
    api_key: String,
    user_id: String,
    job_id: String,
    job: Job,
    image: PathBuf,
    /// Where the submission is kept between calls.
    kept: PathBuf,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Job {
    Registration,
    BiometricKyc,
    Lookup,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn StdError>> {
    let call: Call = serde_json::from_str(&env::args().nth(1).ok_or("what to call is missing")?)?;
    let client = Client::new(call.config()?, ReqwestTransport::new()?);
    println!("{}", call.make(&client).await?);
    Ok(())
}

impl Call {
    fn config(&self) -> Result<Config, Box<dyn StdError>> {
        let environment: Environment = self.base.parse()?;
        let credentials = Credentials::new(self.partner_id.as_str(), self.api_key.as_str())?;
        let mut config = Config::new(credentials, &environment);
        config.timeouts.request = TIMEOUT;
        config.timeouts.upload = TIMEOUT;
        config.retry.initial_backoff /= PAUSES;
        config.retry.max_backoff /= PAUSES;
        config.wait.timeout /= PAUSES;
        let Schedule { first, steady, .. } = config.wait.schedule;
        config.wait.schedule = Schedule::doubling(first / PAUSES, steady / PAUSES);
        Ok(config)
    }

    async fn make(&self, client: &Client) -> Result<Value, Box<dyn StdError>> {
        let ids = JobRef::new(&*self.user_id, &*self.job_id)?;
        let id = IdNumber::new("NG", "BVN", "00000000000")?;
        let selfie = Image::file(&self.image);
        Ok(match self.job {
            Job::Lookup => match client.look_up(LookupJob::enhanced_kyc(ids, id)).await {
                Ok(found) => result(found.result().result_code.as_ref()),
                Err(error) => failure(None, &error),
            },
            Job::Registration => {
                self.submit(client, ImageJob::smart_selfie_registration(ids, selfie)).await?
            }
            Job::BiometricKyc => self.submit(client, ImageJob::biometric_kyc(ids, selfie, id)).await?,
        })
    }

    /// As the documentation of `Submission` says: it is kept before it is submitted for the first time, and what was kept
    /// is submitted again.
    async fn submit(&self, client: &Client, job: ImageJob) -> Result<Value, Box<dyn StdError>> {
        let mut submission = match fs::read(&self.kept) {
            Ok(kept) => serde_json::from_slice(&kept)?,
            Err(_) => Submission::new(job, Delivery::follow(PollOptions::default())),
        };
        fs::write(&self.kept, serde_json::to_vec(&submission)?)?;
        let outcome = client.submit(&mut submission).await;
        fs::write(&self.kept, serde_json::to_vec(&submission)?)?;
        Ok(match outcome {
            Ok(submitted) => match submitted.state.as_ref().and_then(JobState::complete) {
                Some(reply) if reply.value.verdict().decision != Decision::Provisional => {
                    result(reply.value.result().and_then(|result| result.result_code.as_ref()))
                }
                _ => json!({"got": "not_yet"}),
            },
            Err(error) => failure(Some(format!("{:?}", error.step)), &error.source),
        })
    }
}

fn result(code: Option<&ResultCode>) -> Value {
    json!({"got": "result", "code": code.map(ResultCode::as_str)})
}

/// All of its errors are ones that callers were told of.
fn failure(step: Option<String>, error: &Error) -> Value {
    let name = match error {
        Error::Read(_) => "ReadError".to_owned(),
        Error::Transport(error) => format!("{:?}", error.kind()),
        Error::Refused(refusal) => match &refusal.code {
            Some(code) => format!("Refused {code}"),
            None => format!("Refused {}", refusal.status.as_u16()),
        },
        Error::Malformed(_) => "Malformed".to_owned(),
        Error::Forged(_) => "Forged".to_owned(),
        other => format!("{other}"),
    };
    let what = step.into_iter().chain([name]).collect::<Vec<_>>().join(": ");
    json!({"got": "error", "named": true, "what": what})
}
