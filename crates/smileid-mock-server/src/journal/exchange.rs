//! A request and what became of it.

use bytes::Bytes;
use http::{HeaderValue, Response, header::DATE};
use smileid_protocol::{auth::Credentials, job::strict::Warning, mock_clock};

use crate::{
    control::faults::FaultedResponse,
    diagnose::{self, Reason},
    model::{keyring::Keyring, millis::UtcMillis},
    refusal::Refused,
    request::RequestInfo,
};

/// A request and what became of it: all that is needed to explain it, mask it and write it down. It borrows nothing, so
/// that none of this is done while the state is held.
pub(crate) struct Exchange {
    pub(crate) info: RequestInfo,
    /// The time of the partner's clock.
    pub(crate) now: UtcMillis,
    /// The world's time.
    pub(crate) wall: UtcMillis,
    pub(crate) reaction: FaultedResponse,
    pub(crate) remarks: Remarks,
    pub(crate) keyring: Keyring,
}

/// Remarks on a request beside its reply.
#[derive(Default)]
pub(crate) struct Remarks {
    pub(crate) refused: Option<Refused>,
    /// Findings of the strict checks.
    pub(crate) warnings: Vec<Warning>,
    /// Oddities of the request, of its archive or of its job.
    pub(crate) odd: Vec<Reason>,
}

impl Exchange {
    pub(crate) fn new(
        info: RequestInfo,
        (now, wall): (UtcMillis, UtcMillis),
        mut reaction: FaultedResponse,
        remarks: Remarks,
        keyring: Keyring,
    ) -> Self {
        let headers = reaction.response.headers_mut();
        // A server would write the world's time, and the same requests would not get the same bytes.
        if let Some(date) = now.http_date() {
            headers.entry(DATE).or_insert(date);
        }
        if now != wall {
            headers.insert(mock_clock::HEADER, mock_clock::header(now.utc()));
        }
        Self { info, now, wall, reaction, remarks, keyring }
    }

    /// The credentials of the partner that the request names, if the mock knows it.
    pub(crate) fn credentials(&self) -> Option<&Credentials> {
        self.keyring.get(self.info.subject.partner_id.as_ref()?)
    }
}

impl Remarks {
    /// Notes why a request is refused, and returns the refusal.
    pub(crate) fn refuse(&mut self, refused: Refused) -> Response<Bytes> {
        let reply = with_room(refused.response());
        self.refused = Some(refused);
        reply
    }

    /// Notes what is odd about a request, and returns the reply.
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

/// A reply with an empty header for the diagnosis, which a fault's reply in its place has not.
fn with_room(mut reply: Response<Bytes>) -> Response<Bytes> {
    reply.headers_mut().insert(diagnose::HEADER, HeaderValue::from_static(""));
    reply
}
