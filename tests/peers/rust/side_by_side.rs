//! Submits one job with `smileid` and prints the outcome as a line of JSON.
//!
//! Run by `cargo xtask peers side-by-side`. Its argument says what to call, and if it is a repetition.

use std::{env, error::Error as StdError, fs, path::PathBuf, time::Duration};

use serde::Deserialize;
use serde_json::{Value, json};
use smileid::{
    Client, Config, Credentials, Decision, Environment, Error, ErrorKind, IdNumber, Image, ImageJob, JobRef,
    LookupJob, Outcome, Schedule, Submission, types::ResultCode,
};

/// Divisor of the client's pauses, the same as for the other clients.
const PAUSES: u32 = 20;
/// Time limit of a request, long enough for a busy machine.
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
    /// File in which the submission is stored between calls.
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
    let client = Client::new(call.config()?)?;
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
            Job::Lookup => match client.submit(LookupJob::enhanced_kyc(ids, id)).await {
                Ok(outcome) => result(&outcome),
                Err(error) => failure(&error),
            },
            Job::Registration => {
                self.submit(client, ImageJob::smart_selfie_registration(ids, selfie)).await?
            }
            Job::BiometricKyc => self.submit(client, ImageJob::biometric_kyc(ids, selfie, id)).await?,
        })
    }

    /// Submits the job as in the documentation of `Submission`: it is stored before the first call, and the stored one is
    /// submitted again.
    async fn submit(&self, client: &Client, job: ImageJob) -> Result<Value, Box<dyn StdError>> {
        let mut submission = match fs::read(&self.kept) {
            Ok(kept) => serde_json::from_slice(&kept)?,
            Err(_) => Submission::new(job),
        };
        fs::write(&self.kept, serde_json::to_vec(&submission)?)?;
        let outcome = client.submit(&mut submission).wait().await;
        fs::write(&self.kept, serde_json::to_vec(&submission)?)?;
        Ok(match outcome {
            Ok(outcome) if matches!(outcome.decision(), Decision::Pending | Decision::Provisional) => {
                json!({"got": "not_yet"})
            }
            Ok(outcome) => result(&outcome),
            Err(error) => failure(&error),
        })
    }
}

fn result(outcome: &Outcome) -> Value {
    let code = outcome.result().and_then(|result| result.result_code.as_ref());
    json!({"got": "result", "code": code.map(ResultCode::as_str)})
}

/// Returns the JSON for an error. All errors of `smileid` are documented.
fn failure(error: &Error) -> Value {
    let name = match (error.kind(), error.transport(), error.refusal()) {
        (ErrorKind::File | ErrorKind::Image, None, _) => "ReadError".to_owned(),
        (_, Some(kind), _) => format!("{kind:?}"),
        (_, _, Some(refusal)) => match &refusal.code {
            Some(code) => format!("Refused {code}"),
            None => format!("Refused {}", refusal.status.as_u16()),
        },
        (kind @ (ErrorKind::Malformed | ErrorKind::Forged), ..) => format!("{kind:?}"),
        _ => error.failure().map_or_else(|| error.to_string(), ToString::to_string),
    };
    let step = error.step().map(|step| format!("{step:?}"));
    let what = step.into_iter().chain([name]).collect::<Vec<_>>().join(": ");
    json!({"got": "error", "named": true, "what": what})
}
