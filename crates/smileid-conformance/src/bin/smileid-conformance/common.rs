//! Arguments and reports that several commands share.

use std::{
    error::Error,
    fmt, fs,
    path::{Path, PathBuf},
};

use clap::Args;
use serde::Serialize;
use smileid_conformance::Broken;
use smileid_protocol::auth::Credentials;

use crate::write_file;

/// Who signs.
#[derive(Args)]
pub(crate) struct Partner {
    /// The partner.
    #[arg(long, value_name = "ID", env = "SMILE_ID_PARTNER_ID")]
    partner_id: Option<String>,
    /// A file with the partner's API key, in place of the variable SMILE_ID_API_KEY.
    #[arg(long, value_name = "FILE")]
    api_key_file: Option<PathBuf>,
}

impl Partner {
    /// The partner and the key; nothing when neither was given.
    pub(crate) fn credentials(&self) -> Result<Option<Credentials>, Box<dyn Error>> {
        let key = match &self.api_key_file {
            // Without the name of the file, which may be the key itself, given in its place.
            Some(path) => Some(fs::read_to_string(path).map_err(UnreadableKey)?),
            None => std::env::var("SMILE_ID_API_KEY").ok(),
        };
        match (&self.partner_id, key) {
            (None, None) => Ok(None),
            (Some(partner), Some(key)) => Ok(Some(Credentials::new(partner, key.trim())?)),
            (Some(_), None) => Err(CannotRun("SMILE_ID_PARTNER_ID is set: set SMILE_ID_API_KEY, too").into()),
            (None, Some(_)) => Err(CannotRun("SMILE_ID_API_KEY is set: set SMILE_ID_PARTNER_ID, too").into()),
        }
    }
}

/// Where reports go.
#[derive(Args)]
pub(crate) struct Reports {
    /// Writes a report for build servers to this file.
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Writes a report for programs to this file; two of `server` can be compared by `diff`.
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

/// An address without what may be a secret: who asks, and the query.
pub(crate) fn shown(url: &http::Uri) -> String {
    let scheme = url.scheme_str().unwrap_or_default();
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let query = if url.query().is_some() { "?…" } else { "" };
    format!("{scheme}://{}{port}{}{query}", url.host().unwrap_or_default(), url.path())
}

#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct CannotRun(pub(crate) &'static str);

#[derive(Debug, thiserror::Error)]
#[error("the file of --api-key-file could not be read")]
struct UnreadableKey(#[source] std::io::Error);

#[derive(Debug, thiserror::Error)]
#[error("{} cannot be read", path.display())]
pub(crate) struct Unreadable {
    path: PathBuf,
    source: Broken,
}

impl Unreadable {
    pub(crate) fn new(path: &Path, source: impl Into<Broken>) -> Self {
        Self { path: path.to_owned(), source: source.into() }
    }
}
