//! Code that the examples share: ids of jobs, and drawn images.

#![allow(dead_code, reason = "each example needs some of it")]

use std::{
    env,
    path::PathBuf,
    sync::LazyLock,
    time::{SystemTime, UNIX_EPOCH},
};

use smileid::{CallbackUrl, Image, InvalidInput, JobRef};

/// Returns ids of a job that no earlier run has used, because the API accepts a `job_id` only once.
pub(crate) fn ids(user: &str, job: &str) -> Result<JobRef, InvalidInput> {
    static RUN: LazyLock<u128> =
        LazyLock::new(|| SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis());
    JobRef::new(format!("{user}-{}", *RUN), format!("{job}-{}", *RUN))
}

/// Returns the callback URL in `SMILE_ID_CALLBACK_URL`, or a URL at which no server listens.
pub(crate) fn callback() -> Result<CallbackUrl, InvalidInput> {
    let url = env::var("SMILE_ID_CALLBACK_URL");
    CallbackUrl::parse(url.unwrap_or_else(|_| "https://partner.example/smile-id".to_owned()))
}

/// Returns a drawn image from the documentation. Production needs photographs.
pub(crate) fn image(name: &str) -> Image {
    Image::file(image_path(name))
}

/// Returns the path of a drawn image from the documentation.
pub(crate) fn image_path(name: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/images")).join(name)
}
