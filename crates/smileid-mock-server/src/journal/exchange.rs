//! Request and response, with the facts that are needed to diagnose and record them.

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

/// Request and response, with all that is needed to diagnose, mask and record them. It borrows nothing, so that this is done
/// after the state is unlocked.
pub(crate) struct Exchange {
    pub(crate) info: RequestInfo,
    /// Time of the request, on the partner's clock.
    pub(crate) now: UtcMillis,
    /// Real time of the request.
    pub(crate) wall: UtcMillis,
    pub(crate) faulted: FaultedResponse,
    pub(crate) remarks: Remarks,
    pub(crate) keyring: Keyring,
}

/// Findings about a request that are not in the body of its response.
#[derive(Default)]
pub(crate) struct Remarks {
    pub(crate) refused: Option<Refused>,
    /// Warnings of the lint.
    pub(crate) warnings: Vec<Warning>,
    /// Findings about the request, its archive or its job.
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
        // Without this header, the server would add the real time, and responses would not be deterministic.
        if let Some(date) = now.http_date() {
            headers.entry(DATE).or_insert(date);
        }
        if now != wall {
            headers.insert(mock_clock::HEADER, mock_clock::header(now.to_utc_millis()));
        }
        Self { info, now, wall, faulted, remarks, keyring }
    }

    /// Returns the credentials of the partner that the request names, if the mock server knows the partner.
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

/// Adds an empty diagnosis header, which is filled in later. The canned response of a fault has no such header.
fn with_room(mut reply: Response<Bytes>) -> Response<Bytes> {
    reply.headers_mut().insert(diagnose::HEADER, HeaderValue::from_static(""));
    reply
}
