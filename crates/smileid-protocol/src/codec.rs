//! Encodes and decodes messages as JSON, multipart form or query.

pub(crate) mod duplicate;
mod error;
mod json;
mod json_error;
pub(crate) mod multipart;
mod object;
pub(crate) mod path;
pub(crate) mod query;
mod text;

pub use duplicate::duplicates;
pub use error::{DecodeError, EncodeError};
pub use json::Json;
pub use json_error::JsonError;
pub use multipart::{Form, Multipart, Part, form_parts};
pub use query::Query;
pub use text::{OtherFormat, json_text, read_json, utf8_text};

pub use crate::endpoint::Codec;

pub(crate) use object::{JSON, read_distinct, read_object, read_value, write_object};

use http::HeaderMap;

/// Adds the headers with the authentication data.
fn with_headers(mut builder: http::request::Builder, headers: &HeaderMap) -> http::request::Builder {
    for (name, value) in headers {
        builder = builder.header(name, value);
    }
    builder
}
