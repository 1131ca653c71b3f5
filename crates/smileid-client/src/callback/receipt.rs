//! A received callback, and its effect on the record of the job.

use std::{fmt, time::SystemTime};

use smileid_protocol::{
    auth::trust::OriginProven,
    callback::Callback,
    types::{JobResult, Verdict},
    v3,
};

use crate::store::{Change, JobRecord};

/// A callback with a valid signature, by the version of the API that sent it.
///
/// ```
/// use smileid_client::callback::{Receipt, ReceivedCallback};
///
/// fn told(receipt: &Receipt) {
///     match &receipt.callback {
///         ReceivedCallback::V1(callback) => println!("{:?}", callback.smile_job_id()),
///         ReceivedCallback::V3(callback) => println!("{:?} {:?}", callback.job_id(), callback.result.reason),
///     }
///     let confirmed = receipt.record.as_ref().filter(|record| record.is_settled());
///     println!("{:?}", confirmed.and_then(|record| record.v3_job_id()));
/// }
/// ```
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_enums, reason = "another version would need another receiver")]
pub enum ReceivedCallback {
    /// Version 1.
    V1(Box<OriginProven<Callback>>),
    /// Version 3.
    V3(Box<OriginProven<v3::callback::Callback>>),
}

impl ReceivedCallback {
    pub(super) fn new(callback: OriginProven<Callback>) -> Self {
        Self::V1(Box::new(callback))
    }
}

/// A received callback, and its effect on the record of its job.
#[derive(Clone)]
#[non_exhaustive]
pub struct Receipt {
    /// The callback. Its content is a claim: see [`Receiver::confirming`](super::Receiver::confirming).
    pub callback: ReceivedCallback,
    /// Effect on the record. A phone or selfie result that must be confirmed cannot be: the job status knows jobs
    /// alone.
    pub change: Change,
    /// Updated record of the job. None if the callback is not about a job.
    pub record: Option<JobRecord>,
    /// Time at which the callback was received.
    pub received_at: SystemTime,
}

impl Receipt {
    /// Returns the verdict on the job, all of its callbacks considered. Of a [confirming](super::Receiver::confirming) receiver,
    /// claims that the API has not confirmed make it provisional at best.
    pub fn verdict(&self) -> Verdict {
        match &self.record {
            Some(record) => record.verdict(),
            None => match &self.callback {
                ReceivedCallback::V1(callback) => callback.verdict(),
                ReceivedCallback::V3(_) => Verdict::pending(),
            },
        }
    }

    /// Returns true if the callback added nothing to a record that the API has confirmed.
    pub(super) fn is_known(&self) -> bool {
        matches!(self.change, Change::Ignored(_)) && self.is_confirmed()
    }

    /// Returns true if the API has confirmed every result that counts.
    pub fn is_confirmed(&self) -> bool {
        self.record.as_ref().is_some_and(JobRecord::is_confirmed)
    }

    /// Returns the result as [`Client::confirm`](crate::Client::confirm) takes it, if the callback is the result of a
    /// job of version 1.
    pub fn result(&self) -> Option<OriginProven<JobResult>> {
        match &self.callback {
            ReceivedCallback::V1(callback) => (**callback).clone().into_result(),
            ReceivedCallback::V3(_) => None,
        }
    }

    /// Returns the callback, if it is one of version 3. Its reason and its data are claims, even when the status is
    /// confirmed.
    pub fn v3(&self) -> Option<&OriginProven<v3::callback::Callback>> {
        match &self.callback {
            ReceivedCallback::V3(callback) => Some(callback),
            ReceivedCallback::V1(_) => None,
        }
    }
}

impl fmt::Debug for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receipt")
            .field("change", &self.change)
            .field("record", &self.record)
            .finish_non_exhaustive()
    }
}
