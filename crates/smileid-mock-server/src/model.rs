//! Plain values of the mock server: times, limits and configuration.

pub(crate) mod agenda;
pub(crate) mod bounded;
pub(crate) mod clock;
pub(crate) mod config;
pub(crate) mod duration;
pub(crate) mod keyring;
pub(crate) mod observer;
pub(crate) mod processing;
pub(crate) mod secret;
pub(crate) mod type_id;
pub(crate) mod unknown_identity;
pub(crate) mod user_state;
pub(crate) mod utc_millis;
