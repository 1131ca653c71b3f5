//! Hosts of the Smile ID API: sandbox and production.

pub use crate::generated::environments::ENVIRONMENTS;

/// Table row of an environment of the API: the sandbox or production.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EnvironmentRow {
    /// Name of the environment: `sandbox` or `production`.
    pub name: &'static str,
    /// Number of the environment, called `sid_server` in the official SDKs: `"0"` or `"1"`.
    pub sid_server: &'static str,
    /// Scheme and host of the environment's URL, without a path and without a trailing slash.
    pub origin: &'static str,
}
