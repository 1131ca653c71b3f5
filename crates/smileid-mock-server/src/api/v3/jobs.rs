//! Handles V3 requests that submit a job.

use http::uri::Scheme;
use smileid_protocol::{
    form_image::FormImage,
    job::ImageFormat,
    types::{
        Extra,
        v3::{JobResult, Product},
    },
    v3::{
        Accepted, Consent, UserDetails, UserId, authentication, biometric_kyc, compare,
        document_verification, enhanced_document_verification, enhanced_kyc, enhanced_kyc_sync, registration,
        residency_document_verification,
    },
};

use super::{Context, TokenHandler, tokens::granted_at};
use crate::{
    control::scenario,
    model::type_id::type_id,
    refusal::{Refused, v3 as refusal},
    sandbox::v3::{self as sandbox, Identity},
    state::tenant::{Charge, Tenant, V3Job},
};

/// Parts of a V3 job request that are checked in the same way for all products.
struct Job<'a> {
    product: Product,
    user_id: Option<&'a UserId>,
    person: &'a UserDetails,
    consent: &'a Consent,
    callback_url: Option<&'a str>,
    partner_params: Option<&'a Extra>,
    sandbox_result: Option<u32>,
    /// Country, ID type and ID number.
    id: [Option<&'a str>; 3],
    /// Images that must be JPEG, by field name.
    selfies: Vec<(&'static str, &'a FormImage)>,
    /// Images that may be JPEG or PNG, by field name.
    documents: Vec<(&'static str, &'a FormImage)>,
    /// Number of liveness images, if the product has a liveness check.
    frames: Option<usize>,
    /// True if a job with the status `clear` stores the selfie of the person.
    enrols: bool,
}

macro_rules! handlers {
    ($($endpoint:ident: $product:ident |$request:ident| { $($field:ident: $value:expr),* $(,)? })+) => {
        $(impl TokenHandler for $endpoint::Request {
            const PRODUCT: Option<Product> = Some(Product::$product);

            fn handle(self, tenant: &mut Tenant, context: &Context<'_>) -> Result<Accepted, Refused> {
                let $request = &self;
                let job = Job {
                    $($field: $value,)*
                    ..Job::new(
                        Product::$product,
                        ($request.user_details(), $request.consent()),
                        $request.callback_url().as_deref(),
                        $request.partner_params().as_ref(),
                    )
                };
                accept(&job, tenant, context)
            }
        })+
    };
}

/// Looks up an ID number, and responds with the result. No callback is sent.
impl TokenHandler for enhanced_kyc_sync::Request {
    const PRODUCT: Option<Product> = Some(Product::EnhancedKyc);

    fn handle(self, tenant: &mut Tenant, context: &Context<'_>) -> Result<JobResult, Refused> {
        let request = &self.0;
        let job = Job {
            user_id: request.user_id().as_ref(),
            id: [request.country(), request.id_type(), request.id_number()].map(|text| Some(text.as_str())),
            ..Job::new(
                Product::EnhancedKyc,
                (request.user_details(), request.consent()),
                None,
                request.partner_params().as_ref(),
            )
        };
        let kept = decide(&job, tenant, context)?;
        let id = kept.id().to_owned();
        if let Some(refused) = context.scenario.as_ref().and_then(scenario::v3::refused) {
            // The client does not get the result, but the job exists.
            tenant.submit(&id, kept, context.settings.processing, context.now);
            return Err(refused.of_job(id));
        }
        Ok(tenant.submit_done(&id, kept, context.now))
    }
}

/// Returns the selfie and liveness images of a request, and the number of liveness images.
macro_rules! selfies {
    ($request:ident) => {
        std::iter::once(("selfie_image", $request.selfie_image()))
            .chain($request.liveness_images().iter().map(|image| ("liveness_images", image)))
            .collect()
    };
}

/// Returns the images of the document in a request.
macro_rules! documents {
    ($request:ident) => {
        std::iter::once(("document", $request.document()))
            .chain($request.document_back().iter().map(|image| ("document_back", image)))
            .collect()
    };
}

