//! Arguments and errors that several commands share.

use std::{
    error::Error,
    fmt, fs,
    path::{Path, PathBuf},
};

use clap::Args;
use serde::Serialize;
use smileid_conformance::{Broken, case::ApiVersion};
use smileid_protocol::auth::Credentials;

use crate::write_file;

/// Version of the API to use.
#[derive(Args)]
pub(crate) struct Version {
    /// Version of the API: `v1` or `v3`
    #[arg(long, env = "SMILE_ID_API", value_name = "VERSION", default_value = "v1")]
    pub(crate) api: ApiVersion,
}

/// Credentials of the partner.
#[derive(Args)]
pub(crate) struct Partner {
    /// Partner id
    #[arg(long, value_name = "ID", env = "SMILE_ID_PARTNER_ID")]
    partner_id: Option<String>,
    /// File with the API key, instead of the environment variable SMILE_ID_API_KEY
    #[arg(long, value_name = "FILE")]
    api_key_file: Option<PathBuf>,
}

impl Partner {
    /// Returns the credentials, or `None` if neither partner id nor API key was given.
    pub(crate) fn credentials(&self) -> Result<Option<Credentials>, Box<dyn Error>> {
        let key = match &self.api_key_file {
            // The error does not contain the file name, because a user may have written the key itself in its place.
            Some(path) => Some(fs::read_to_string(path).map_err(UnreadableKey)?),
            None => std::env::var("SMILE_ID_API_KEY").ok(),
        };
        match (&self.partner_id, key) {
            (None, None) => Ok(None),
            (Some(partner), Some(key)) => Ok(Some(Credentials::new(partner, key.trim())?)),
            (Some(_), None) => {
                Err(CannotRun("SMILE_ID_API_KEY is missing: SMILE_ID_PARTNER_ID needs it").into())
            }
            (None, Some(_)) => Err(CannotRun("SMILE_ID_PARTNER_ID is missing: the API key needs it").into()),
        }
    }
}

/// Report files to write.
#[derive(Args)]
pub(crate) struct Reports {
    /// Write a JUnit report to this file
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Write a JSON report to this file. `diff` compares two such reports of `server`
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

impl Reports {
    pub(crate) fn write(
        &self,
        report: &impl Serialize,
        junit: impl FnOnce() -> Result<String, fmt::Error>,
    ) -> Result<(), Box<dyn Error>> {
        if let Some(path) = &self.junit {
            write_file(path, &junit()?)?;
        }
        if let Some(path) = &self.json {
            write_file(path, &(serde_json::to_string_pretty(report)? + "\n"))?;
        }
        Ok(())
    }
}

/// Returns a URL without user name, password and query, which may be secret.
pub(crate) fn redacted(url: &http::Uri) -> String {
    let scheme = url.scheme_str().unwrap_or_default();
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let query = if url.query().is_some() { "?…" } else { "" };
    format!("{scheme}://{}{port}{}{query}", url.host().unwrap_or_default(), url.path())
}

#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct CannotRun(pub(crate) &'static str);

#[derive(Debug, thiserror::Error)]
#[error("failed to read the file of --api-key-file")]
struct UnreadableKey(#[source] std::io::Error);

#[derive(Debug, thiserror::Error)]
#[error("failed to read {}", path.display())]
pub(crate) struct Unreadable {
    path: PathBuf,
    source: Broken,
}

impl Unreadable {
    pub(crate) fn new(path: &Path, source: impl Into<Broken>) -> Self {
        Self { path: path.to_owned(), source: source.into() }
    }
}
