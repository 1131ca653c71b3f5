//! Command `smileid-mock trigger`: lets a running mock server send a callback with any content.

use std::{
    fs,
    io::{self, Read as _, Write as _},
    path::Path,
    process::ExitCode,
};

use http::StatusCode;
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::{
    Failure,
    arguments::{ApiVersion, Callback, Trigger, Triggered},
    mock::{Mock, PATIENCE},
};

/// Maximum size of a callback body, in bytes.
const MOST: u64 = 1 << 20;

pub(crate) async fn run(arguments: Trigger) -> Result<ExitCode, Failure> {
    let Triggered::Callback(Callback { to, api, body, url, partner_id, admin_token, trust }) = arguments.what;
    let result = match &body {
        Some(path) => read(path)?,
        None => approved(api),
    };
    let version = match api {
        ApiVersion::V1 => "v1",
        ApiVersion::V3 => "v3",
    };
    let wanted = json!({"partner_id": partner_id, "url": to, "version": version, "result": result});
    let bundle = if url.is_https { Some(trust.open()?.bundle_pem()) } else { None };
    let token = admin_token.map(|token| token.expose().to_owned());
    let mock = Mock { url, bundle, token };
    let sent = timeout(PATIENCE, mock.post("/_mock/callbacks", wanted.to_string().into())).await;
    let sent = sent.unwrap_or_else(|_| Err(Failure::Other("the mock server does not respond".to_owned())))?;
    let reply: Value = serde_json::from_slice(sent.body()).unwrap_or_default();
    if sent.status() == StatusCode::OK {
        writeln!(io::stdout(), "callback {} is sent to {to}", reply["id"])?;
        return Ok(ExitCode::SUCCESS);
    }
    let error = reply["error"].as_str().map_or_else(|| sent.status().to_string(), str::to_owned);
    let field = reply["field"].as_str().map(|field| format!("`{field}`: ")).unwrap_or_default();
    Err(Failure::Other(format!("the mock server refuses the callback: {field}{error}")))
}

/// Returns a callback about an approved job.
fn approved(api: ApiVersion) -> Value {
    match api {
        ApiVersion::V1 => json!({
            "SmileJobID": "0000000001",
            "PartnerParams": {"user_id": "user-1", "job_id": "job-1", "job_type": 4},
            "ResultType": "SAIA",
            "ResultText": "Enroll User",
            "ResultCode": "0840",
            "IsFinalResult": "true",
            "Actions": {"Liveness_Check": "Not Applicable", "Register_Selfie": "Approved"},
            "ConfidenceValue": "99",
            "Source": "WebAPI",
        }),
        ApiVersion::V3 => json!({
            "status": "clear",
            "message": "Job completed",
            "product": "enhanced_kyc",
            "job_id": "job_01h2xcejqtf2nbrexx3vqjhp41",
            "user_id": "user-1",
        }),
    }
}

fn read(path: &Path) -> Result<Value, Failure> {
    let unreadable =
        |error: &dyn std::fmt::Display| Failure::Other(format!("--body {}: {error}", path.display()));
    let mut text = Vec::new();
    let read = if path == Path::new("-") {
        io::stdin().take(MOST).read_to_end(&mut text)
    } else {
        fs::OpenOptions::new().read(true).open(path).and_then(|file| file.take(MOST).read_to_end(&mut text))
    };
    read.map_err(|error| unreadable(&error))?;
    serde_json::from_slice(&text).map_err(|error| unreadable(&error))
}
