//! Handles downloads of a job's images, from the links in its status.

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use smileid_protocol::job::ImageFormat;

use super::Call;
use crate::refusal::{LinkFault, Refused, response};

pub(crate) fn answer(request: &Request<Bytes>, call: &Call<'_>) -> Result<Response<Bytes>, Refused> {
    let key = call.settings.presigner.read_image(request.uri(), call.now)?;
    let image = call.state.images.get(&key).cloned();
    let image = image.ok_or_else(|| Refused::access_denied(LinkFault::Gone))?;
    let content_type = match ImageFormat::detect(&image) {
        Some(ImageFormat::Jpeg) => "image/jpeg",
        Some(ImageFormat::Png) => "image/png",
        _ => "application/octet-stream",
    };
    Ok(response(StatusCode::OK, content_type, image))
}
