//! The archive, put where `upload` said: stored as S3 would store anything, then opened, judged and charged for.

use bytes::Bytes;
use http::{
    Request, Response,
    header::{CONTENT_LENGTH, CONTENT_TYPE},
};
use smileid_protocol::v1::put_archive;

use crate::{
    arrival::{Arrival, Defect},
    diagnose::{self, Reason},
    millis::Millis,
    outcome,
    presign::ImageKey,
    refusal::Refused,
    service::{Service, State},
    tenant::Charge,
};

pub(crate) fn answer(
    service: &Service,
    request: &Request<Bytes>,
    now: Millis,
) -> Result<(Response<Bytes>, Vec<Reason>), Refused> {
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
    let of_archive = |defect| diagnose::archive::reasons(&arrival, defect);
    let Some(tenant) = tenants.get_mut(&link.partner) else { return Ok((stored(), of_archive(None))) };
    let number = link.smile_job_id;
    // A second archive, or one for a job that was forgotten, is stored too. Nobody looks at it.
    let awaiting = tenant.jobs.numbered(&number).filter(|job| job.awaits_archive());
    let Some(job) = awaiting else { return Ok((stored(), of_archive(None))) };

    let warnings = arrival.warnings(job.announced());
    let contents = arrival.contents(job.announced(), &link.partner);
    let is_refused = service.is_strict() && !warnings.is_empty();
    let contents = contents.and_then(|it| if is_refused { Err(Defect::Strict) } else { Ok(it) });
    let mut reasons = of_archive(contents.as_ref().err().copied());
    reasons.extend(diagnose::warnings(&warnings));
    let outcome = outcome::decide(&number, job.announced(), contents);
    let charge = Charge::of_job(job, now);
    tenant.receive(&number, (outcome, reasons.clone()), service.processing(), now);
    tenant.billing.charge(charge, None);
    for (subject, image) in arrival.images {
        let bytes = image.len();
        let key = ImageKey { partner: link.partner.clone(), smile_job_id: number.clone(), subject };
        images.insert(key, image, bytes);
    }
    state.forget_images(&link.partner);
    Ok((stored(), reasons))
}

fn stored() -> Response<Bytes> {
    Response::new(Bytes::new())
}
