//! Selects the fault that applies to a request, and applies it.

use std::time::Duration;

use bytes::Bytes;
use http::Response;

use super::{AtHead, BodyDelivery, Effect, Fault, FaultedResponse, Point};
use crate::{
    control::rules::{Active, Rules},
    model::{secret::Secret, utc_millis::UtcMillis},
    request::RequestInfo,
};

/// Fault that was selected for a request.
pub(crate) struct AppliedFault {
    id: u64,
    latency: Duration,
    effect: Option<Effect>,
}

impl Rules<Fault> {
    /// Returns true if any fault may apply before the body of a request has arrived.
    pub(crate) fn affect_uploads(&self) -> bool {
        self.list().iter().any(|active| active.rule.then.affects_upload())
    }

    /// Returns the way to read the body of a request, given its headers.
    pub(crate) fn at_head(&mut self, info: &RequestInfo, secret: &Secret) -> AtHead {
        let active = self.pick_active(info, secret, |rule| rule.then.affects_upload());
        active.map_or(AtHead::WHOLE, |active| AppliedFault::new(active, secret).at_head())
    }

    /// Selects the fault for a complete request.
    pub(crate) fn select(&mut self, info: &RequestInfo, secret: &Secret) -> Option<AppliedFault> {
        let active = self.pick_active(info, secret, |rule| !rule.then.affects_upload())?;
        Some(AppliedFault::new(active, secret))
    }
}

impl AppliedFault {
    fn new(active: &Active<Fault>, secret: &Secret) -> Self {
        let Fault { latency, effect } = &active.rule.then;
        let latency = latency.map(|latency| latency.draw(secret, active.id, active.used));
        Self { id: active.id, latency: latency.unwrap_or_default(), effect: effect.clone() }
    }

    fn at_head(self) -> AtHead {
        let transfer = match self.effect {
            Some(Effect::SlowUpload(bytes_per_second)) => BodyDelivery::Slow { bytes_per_second },
            Some(Effect::Cut(how, Point::UploadBytes(after))) => BodyDelivery::Cut { after, how },
            _ => BodyDelivery::Whole,
        };
        AtHead { latency: self.latency, transfer, fault: Some(self.id) }
    }

    /// Applies the fault to a request. `handle` handles the request.
    pub(crate) fn apply(self, now: UtcMillis, handle: impl FnOnce() -> Response<Bytes>) -> FaultedResponse {
        let mut transfer = BodyDelivery::Whole;
        let response = match self.effect {
            Some(Effect::Reply(reply)) => {
                if reply.is_after_handling() {
                    handle();
                }
                reply.response(now)
            }
            Some(Effect::Cut(how, Point::UploadBytes(_) | Point::BeforeHandling)) => {
                transfer = BodyDelivery::Unsent { how };
                FaultedResponse::unhandled().response
            }
            Some(Effect::Cut(how, Point::AfterHandling)) => {
                transfer = BodyDelivery::Unsent { how };
                handle()
            }
            Some(Effect::Cut(how, Point::ReplyBytes(after))) => {
                transfer = BodyDelivery::Cut { after, how };
                handle()
            }
            Some(Effect::Cut(how, Point::HalfReply)) => {
                let response = handle();
                transfer = BodyDelivery::Cut { after: response.body().len() / 2, how };
                response
            }
            Some(Effect::SlowReply(bytes_per_second)) => {
                transfer = BodyDelivery::Slow { bytes_per_second };
                handle()
            }
            Some(Effect::SlowUpload(_)) | None => handle(),
        };
        FaultedResponse { response, latency: self.latency, transfer, fault: Some(self.id), witness: None }
    }
}
