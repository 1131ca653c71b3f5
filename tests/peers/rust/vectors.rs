//! Program that answers the questions of `smileid-conformance vectors --exec` with the public API of `smileid`.
//!
//! Run by `cargo xtask peers conformance`.

use std::{
    error::Error as StdError,
    io::{self, BufRead as _, Write as _},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{Method, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use smileid::{
    CallbackUrl, Config, Credentials, Environment, InvalidInput,
    client::{
        blocking::Client,
        testing::{Answer, Script, Sent},
    },
    protocol::{
        auth::Signature,
        callback::Callback,
        job::sdk_job::{CheckedJob, SdkJob},
        timestamp::Timestamp,
        v1::job_status,
    },
    types::{Decision, JobResult, ResultCode, Verdict},
};

/// Time at which requests are made: half a second after the start of a script.
const NOW: &str = "2023-03-09T21:35:00.500Z";

type Answered = Result<Value, Box<dyn StdError>>;

#[derive(Deserialize)]
struct Question {
    id: String,
    #[serde(flatten)]
    task: Task,
}

#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
enum Task {
    Sign(Signed),
    Verify(Signed),
    Job(Submit),
    Archive(Submit),
    Verdict { message: String, body: Value },
}

#[derive(Deserialize)]
struct Signed {
    partner_id: String,
    api_key: String,
    timestamp: Value,
    #[serde(default)]
    signature: String,
}

#[derive(Deserialize)]
struct Submit {
    partner_id: String,
    api_key: String,
    job: Value,
    default_callback: Option<String>,
    reply: Option<Value>,
}

fn main() -> Result<(), Box<dyn StdError>> {
    for line in io::stdin().lock().lines() {
        let Question { id, task } = serde_json::from_str(&line?)?;
        let mut answer = task.answer().unwrap_or_else(|error| refused(&*error));
        answer["id"] = id.into();
        let mut out = io::stdout().lock();
        writeln!(out, "{answer}")?;
        out.flush()?;
    }
    Ok(())
}

impl Task {
    fn answer(self) -> Answered {
        match self {
            Self::Sign(it) => {
                let (key, timestamp) = it.parts()?;
                Ok(json!({"signature": key.sign(&timestamp).as_str()}))
            }
            Self::Verify(it) => {
                let (key, timestamp) = it.parts()?;
                Ok(json!({"accepted": key.check(&timestamp, &Signature::from(it.signature)).is_ok()}))
            }
            Self::Job(job) => job.submit(false),
            Self::Archive(job) => job.submit(true),
            Self::Verdict { message, body } => verdict(&message, body),
        }
    }
}

impl Signed {
    fn parts(&self) -> Result<(Credentials, Timestamp), Box<dyn StdError>> {
        let key = Credentials::new(&*self.partner_id, &*self.api_key)?;
        Ok((key, serde_json::from_value(self.timestamp.clone())?))
    }
}

impl Submit {
    fn submit(self, is_archive: bool) -> Answered {
        let credentials = Credentials::new(&*self.partner_id, &*self.api_key)?;
        let default = self.default_callback.as_deref().map(CallbackUrl::parse).transpose()?;
        let checked = SdkJob::from_json(&self.job)?.check(default)?;

        let script = api(credentials.clone(), self.reply);
        let client = Client::new(Config::new(credentials, &Environment::sandbox()), script.clone());
        let outcome: Result<(), Box<dyn StdError>> = match checked {
            CheckedJob::Images(job, delivery) => {
                let call = client.submit(job);
                let done = match (delivery.callback_url().cloned(), delivery.following()) {
                    (Some(url), None) => call.callback(url).send().map(drop),
                    (Some(url), Some(_)) => call.callback(url).wait().send().map(drop),
                    (None, _) => call.wait().send().map(drop),
                };
                done.map_err(Into::into)
            }
            CheckedJob::Lookup(job) => client.submit(job).send().map(drop).map_err(Into::into),
            other => Err(format!("an unknown kind of job: {other:?}").into()),
        };
        let sent = script.sent();
        let Some(first) = sent.first() else {
            return outcome.map(|()| json!({"crashed": "nothing was sent"}));
        };
        if let Err(error) = outcome {
            return Ok(json!({"crashed": format!("{}, after it was sent", chain(&*error))}));
        }
        let mut answer = json!({"sent": {"path": first.head.uri.path(), "body": first.json()}});
        if let Some(archive) = sent.get(1).filter(|_| is_archive) {
            answer["sent"]["archive"] = STANDARD.encode(&archive.body).into();
        }
        Ok(answer)
    }
}

/// Transport that simulates the API and its storage host, and accepts every request.
fn api(credentials: Credentials, reply: Option<Value>) -> Script {
    let reply = reply.unwrap_or_else(|| {
        json!({
            "upload_url": "https://uploads.example/selfie.zip", "ref_id": "212-0000000001-x",
            "smile_job_id": "0000000001", "code": "2202",
        })
    });
    let now = Timestamp::new(NOW).ok();
    let number = reply.get("smile_job_id").cloned().unwrap_or_else(|| "0000000001".into());
    let answer = move |sent: &Sent| {
        let asked = sent.json();
        let path = sent.head.uri.path();
        let params = match path {
            "/v1/job_status" => json!({"user_id": asked["user_id"], "job_id": asked["job_id"]}),
            _ => asked["partner_params"].clone(),
        };
        let result = json!({"ResultCode": "1012", "SmileJobID": number, "PartnerParams": params});
        let body = match path {
            "/v1/upload" => reply.clone(),
            "/v1/job_status" => {
                let signature = now.as_ref().map(|now| credentials.sign(now));
                json!({
                    "job_complete": true, "job_success": true, "code": "2302", "result": result, "timestamp": NOW,
                    "signature": signature.as_ref().map(Signature::as_str),
                })
            }
            _ if sent.head.method == Method::PUT => return Response::new(Bytes::new()),
            _ => result,
        };
        Response::new(body.to_string().into())
    };
    Script::new([]).then_forever(Answer::by(answer))
}

fn verdict(message: &str, body: Value) -> Answered {
    let verdict = match message {
        "status" => serde_json::from_value::<job_status::Response>(body)?.verdict(),
        "callback" => {
            let (callback, _) = Callback::read(body.to_string().as_bytes())?.trust_without_checking();
            callback.verdict()
        }
        "lookup" => Verdict::for_job([&serde_json::from_value::<JobResult>(body)?]),
        other => return Ok(json!({"unsupported": format!("a message of the kind {other}")})),
    };
    let decision = verdict.decision.word();
    let retry = if let Decision::NotDone { retry, .. } = verdict.decision { Some(retry) } else { None };
    let code = verdict.code.as_ref().map(ResultCode::as_str);
    Ok(json!({"verdict": {"decision": decision, "code": code, "retry": retry}}))
}

/// Returns the answer for an error. All errors of `smileid` are documented.
fn refused(error: &(dyn StdError + 'static)) -> Value {
    let field = error.downcast_ref::<InvalidInput>().map(|invalid| &invalid.field);
    json!({"refused": {"message": chain(error), "field": field}})
}

fn chain(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text = format!("{text}: {error}");
        source = error.source();
    }
    text
}
