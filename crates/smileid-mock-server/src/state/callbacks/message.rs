//! Content of a callback, in the format of V1 or V3.

use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use serde::{Serialize, Serializer};
use smileid_protocol::{
    auth::{AuthScheme as _, Credentials, SignedReply},
    callback::Callback,
    codec::EncodeError,
    timestamp::Timestamp,
    types::{JobResult, ResultCode, v3::Status},
    v3,
};

use crate::{
    model::bounded::{text_weight, weight},
    sandbox::outcome::callback_bytes,
};

/// Content of a callback, in the format of version 1 or 3.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum CallbackMessage {
    /// Callback of version 1 or 2: the signature is in the body.
    V1(Callback),
    /// Callback of version 3: the signature and the ids are in headers.
    V3(Box<v3::callback::Callback>),
}

impl CallbackMessage {
    /// Returns the maximum number of retries, if the version limits them.
    pub(crate) fn most_retries(&self) -> Option<usize> {
        match self {
            Self::V1(_) => None,
            Self::V3(_) => Some(3), // third-party notes on the documentation
        }
    }

    /// Returns the time limit for the whole response of a receiver.
    pub(crate) fn patience(&self) -> Duration {
        Duration::from_secs(match self {
            Self::V1(_) => 10, // inferred: no source says
            Self::V3(_) => 35, // third-party notes on the documentation
        })
    }

    /// Returns the result of a version 1 job, if the callback contains one.
    pub fn result(&self) -> Option<&JobResult> {
        match self {
            Self::V1(callback) => callback.result(),
            Self::V3(_) => None,
        }
    }

    /// Returns the id that the API gave the job.
    pub fn job_id(&self) -> Option<&str> {
        match self {
            Self::V1(callback) => callback.smile_job_id(),
            Self::V3(callback) => callback.result.job_id.as_deref(),
        }
    }

    /// Returns the result code; in version 3, the status.
    pub(crate) fn code(&self) -> Option<&str> {
        match self {
            Self::V1(Callback::Phone(result)) => result.code.as_ref().map(ResultCode::as_str),
            Self::V1(Callback::Selfie(result)) => result.code.as_ref().map(ResultCode::as_str),
            Self::V1(callback) => callback.result()?.result_code.as_ref().map(ResultCode::as_str),
            Self::V3(callback) => callback.result.status.as_ref().map(Status::as_str),
        }
    }

    /// Returns headers and body of the callback, with its signature.
    pub(crate) fn signed(
        &self,
        key: &Credentials,
        timestamp: &Timestamp,
    ) -> Result<(HeaderMap, Bytes), EncodeError> {
        match self {
            Self::V1(callback) => {
                let proof = SignedReply::prove(key, timestamp);
                Ok((HeaderMap::new(), callback.write(Some(&proof))?))
            }
            Self::V3(callback) => Ok((callback.headers(key, timestamp)?, serde_json::to_vec(self)?.into())),
        }
    }

    /// Returns the approximate memory use of the callback, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::V1(callback) => callback_bytes(callback),
            Self::V3(callback) => text_weight(&callback.result) + weight(&callback.result.extra),
        }
    }
}

impl From<Callback> for CallbackMessage {
    fn from(callback: Callback) -> Self {
        Self::V1(callback)
    }
}

/// Serializes the body without the signature. In version 3 the ids are in headers, not in the body.
impl Serialize for CallbackMessage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::V1(callback) => callback.serialize(serializer),
            Self::V3(callback) => {
                let mut result = callback.result.clone();
                (result.job_id, result.user_id) = (None, None);
                result.serialize(serializer)
            }
        }
    }
}
