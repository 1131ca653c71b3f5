//! Handles uploads of archives to presigned URLs, as S3 does, then decides the result of the job and records the charge.

use bytes::Bytes;
use http::{
    Request, Response,
    header::{CONTENT_LENGTH, CONTENT_TYPE},
};
use smileid_protocol::v1::put_archive;

use super::{AnnotatedReply, Call, Ready, settings::Settings};
use crate::{
    diagnose::{self, Reason},
    refusal::Refused,
    request::presign::{ImageKey, UploadLink},
    sandbox::{
        arrival::{Arrival, Defect},
        oddities::Oddities,
        outcome,
    },
    state::{State, tenant::Charge},
};

/// Checks the signature of the upload URL, and opens the archive before the state is locked, because that may take long. The
/// expiry of the URL is checked later.
pub(crate) fn read<'r>(request: &'r Request<Bytes>, settings: &Settings) -> Ready<'r> {
    let opened = settings.presigner.read_upload(request.uri()).map(|link| {
        let arrival = check_headers(request).map(|()| Arrival::open(request.body()));
        (link, arrival.map(|arrival| (Oddities::from_arrival(&arrival), arrival)))
    });
    Box::new(move |call| {
        let (link, arrival) = opened?;
        link.check(call.now)?;
        let (oddities, arrival) = arrival?;
        Ok(AnnotatedReply { odd: put(link, arrival, oddities, call), ..Response::new(Bytes::new()).into() })
    })
}

fn check_headers(request: &Request<Bytes>) -> Result<(), Refused> {
    // In S3, the Content-Type header is part of the link's signature, so even another spelling of the same type is
    // refused.
    if request.headers().get(CONTENT_TYPE).is_none_or(|it| it != put_archive::CONTENT) {
        return Err(Refused::other_content_type());
    }
    if !request.headers().contains_key(CONTENT_LENGTH) {
        return Err(Refused::no_content_length());
    }
    Ok(())
}

/// Decides the result of the job to which the archive belongs, and records the charge. Returns the findings about the archive.
fn put(link: UploadLink, arrival: Arrival, oddities: Oddities, call: Call<'_>) -> Vec<Reason> {
    let Call { state, settings, now, .. } = call;
    let State { tenants, images, .. } = &mut *state;
    let Some(tenant) = tenants.get_mut(&link.partner) else { return oddities.with(None) };
    let number = link.smile_job_id;
    // As in S3, a second archive for a job, or one for an unknown job, is accepted and has no effect.
    let awaiting = tenant.jobs.numbered(&number).filter(|job| job.awaits_archive());
    let Some(job) = awaiting else { return oddities.with(None) };

    let warnings = arrival.warnings(job.announced());
    let contents = arrival.contents(job.announced(), &link.partner);
    let is_refused = settings.strict && !warnings.is_empty();
    let contents = contents.and_then(|it| if is_refused { Err(Defect::Strict) } else { Ok(it) });
    let mut reasons = oddities.with(contents.as_ref().err().copied());
    reasons.extend(diagnose::warnings(&warnings));
    let outcome = outcome::decide(&number, job.announced(), contents);
    let charge = Charge::of_job(job, now);
    tenant.receive(&number, (outcome, reasons.clone()), settings.processing, now);
    tenant.billing.charge(charge, None);
    for (subject, image) in arrival.images {
        let bytes = image.len();
        let key = ImageKey { partner: link.partner.clone(), smile_job_id: number.clone(), subject };
        images.insert(key, image, bytes);
    }
    state.forget_images(&link.partner);
    reasons
}
