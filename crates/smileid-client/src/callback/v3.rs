//! Receives V3 callbacks. Their signature is in the headers, and only a status request to the API confirms their result.

use std::time::SystemTime;

use http::HeaderMap;
use smileid_protocol::{
    auth::{Credentials, trust::OriginProven},
    job::JobRef,
    timestamp,
    types::{Verdict, v3::JobStatus},
    v3::{Correlation, JobId, UserId, callback::Callback},
};
use tracing::Instrument as _;

use super::{Api, CallbackError, Digest, Fingerprint, Receipt, ReceivedCallback, Receiver, Verifier};
use crate::{
    error::{Error, Result},
    flow::{Failure, Reply},
    store::{Change, JobRecord, Store},
    trace,
    v3::record_ids,
};

/// A V3 callback with a valid signature of the API. An attacker who has seen the signature may have sent it, with any body and
/// ids.
#[derive(Clone, Debug)]
pub(super) struct ReceivedV3 {
    pub(super) callback: OriginProven<Callback>,
    pub(super) fingerprint: Fingerprint,
    pub(super) at: SystemTime,
}

impl Verifier {
    /// Checks a V3 callback, whose signature is in the headers.
    pub(super) fn verify_v3(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        now: SystemTime,
    ) -> Result<ReceivedV3, CallbackError> {
        self.check_size(body)?;
        let callback = Callback::read(headers, body)?;
        let seal = callback.proof().clone();
        // No source says which form of the partner id is signed.
        let keys: Vec<_> = self.keys.iter().flat_map(Credentials::forms).collect();
        let callback = callback.verify_origin(&keys, timestamp::utc_millis(now), self.window)?;
        let ids =
            [&callback.result.job_id, &callback.result.user_id].map(|id| id.as_deref().unwrap_or_default());
        let content = [body, ids[0].as_bytes(), ids[1].as_bytes()];
        let fingerprint = self.fingerprint(&seal, callback.timestamp(), &content);
        Ok(ReceivedV3 { callback, fingerprint, at: now })
    }
}

impl<S: Store> Receiver<S> {
    pub(super) async fn receive_v3(&self, received: ReceivedV3) -> Result<Receipt> {
        let ReceivedV3 { callback, fingerprint, at: received_at } = received;
        let seen = self.store().remember(fingerprint, received_at).await.map_err(Error::store)?;
        // Another body came with this signature: one of the two is forged, or both were signed in the same millisecond.
        let is_ambiguous = seen.is_some_and(|body: Digest| body != fingerprint.body);
        let receipt = |change, record| {
            let callback = ReceivedCallback::V3(Box::new(callback.clone()));
            Receipt { callback, change, record, received_at }
        };
        let user_id = callback.result.user_id.as_deref().and_then(|id| UserId::new(id).ok());
        let (Some(job_id), Some(user_id)) = (callback.job_id(), user_id) else {
            return Ok(receipt(Change::MustConfirm, None));
        };
        let verdict = (!is_ambiguous).then(|| callback.result.verdict());
        let claim = |record: &mut JobRecord| (record.claim_v3(&job_id, verdict.clone()), record.clone());
        let correlated = match Correlation::of_result(&callback.result) {
            // The name of the record does not depend on the store: a callback may come before the job is stored.
            Some(correlation) => {
                let ids = record_ids(&user_id, &correlation)?;
                let (change, record) = self.store().change(&ids, claim).await?;
                record.is_known_v3().then_some((ids, change, record))
            }
            None => None,
        };
        let (ids, change, record) = if let Some(known) = correlated {
            known
        } else {
            // Anyone can send any correlation value. The API's id is enough to ask for the job that it names.
            let ids = JobRef::new(user_id.as_str(), job_id.as_str())?;
            let named = |record: &mut JobRecord| {
                record.of_v3(&job_id);
                claim(record)
            };
            let (change, record) = self.store().change(&ids, named).await?;
            (ids, change, record)
        };
        if !self.is_confirming() || matches!(change, Change::Ignored(_)) {
            return Ok(receipt(change, Some(record)));
        }
        match self.api().status_v3(&job_id).await {
            None | Some(Err(Failure::UnknownJob(_) | Failure::AnotherJob)) => {
                Ok(receipt(change, Some(record)))
            }
            Some(Ok(status)) => {
                let confirm = |record: &mut JobRecord| {
                    (record.confirm_v3(&job_id, &status.value, received_at), record.clone())
                };
                let (change, record) = self.store().change(&ids, confirm).await?;
                Ok(receipt(change, Some(record)))
            }
            // The response must make the API send the callback again.
            Some(Err(error)) if error.is_retryable() => Err(Error::of_question(error)),
            Some(Err(error)) => {
                trace::unconfirmed_callback(&error);
                Ok(receipt(change, Some(record)))
            }
        }
    }

    /// Requests the status of a V3 job. If the id of the job is unknown, requests the status of each id in its callbacks.
    pub(super) async fn ask_v3(&self, ids: &JobRef, job_ids: Vec<JobId>) -> Result<Verdict> {
        let asked = self.api().now();
        let mut failure = None;
        let mut statuses = Vec::new();
        for job_id in job_ids {
            let span = trace::v3_call("reconcile", Some(&job_id));
            match self.api().status_v3(&job_id).instrument(span).await {
                Some(Ok(status)) => statuses.push((job_id, status)),
                // No client to ask with, or the API does not know this job.
                None | Some(Err(Failure::UnknownJob(_))) => {}
                Some(Err(error)) => {
                    failure = Some(error);
                    break;
                }
            }
        }
        let change = |record: &mut JobRecord| {
            record.note_asked(asked);
            for (job_id, status) in &statuses {
                let _the_verdict_says_it = record.confirm_v3(job_id, &status.value, asked);
            }
            record.verdict()
        };
        let verdict = self.store().change(ids, change).await?;
        failure.map_or(Ok(verdict), |failure| Err(Error::of_question(failure)))
    }
}

impl Api {
    /// Requests the status of a job. None if the receiver has no client.
    async fn status_v3(&self, job_id: &JobId) -> Option<Result<Reply<JobStatus>, Failure>> {
        match self {
            Self::Asynchronous(client) => Some(client.status_v3(job_id).await),
            Self::Blocking(client) => Some(client.status_v3(job_id)),
            Self::Nobody => None,
        }
    }
}