handlers! {
    enhanced_kyc: EnhancedKyc |request| {
        user_id: request.user_id().as_ref(),
        id: [request.country(), request.id_type(), request.id_number()].map(|text| Some(text.as_str())),
    }
    biometric_kyc: BiometricKyc |request| {
        user_id: request.user_id().as_ref(),
        sandbox_result: *request.sandbox_result(),
        id: [request.country(), request.id_type(), request.id_number()].map(|text| Some(text.as_str())),
        selfies: selfies!(request),
        frames: Some(request.liveness_images().len()),
        enrols: true,
    }
    document_verification: DocumentVerification |request| {
        user_id: request.user_id().as_ref(),
        id: [Some(request.country()), request.id_type().as_deref(), None],
        selfies: selfies!(request),
        documents: documents!(request),
        frames: Some(request.liveness_images().len()),
        enrols: true,
    }
    enhanced_document_verification: EnhancedDocumentVerification |request| {
        user_id: request.user_id().as_ref(),
        id: [Some(request.country()), Some(request.id_type()), None],
        selfies: selfies!(request),
        documents: documents!(request),
        frames: Some(request.liveness_images().len()),
        enrols: true,
    }
    residency_document_verification: ResidencyDocumentVerification |request| {
        user_id: request.user_id().as_ref(),
        id: [Some(request.country()), Some(request.id_type()), None],
        selfies: selfies!(request),
        documents: { let mut all: Vec<_> = documents!(request); all.push(("visa", request.visa())); all },
        frames: Some(request.liveness_images().len()),
        enrols: true,
    }
    registration: SmartSelfieRegistration |request| {
        user_id: request.user_id().as_ref(),
        sandbox_result: *request.sandbox_result(),
        selfies: selfies!(request),
        frames: Some(request.liveness_images().len()),
        enrols: true,
    }
    authentication: SmartSelfieAuthentication |request| {
        user_id: Some(request.user_id()),
        sandbox_result: *request.sandbox_result(),
        selfies: {
            let frames = request.liveness_images().iter().map(|image| ("liveness_images", image));
            request.selfie_image().iter().map(|image| ("selfie_image", image)).chain(frames).collect()
        },
        frames: (*request.use_enrolled_image() != Some(true)).then(|| request.liveness_images().len()),
    }
    compare: SmartSelfieCompare |request| {
        user_id: request.user_id().as_ref(),
        sandbox_result: *request.sandbox_result(),
        selfies: {
            let mut all: Vec<_> = selfies!(request);
            all.push(("comparison_image", request.comparison_image()));
            all
        },
        enrols: request.user_id().is_some(),
    }
}

impl<'a> Job<'a> {
    fn new(
        product: Product,
        (person, consent): (&'a UserDetails, &'a Consent),
        callback_url: Option<&'a str>,
        partner_params: Option<&'a Extra>,
    ) -> Self {
        Self {
            product,
            user_id: None,
            person,
            consent,
            callback_url,
            partner_params,
            sandbox_result: None,
            id: [None; 3],
            selfies: Vec::new(),
            documents: Vec::new(),
            frames: None,
            enrols: false,
        }
    }
}

/// Checks a job, decides its result and stores it.
fn accept(job: &Job<'_>, tenant: &mut Tenant, context: &Context<'_>) -> Result<Accepted, Refused> {
    let kept = decide(job, tenant, context)?;
    let (id, now) = (kept.id().to_owned(), context.now);
    let mut accepted = Accepted::default();
    accepted.status = Some("accepted".to_owned());
    accepted.message = Some("Request accepted and queued for processing.".to_owned());
    accepted.job_id = Some(id.clone());
    accepted.user_id = Some(kept.user_id.clone());
    accepted.created_at = Some(now.timestamp().to_string());
    tenant.submit(&id, kept, context.settings.processing, now);
    Ok(accepted)
}

