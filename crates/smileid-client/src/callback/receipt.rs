//! Receipt of a callback: its content and its effect on the record of the job.

use std::{fmt, time::SystemTime};

use smileid_protocol::{
    auth::trust::OriginProven,
    callback::Callback,
    types::{JobResult, Verdict},
    v3,
};

use crate::store::{Change, JobRecord};

/// A callback with a valid signature, from version 1 or 3 of the API.
///
/// ```
/// use smileid_client::callback::{Receipt, ReceivedCallback};
///
/// fn told(receipt: &Receipt) {
///     match &receipt.callback {
///         ReceivedCallback::V1(callback) => println!("{:?}", callback.smile_job_id()),
///         ReceivedCallback::V3(callback) => println!("{:?} {:?}", callback.job_id(), callback.result.reason),
///     }
///     let confirmed = receipt.record.as_ref().filter(|record| record.is_confirmed());
///     println!("{:?}", confirmed.and_then(|record| record.v3_job_id()));
/// }
/// ```
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_enums, reason = "another version would need another receiver")]
pub enum ReceivedCallback {
    /// Callback of version 1.
    V1(Box<OriginProven<Callback>>),
    /// Callback of version 3.
    V3(Box<OriginProven<v3::callback::Callback>>),
}

impl ReceivedCallback {
    pub(super) fn new(callback: OriginProven<Callback>) -> Self {
        Self::V1(Box::new(callback))
    }
}

/// A received callback, and its effect on the record of the job.
#[derive(Clone)]
#[non_exhaustive]
pub struct Receipt {
    /// The callback. Its signature does not protect its content: see [`Receiver::confirming`](super::Receiver::confirming).
    pub callback: ReceivedCallback,
    /// Effect of the callback on the record of the job. The API can confirm results of jobs only, not those of phone numbers or
    /// selfies.
    pub change: Change,
    /// Updated record of the job. None if the callback is not about a job.
    pub record: Option<JobRecord>,
    /// Time at which the callback was received.
    pub received_at: SystemTime,
}

impl Receipt {
    /// Returns the verdict on the job from all of its callbacks. With a [confirming](super::Receiver::confirming) receiver, an
    /// approval that the API has not confirmed is only provisional.
    pub fn verdict(&self) -> Verdict {
        match &self.record {
            Some(record) => record.verdict(),
            None => match &self.callback {
                ReceivedCallback::V1(callback) => callback.verdict(),
                ReceivedCallback::V3(_) => Verdict::pending(),
            },
        }
    }

    /// Returns true if the callback adds nothing to a record that the API has confirmed.
    pub(super) fn is_known(&self) -> bool {
        matches!(self.change, Change::Ignored(_)) && self.is_confirmed()
    }

    /// Returns true if the API has confirmed every result that the verdict depends on.
    pub fn is_confirmed(&self) -> bool {
        self.record.as_ref().is_some_and(JobRecord::is_confirmed)
    }

    /// Returns the result of the job in the form that [`Client::confirm`](crate::Client::confirm) takes. None for callbacks of
    /// V3, and for those without a job result.
    pub fn result(&self) -> Option<OriginProven<JobResult>> {
        match &self.callback {
            ReceivedCallback::V1(callback) => (**callback).clone().into_result(),
            ReceivedCallback::V3(_) => None,
        }
    }

    /// Returns the callback, if it is one of V3. Its reason and data are not confirmed, even if the API has confirmed the status.
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
