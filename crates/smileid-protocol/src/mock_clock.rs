//! Header with the time of a mock server whose clock was stopped or changed.
//!
//! A mock's clock may be frozen or moved, and the mock signs its replies and callbacks with that time. A header tells
//! it to clients, so that they do not take a valid signature for a stale one.

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::origin::Origin;

/// Name of the header with the mock server's time, in milliseconds since 1970 in UTC. The API itself never sends it.
pub const HEADER: HeaderName = HeaderName::from_static("smileid-mock-clock");

/// Returns the header value for a time of the mock server.
pub fn header(utc_millis: i64) -> HeaderValue {
    HeaderValue::from(utc_millis)
}

/// Reads the mock server's time from the headers of a response or callback, in milliseconds since 1970 in UTC.
///
/// None unless `api` is a loopback address: other servers cannot move a client's clock.
///
/// ```
/// use http::HeaderMap;
/// use smileid_protocol::mock_clock;
///
/// let mut headers = HeaderMap::new();
/// headers.insert(mock_clock::HEADER, mock_clock::header(1_769_860_800_000));
/// assert_eq!(mock_clock::read(&"http://127.0.0.1:8085".parse()?, &headers), Some(1_769_860_800_000));
/// assert_eq!(mock_clock::read(&"https://api.example".parse()?, &headers), None);
/// # Ok::<(), smileid_protocol::origin::OriginError>(())
/// ```
pub fn read(api: &Origin, headers: &HeaderMap) -> Option<i64> {
    let value = headers.get(HEADER).filter(|_| api.is_loopback())?;
    value.to_str().ok()?.parse().ok()
}
