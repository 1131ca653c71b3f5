//! `PUT <upload_url>`: uploads the archive to the URL that [`super::upload`] returned.
//!
//! It is not an endpoint like the others: the URL is absolute and presigned, the body is the archive itself, and the
//! storage host responds in XML. S3 requires exactly this `Content-Type`, which is part of the link's signature, and a
//! `Content-Length`.

use std::fmt;

use bytes::Bytes;
use http::{
    HeaderValue, Method, Response, Uri,
    header::{CONTENT_LENGTH, CONTENT_TYPE},
    request,
};

use crate::{
    codec::EncodeError,
    origin::{self, OriginError},
    reply::{Refusal, ReplyError},
};

/// Value of the header `Content-Type` for an archive.
pub const CONTENT: &str = "application/zip";

/// Returns method, URL and headers of the request that uploads an archive of `length` bytes.
///
/// # Errors
///
/// If the request cannot be built.
pub fn request(url: &UploadUrl, length: u64) -> Result<request::Parts, EncodeError> {
    let (head, ()) = http::Request::builder()
        .method(Method::PUT)
        .uri(url.0.clone())
        .header(CONTENT_TYPE, HeaderValue::from_static(CONTENT))
        .header(CONTENT_LENGTH, HeaderValue::from(length))
        .body(())?
        .into_parts();
    Ok(head)
}

/// Reads the storage host's response to the upload. Any 2xx status means that it has stored the archive.
///
/// # Errors
///
/// If it refused.
pub fn read_reply(response: &Response<Bytes>) -> Result<(), ReplyError> {
    if response.status().is_success() { Ok(()) } else { Err(ReplyError::Refused(Refusal::read(response))) }
}

/// Presigned URL for uploading an archive: https, or http on a loopback host.
///
/// It is presigned, and so a secret: `Debug` shows only the host.
#[derive(Clone, PartialEq, Eq)]
pub struct UploadUrl(Uri);

impl UploadUrl {
    /// Parses the `upload_url` of a response.
    ///
    /// # Errors
    ///
    /// If requests may not be sent to this address.
    pub fn parse(text: &str) -> Result<Self, OriginError> {
        origin::checked(text).map(Self)
    }
}

impl fmt::Debug for UploadUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UploadUrl({}, …)", self.0.host().unwrap_or_default())
    }
}
