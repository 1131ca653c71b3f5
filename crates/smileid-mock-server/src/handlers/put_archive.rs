//! The archive, put where `upload` said: stored as S3 would store anything, then opened and judged.

use bytes::Bytes;
use http::{
    Request, Response,
    header::{CONTENT_LENGTH, CONTENT_TYPE},
};
use smileid_protocol::v1::put_archive;

use crate::{
    arrival::Arrival,
    millis::Millis,
    outcome,
    presign::ImageKey,
    refusal::Refused,
    service::{Service, State},
};

pub(crate) fn answer(
    service: &Service,
    request: &Request<Bytes>,
    now: Millis,
) -> Result<Response<Bytes>, Refused> {
    let link = service.presigner().read_upload(request.uri(), now)?;
    // As S3 has it, the header's text is part of the signature, so another spelling of the same type will not do.
    if request.headers().get(CONTENT_TYPE).is_none_or(|it| it != put_archive::CONTENT) {
        return Err(Refused::other_content_type());
    }
    if !request.headers().contains_key(CONTENT_LENGTH) {
        return Err(Refused::no_content_length());
    }

    // Before the lock, as it may take a while.
    let arrival = Arrival::open(request.body());

    let mut state = service.state();
    let State { tenants, images, .. } = &mut *state;
    let Some(tenant) = tenants.get_mut(&link.partner) else { return Ok(stored()) };
    let number = link.smile_job_id;
    // A second archive, or one for a job that was forgotten, is stored too. Nobody looks at it.
    let awaiting = tenant.jobs.numbered(&number).filter(|job| job.awaits_archive());
    let Some(job) = awaiting else { return Ok(stored()) };

    let outcome = outcome::decide(&number, job.announced(), &link.partner, &arrival);
    tenant.receive(&number, (outcome, arrival.findings), service.processing(), now);
    for (subject, image) in arrival.images {
        let bytes = image.len();
        let key = ImageKey { partner: link.partner.clone(), smile_job_id: number.clone(), subject };
        images.insert(key, image, bytes);
    }
    Ok(stored())
}

fn stored() -> Response<Bytes> {
    Response::new(Bytes::new())
}
