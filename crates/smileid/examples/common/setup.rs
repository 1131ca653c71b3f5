//! The beginning of every example. Yours begins with [`client`] and a key of your own.

#![allow(dead_code, reason = "each example needs some of it")]

use std::{
    env,
    error::Error,
    path::PathBuf,
    sync::LazyLock,
    time::{SystemTime, UNIX_EPOCH},
};

use smileid::{
    CallbackUrl, Client, Config, Credentials, Environment, Image, InvalidInput, JobRef, ReqwestTransport,
};
use smileid_mock_server::{MockServer, Options, Processing};

/// A client of the Smile ID that `SMILE_ID_ENVIRONMENT` names (`sandbox`, `production` or an address), with the partner
/// and the key of `SMILE_ID_PARTNER_ID` and `SMILE_ID_API_KEY`. Without it, or with `mock`, of one in this process, which
/// ends when the second value is dropped.
pub(crate) async fn client() -> Result<(Client, Option<MockServer>), Box<dyn Error>> {
    client_of(Processing::Immediate).await
}

/// The same; if it is a mock, its jobs are done when `processing` says.
pub(crate) async fn client_of(
    processing: Processing,
) -> Result<(Client, Option<MockServer>), Box<dyn Error>> {
    let named = env::var("SMILE_ID_ENVIRONMENT").ok().filter(|name| name != "mock");
    let mut options = Options::new()?;
    options.config.processing = processing;
    let mock = if named.is_none() { Some(MockServer::start_with(options).await?) } else { None };
    let (credentials, environment) = match &mock {
        Some(mock) => (mock.credentials().clone(), mock.base_url().parse()?),
        None => (
            Credentials::new(env::var("SMILE_ID_PARTNER_ID")?, env::var("SMILE_ID_API_KEY")?)?,
            named.unwrap_or_default().parse::<Environment>()?,
        ),
    };
    Ok((Client::new(Config::new(credentials, &environment), ReqwestTransport::new()?), mock))
}

/// Names that no earlier run has used: the API takes the name of a job once.
pub(crate) fn ids(user: &str, job: &str) -> Result<JobRef, InvalidInput> {
    static RUN: LazyLock<u128> =
        LazyLock::new(|| SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis());
    JobRef::new(format!("{user}-{}", *RUN), format!("{job}-{}", *RUN))
}

/// Where results are sent: `SMILE_ID_CALLBACK_URL`, or an address where nobody listens.
pub(crate) fn callback() -> Result<CallbackUrl, InvalidInput> {
    let url = env::var("SMILE_ID_CALLBACK_URL");
    CallbackUrl::parse(url.unwrap_or_else(|_| "https://partner.example/smile-id".to_owned()))
}

/// A drawn image of the documentation. Production wants photographs.
pub(crate) fn image(name: &str) -> Image {
    Image::file(image_path(name))
}

/// Where a drawn image is.
pub(crate) fn image_path(name: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/images")).join(name)
}