/// Checks a job, decides its result and charges for it.
fn decide(job: &Job<'_>, tenant: &mut Tenant, context: &Context<'_>) -> Result<V3Job, Refused> {
    context.claims.check_user(job.user_id)?;
    check(job, context)?;
    let now = context.now;
    let secret = &context.settings.secret;
    let number = tenant.next_number();
    let partner = tenant.credentials().partner_id().as_str().to_owned();
    let made = |kind| type_id(kind, now, &[kind, &partner, &number], secret);
    let id = made("job");
    let user_id = job.user_id.map(UserId::as_str).or(context.claims.user_id());
    let user_id = user_id.map_or_else(|| made("user"), str::to_owned);

    let identity = Identity {
        product: &job.product,
        person: job.person,
        is_bound: context.claims.has_identity(),
        is_fraudulent: tenant.users.is_fraudulent(&user_id),
        sandbox_result: job.sandbox_result,
    };
    let decided = identity.decide(context.scenario.as_ref(), context.settings.unknown_identity);
    let decided = decided.map_err(|sandbox::UnknownIdentity| {
        refusal::breaks("user_details", "is no test identity of the sandbox", sandbox::UNKNOWN_IDENTITY)
    })?;
    let facts = sandbox::Facts {
        ids: (&id, &user_id),
        person: job.person,
        consent: job.consent,
        partner_params: job.partner_params,
        id: job.id,
        created: now,
    };
    let result = decided.result(&job.product, &facts);
    let takes = context.scenario.as_ref().and_then(|scenario| scenario.after);
    let enrols = context.scenario.as_ref().and_then(|scenario| scenario.enrols);
    let enrols = enrols.unwrap_or(job.enrols && decided.is_clear());
    if decided.is_charged() {
        tenant.billing.charge(Charge::of_v3(&job.product, &user_id, &id, now), None);
    }
    let url = job.callback_url.map(str::to_owned);
    let mut kept = V3Job::new(job.product.clone(), url, result);
    (kept.takes, kept.enrols) = (takes, enrols);
    Ok(kept)
}

/// Number of liveness images that the documentation requires.
const FRAMES: std::ops::RangeInclusive<usize> = 6..=8;

fn check(job: &Job<'_>, context: &Context<'_>) -> Result<(), Refused> {
    let at = granted_at(job.consent.granted_at())
        .ok_or_else(|| refusal::invalid("consent.granted_at", "is not a time"))?;
    if at > context.now.after(std::time::Duration::from_secs(60)).to_utc_millis() {
        return Err(refusal::breaks(
            "consent.granted_at",
            "is later than the partner's clock in this mock",
            "Required field 'consent.granted_at' cannot be set in the future.",
        ));
    }
    if let Some(frames) = job.frames {
        // The documentation asks for 6 to 8; the sandbox was observed to accept one.
        let is_enough =
            if context.settings.strict { FRAMES.contains(&frames) } else { (1..=8).contains(&frames) };
        if !is_enough {
            return Err(refusal::invalid("liveness_images", format!("has {frames} images: send 6 to 8")));
        }
    }
    for (field, image) in &job.selfies {
        if ImageFormat::detect(image.head()) != Some(ImageFormat::Jpeg) {
            let is = ImageFormat::describe_other(image.head());
            return Err(refusal::invalid(field, format!("must be a JPEG image, but it is {is}")));
        }
    }
    for (field, image) in &job.documents {
        if !matches!(ImageFormat::detect(image.head()), Some(ImageFormat::Jpeg | ImageFormat::Png)) {
            return Err(refusal::breaks(
                field,
                "must be a JPEG or PNG image",
                "Document image must be JPEG or PNG.",
            ));
        }
    }
    if let Some(url) = job.callback_url
        && !url.parse::<http::Uri>().is_ok_and(|uri| {
            let is_http = uri.scheme().is_some_and(|it| [Scheme::HTTP, Scheme::HTTPS].contains(it));
            is_http && uri.host().is_some_and(|host| !host.is_empty())
        })
    {
        let message = "A valid callback_url is required in the request or a default callback URL must be \
                       configured in the portal.";
        return Err(refusal::breaks("callback_url", "is not a URL", message));
    }
    let [country, id_type, _] = job.id;
    if country.is_some_and(|country| country.len() != 2 || !country.bytes().all(|it| it.is_ascii_uppercase()))
    {
        return Err(refusal::invalid("country", "must be two capital letters"));
    }
    if job.product == Product::ResidencyDocumentVerification && id_type != Some("PASSPORT") {
        return Err(refusal::invalid("id_type", "must be PASSPORT"));
    }
    match job.id {
        [_, Some(""), _] => Err(refusal::invalid("id_type", "is empty")),
        [_, _, Some(number)] if !number.bytes().any(|it| it.is_ascii_alphanumeric()) => Err(refusal::breaks(
            "id_number",
            "has no letter and no digit",
            "Invalid ID number format for the specified country and ID type.",
        )),
        _ => Ok(()),
    }
}
