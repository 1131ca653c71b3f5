//! Settings of a mock server, which never change while it runs.

use std::time::Duration;

use crate::{
    model::{
        clock::Clock, config::Config, processing::Processing, secret::Secret,
        unknown_identity::UnknownIdentityPolicy,
    },
    request::presign::Presigner,
};

/// Settings of a mock server, which never change while it runs.
pub(crate) struct Settings {
    /// Clock that new partners get.
    pub(crate) clock: Clock,
    pub(crate) processing: Processing,
    pub(crate) callback_retries: Vec<Duration>,
    pub(crate) id_number_limit: Option<u32>,
    pub(crate) timestamp_window: Option<Duration>,
    /// True to refuse requests and archives with lint warnings.
    pub(crate) strict: bool,
    pub(crate) unknown_identity: UnknownIdentityPolicy,
    pub(crate) secret: Secret,
    pub(crate) presigner: Presigner,
}

impl Settings {
    pub(crate) fn new(config: &Config) -> Self {
        let secret = Secret::new(config.secret);
        Self {
            clock: config.clock,
            processing: config.processing,
            callback_retries: config.callback_retries.clone(),
            id_number_limit: config.id_number_limit,
            timestamp_window: config.timestamp_window,
            strict: config.strict,
            unknown_identity: config.unknown_identity,
            presigner: Presigner::new(secret.clone()),
            secret,
        }
    }
}
