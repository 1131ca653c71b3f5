//! Exchange: a request, its response, and the facts to explain both.

use bytes::Bytes;
use http::{HeaderValue, Response, header::DATE};
use smileid_protocol::{auth::Credentials, job::lint::Warning, mock_clock};

use crate::{
    control::faults::FaultedResponse,
    diagnose::{self, Reason},
    model::{keyring::Keyring, utc_millis::UtcMillis},
    refusal::Refused,
    request::RequestInfo,
};

/// Exchange: everything that is needed to explain a request, mask it and record it. It borrows nothing, so this is done
/// without the lock on the state.
pub(crate) struct Exchange {
    pub(crate) info: RequestInfo,
    /// Time by the partner's clock.
    pub(crate) now: UtcMillis,
    /// Real time.
    pub(crate) wall: UtcMillis,
    pub(crate) faulted: FaultedResponse,
    pub(crate) remarks: Remarks,
    pub(crate) keyring: Keyring,
}

/// Remarks on a request beside its response.
#[derive(Default)]
pub(crate) struct Remarks {
    pub(crate) refused: Option<Refused>,
    /// Findings of the strict checks.
    pub(crate) warnings: Vec<Warning>,
    /// Unusual facts about the request, its archive or its job.
    pub(crate) odd: Vec<Reason>,
}

impl Exchange {
    pub(crate) fn new(
        info: RequestInfo,
        (now, wall): (UtcMillis, UtcMillis),
        mut faulted: FaultedResponse,
        remarks: Remarks,
        keyring: Keyring,
    ) -> Self {
        let headers = faulted.response.headers_mut();
        // Otherwise the server would write the real time, and responses would not be deterministic.
        if let Some(date) = now.http_date() {
            headers.entry(DATE).or_insert(date);
        }
        if now != wall {
            headers.insert(mock_clock::HEADER, mock_clock::header(now.to_utc_millis()));
        }
        Self { info, now, wall, faulted, remarks, keyring }
    }

    /// Returns the credentials of the partner that the request names, if the mock knows that partner.
    pub(crate) fn credentials(&self) -> Option<&Credentials> {
        self.keyring.get(self.info.subject.partner_id.as_ref()?)
    }
}

impl Remarks {
    /// Records a refusal, and returns its response.
    pub(crate) fn refuse(&mut self, refused: Refused) -> Response<Bytes> {
        let reply = with_room(refused.response());
        self.refused = Some(refused);
        reply
    }

    /// Records findings about a request, and returns the response.
    pub(crate) fn note(
        &mut self,
        reply: Response<Bytes>,
        warnings: Vec<Warning>,
        odd: Vec<Reason>,
    ) -> Response<Bytes> {
        let reply = if warnings.is_empty() && odd.is_empty() { reply } else { with_room(reply) };
        (self.warnings, self.odd) = (warnings, odd);
        reply
    }
}

/// Adds an empty header for the diagnosis. A fault's canned response has no such header.
fn with_room(mut reply: Response<Bytes>) -> Response<Bytes> {
    reply.headers_mut().insert(diagnose::HEADER, HeaderValue::from_static(""));
    reply
}
