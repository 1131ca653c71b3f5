//! Hosts of the API.

pub use crate::generated::environments::ENVIRONMENTS;

/// One of Smile ID's hosts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EnvironmentRow {
    /// `sandbox` or `production`.
    pub name: &'static str,
    /// The number that the official SDKs call `sid_server`: `"0"` or `"1"`.
    pub sid_server: &'static str,
    /// Scheme and host, without the path and without a trailing slash.
    pub origin: &'static str,
}
