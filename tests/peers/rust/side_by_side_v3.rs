//! Submits one V3 job with `smileid` and prints the outcome as a line of JSON.
//!
//! Run by `cargo xtask peers side-by-side`. Its argument says what to call, and if it is a repetition. Callbacks come to the
//! harness, as they come to the web service of a user, which stores them.

use std::{
    env,
    error::Error as StdError,
    fs,
    path::PathBuf,
    time::{Duration, Instant, SystemTime},
};

use axum::http::{HeaderMap, HeaderName};
use serde::Deserialize;
use serde_json::{Value, json};
use smileid::{
    CallbackUrl, Client, Config, Credentials, Environment, Error, ErrorKind, IdNumber, PersonName, Schedule,
    callback::Receiver,
    store::{InMemory, Store as _},
    v3::{Consent, Outcome, Selfie, SentJob, UserDetails, enhanced_kyc, read_image, registration},
};
use tokio::time::sleep;

/// Divisor of the client's pauses, the same as for the other clients.
const PAUSES: u32 = 20;
/// Time limit of a request, long enough for a busy machine.
const TIMEOUT: Duration = Duration::from_secs(5);
/// Time after which a job without a callback is submitted again as a new job.
const PATIENCE: Duration = Duration::from_secs(120);

#[derive(Deserialize)]
struct Call {
    base: String,
    partner_id: String,
    api_key: String,
    job: Job,
    image: PathBuf,
    /// File in which the ids of the job are stored between calls.
    kept: PathBuf,
    callback: String,
    /// Folder of the received callbacks, each in a file.
    callbacks: PathBuf,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Job {
    V3Registration,
    V3Lookup,
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

    /// Submits the job, unless an earlier call did. In that case it waits for the job, or for its callback if the API's id of the
    /// job is not known.
    async fn make(&self, client: &Client) -> Result<Value, Box<dyn StdError>> {
        if let Ok(kept) = fs::read(&self.kept) {
            let sent: SentJob = serde_json::from_slice(&kept)?;
            if let Some(job_id) = sent.job_id() {
                return self.read(client.v3().wait(job_id).of_accepted().await);
            }
            if let Some(status) = self.called_back(client, &sent).await? {
                return Ok(json!({"got": "result", "code": status}));
            }
        }
        match self.job {
            Job::V3Registration => match read_image(&self.image) {
                Ok(image) => {
                    let selfie = Selfie::new(image.clone(), vec![image; 6])?;
                    let job = registration::Request::new(selfie, person()?, consent()?);
                    self.submit(client.submit(job)).await
                }
                Err(error) => Ok(failure(&error)),
            },
            Job::V3Lookup => {
                let id = IdNumber::new("NG", "BVN", "00000000000")?;
                let job = enhanced_kyc::Request::new(id, person()?, consent()?)?;
                self.submit(client.submit(job)).await
            }
        }
    }

    async fn submit(
        &self,
        call: smileid::v3::Submit<smileid::client::Client, smileid::v3::Accepted>,
    ) -> Result<Value, Box<dyn StdError>> {
        let call = call.callback(CallbackUrl::parse(&*self.callback)?).wait();
        fs::write(&self.kept, serde_json::to_vec(call.sent_job())?)?;
        self.read(call.await)
    }

    /// Stores what is known about the job, and returns the outcome.
    fn read(&self, outcome: smileid::Result<Outcome>) -> Result<Value, Box<dyn StdError>> {
        let sent = match &outcome {
            Ok(outcome) => outcome.sent_job(),
            Err(error) => error.sent_job(),
        };
        match (sent, &outcome) {
            (Some(sent), Err(error)) if sent.job_id().is_none() && !error.is_outcome_unknown() => {
                fs::remove_file(&self.kept)?;
            }
            (Some(sent), _) => fs::write(&self.kept, serde_json::to_vec(sent)?)?,
            (None, _) => {}
        }
        Ok(match outcome {
            Ok(outcome) if outcome.is_pending() => json!({"got": "not_yet"}),
            Ok(outcome) => {
                let status = outcome.status().and_then(|status| status.status.as_ref());
                json!({"got": "result", "code": status.map(smileid::v3::Status::as_str)})
            }
            Err(error) => failure(&error),
        })
    }

    /// Waits for the callback of a job whose outcome is unknown, and returns its status, which the API has confirmed.
    async fn called_back(
        &self,
        client: &Client,
        sent: &SentJob,
    ) -> Result<Option<String>, Box<dyn StdError>> {
        let receiver = Receiver::new(client.clone(), InMemory::default()).confirming();
        receiver.store().keep_v3(sent).await?;
        let started = Instant::now();
        while started.elapsed() < PATIENCE / PAUSES {
            for file in fs::read_dir(&self.callbacks).into_iter().flatten() {
                let (headers, body) = read_message(&fs::read(file?.path())?)?;
                let receipt = receiver.handle(&headers, &body).await?;
                let is_ours =
                    receipt.record.as_ref().is_some_and(|record| Ok(record.ids()) == sent.ids().as_ref());
                if receipt.is_confirmed() && is_ours {
                    return Ok(receipt.verdict().status.map(|status| status.as_str().to_owned()));
                }
            }
            sleep(Duration::from_millis(50)).await;
        }
        Ok(None)
    }
}

/// Reads a stored request: its headers, and its body.
fn read_message(message: &[u8]) -> Result<(HeaderMap, Vec<u8>), Box<dyn StdError>> {
    let end = message.windows(4).position(|it| it == b"\r\n\r\n").ok_or("a callback has a head")?;
    let head = std::str::from_utf8(&message[..end])?;
    let pairs = head.lines().skip(1).filter_map(|line| line.split_once(": "));
    let headers = pairs.map(|(name, value)| Ok((HeaderName::try_from(name)?, value.parse()?)));
    Ok((headers.collect::<Result<_, Box<dyn StdError>>>()?, message[end + 4..].to_vec()))
}

/// Returns a test identity whose jobs get the status `clear`.
fn person() -> Result<UserDetails, smileid::InvalidInput> {
    let name = PersonName { first: "Amina Fatou", last: "Clearwater" };
    UserDetails::by_email(name, "amina.clearwater@example.com")
}

fn consent() -> Result<Consent, smileid::InvalidInput> {
    Consent::granted(SystemTime::now(), "EN", "https://partner.example/privacy")
}

/// Returns the JSON for an error. All errors of `smileid` are documented.
fn failure(error: &Error) -> Value {
    let name = match (error.kind(), error.transport(), error.status()) {
        (ErrorKind::File, ..) => "File".to_owned(),
        (_, Some(kind), _) => format!("{kind:?}"),
        (ErrorKind::Refused, _, Some(status)) => format!("Refused {}", status.as_u16()),
        (kind, ..) => format!("{kind:?}"),
    };
    let unknown = if error.is_outcome_unknown() { "outcome unknown: " } else { "" };
    json!({"got": "error", "named": true, "what": format!("{unknown}{name}")})
}
