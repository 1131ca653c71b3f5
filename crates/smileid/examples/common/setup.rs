//! Shared by the examples: names of jobs, and drawn images.

#![allow(dead_code, reason = "each example needs some of it")]

use std::{
    env,
    path::PathBuf,
    sync::LazyLock,
    time::{SystemTime, UNIX_EPOCH},
};

use smileid::{CallbackUrl, Image, InvalidInput, JobRef};

/// Names that no earlier run has used: the API takes the name of a job once.
pub(crate) fn ids(user: &str, job: &str) -> Result<JobRef, InvalidInput> {
    static RUN: LazyLock<u128> =
        LazyLock::new(|| SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis());
    JobRef::new(format!("{user}-{}", *RUN), format!("{job}-{}", *RUN))
}

/// Returns the address for results: `SMILE_ID_CALLBACK_URL`, or an address where nobody listens.
pub(crate) fn callback() -> Result<CallbackUrl, InvalidInput> {
    let url = env::var("SMILE_ID_CALLBACK_URL");
    CallbackUrl::parse(url.unwrap_or_else(|_| "https://partner.example/smile-id".to_owned()))
}

/// Returns a drawn image of the documentation. Production needs photographs.
pub(crate) fn image(name: &str) -> Image {
    Image::file(image_path(name))
}

/// Returns the path of a drawn image.
pub(crate) fn image_path(name: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/images")).join(name)
}
