//! The images of a job, at the links that its status gave.

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use smileid_protocol::job::ImageFormat;

use crate::{
    millis::Millis,
    refusal::{LinkFault, Refused, response},
    service::Service,
};

pub(crate) fn answer(
    service: &Service,
    request: &Request<Bytes>,
    now: Millis,
) -> Result<Response<Bytes>, Refused> {
    let key = service.presigner().read_image(request.uri(), now)?;
    let image =
        service.state().images.get(&key).cloned().ok_or_else(|| Refused::access_denied(LinkFault::Gone))?;
    let content_type = match ImageFormat::of(&image) {
        Some(ImageFormat::Jpeg) => "image/jpeg",
        Some(ImageFormat::Png) => "image/png",
        _ => "application/octet-stream",
    };
    Ok(response(StatusCode::OK, content_type, image))
}
