//! Fuzz target: any JSON as a job in the SDKs' form is a valid job, or an error that names its field.
#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use smileid_protocol::job::sdk_job::{CheckedJob, SdkJob};

fuzz_target!(|data: &[u8]| {
    let Ok(json) = serde_json::from_slice(data) else { return };
    match SdkJob::from_json(&json).and_then(|job| job.check(None)) {
        Ok(CheckedJob::Images(job, delivery)) => {
            if let Ok(ready) = job.read(|_| Ok(Bytes::from_static(b"\xff\xd8\xff"))) {
                let request = ready.upload_request(delivery.callback_url());
                assert!(request.partner_params.user_id.is_some_and(|id| !id.trim().is_empty()));
            }
        }
        Ok(job) => drop(format!("{job:?}")),
        Err(error) => assert!(!error.field.is_empty() && !error.to_string().is_empty()),
    }
});
