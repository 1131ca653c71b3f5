//! Journal entries for tests in Rust.

use super::Entry;
use crate::diagnose::Severity;

/// Request and its response, as a test sees them in the journal: [`Service::journal`](crate::Service::journal).
///
/// Names are masked as in the journal of the mock's own routes: they are shown if they have the usual form.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct JournalEntry {
    /// Name of the endpoint, such as `upload`, `put_archive` or `job_status`; none for an unknown route.
    pub endpoint: Option<&'static str>,
    /// HTTP method.
    pub method: String,
    /// Path of the endpoint, with its fields in braces; for other routes that of the request.
    pub path: String,
    /// HTTP status of the response. If a fault kept the client from receiving it (see [`is_cut`](Self::is_cut)), the one
    /// that the client would have received, or 503 if the request was not handled.
    pub status: u16,
    /// True if a fault ended the connection before the client had received the whole response.
    pub is_cut: bool,
    /// Reasons for which the request was refused, as `code: text`, joined with `; `. None if it was not refused.
    pub refusal: Option<String>,
    /// Partner that the request names.
    pub partner_id: Option<String>,
    /// The partner's `user_id`.
    pub user_id: Option<String>,
    /// The partner's `job_id`.
    pub job_id: Option<String>,
}

impl From<&Entry> for JournalEntry {
    fn from(entry: &Entry) -> Self {
        let reasons = entry.diagnosis.iter().filter(|reason| reason.severity == Severity::Refused);
        let reasons: Vec<_> = reasons.map(|reason| format!("{}: {}", reason.code, reason.text)).collect();
        Self {
            endpoint: entry.endpoint,
            method: entry.method.clone(),
            path: entry.path.clone(),
            status: entry.status,
            is_cut: entry.cut,
            refusal: entry.refused.then(|| reasons.join("; ")),
            partner_id: entry.partner_id.clone(),
            user_id: entry.user_id.clone(),
            job_id: entry.job_id.clone(),
        }
    }
}
