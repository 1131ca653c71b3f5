//! Journal entries for tests in Rust.

use super::Entry;
use crate::diagnose::Severity;

/// Journal entry for tests: a request and its response, from [`Service::journal`](crate::Service::journal).
///
/// Names are masked as in the journal of the mock's own routes: they are shown if they have the usual form.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct JournalEntry {
    /// Name of the endpoint, such as `upload`, `put_archive` or `job_status`; none for an unknown path.
    pub endpoint: Option<&'static str>,
    /// HTTP method of the request.
    pub method: String,
    /// Path of the endpoint, with its fields in braces. For an unknown path, the path of the request.
    pub path: String,
    /// HTTP status of the response. If a fault interrupted it (see [`is_cut`](Self::is_cut)), the status that the client would
    /// have received, or 503 if the request was not handled.
    pub status: u16,
    /// True if a fault ended the connection before the client had received the whole response.
    pub is_cut: bool,
    /// Reasons for the refusal of the request, as `code: text`, joined with `; `. None if the request was accepted.
    pub refusal: Option<String>,
    /// Partner id in the request.
    pub partner_id: Option<String>,
    /// The id that the partner gave the person.
    pub user_id: Option<String>,
    /// The id that the partner gave the job.
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
