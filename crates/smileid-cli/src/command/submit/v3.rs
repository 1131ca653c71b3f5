//! Command `smileid submit --api v3`: submits a V3 job.

use std::path::{Path, PathBuf};

use bytes::Bytes;
use serde_json::{Value, json};
use smileid::{
    CallbackUrl, IdNumber, InvalidInput, PersonName,
    client::Client,
    protocol::{job::Problem, timestamp::Timestamp, v3::compare::ComparisonImageType},
    types::v3::Product,
    v3::{
        Accepted, Consent, Document, Selfie, Submit as Call, UserDetails, UserId, authentication,
        biometric_kyc, compare, document_verification, enhanced_document_verification, enhanced_kyc,
        registration, residency_document_verification,
    },
};

use super::LARGEST_IMAGE;
use crate::{
    args::{Api, Args, ComparisonKind, Submit},
    command::status::wait_v3,
    failure::{Failure, Kind},
    flags::redacted_path,
    interrupt::Signals,
    output::Output,
    progress::Progress,
    setup::{Session, is_standard_input, not_in_mock, now_utc_millis, read},
    v3,
};

const UNKNOWN: &str = "the job may have been accepted, and is then billed. It is not sent again, as it would be a second job. \
                       If its callback comes, it has this `correlation_id` in `partner_params`";

/// Returns the flags for V3 only, and if each was given.
pub(super) fn given(submit: &Submit) -> [(&'static str, bool); 8] {
    let of = &submit.v3;
    [
        ("--email", of.email.is_some()),
        ("--visa", of.visa.is_some()),
        ("--comparison-image", of.comparison_image.is_some()),
        ("--comparison-image-type", of.comparison_image_type.is_some()),
        ("--consent-at", of.consent_at.is_some()),
        ("--consent-language", of.consent_language.is_some()),
        ("--privacy-policy", of.privacy_policy.is_some()),
        ("--sandbox-result", of.sandbox_result.is_some()),
    ]
}

pub(super) async fn run(submit: &Submit, args: &Args) -> Result<Output, Failure> {
    check_flags(submit)?;
    let product = product(submit)?;
    check_product_flags(submit, &product)?;
    if submit.wait.is_none() {
        not_in_mock(args, "submitting without waiting")?;
    }
    let (person, consent) = (person(submit)?, consent(submit)?);
    let callback = submit.callback.as_deref().filter(|address| !address.is_empty());
    let callback = callback.map(CallbackUrl::parse).transpose().map_err(|error| v3::invalid(&error))?;
    let mut signals = Signals::catch();
    let images = signals.or_interrupted(Images::read(submit, args)).await?;
    let warnings = images.warnings();
    let build = Build { submit, images, person, consent };
    match send(build, &product, callback, args, signals).await {
        Ok(output) => Ok(output.with_warnings(warnings)),
        Err(failure) => Err(failure.with_warnings(&warnings)),
    }
}

/// Sends the job, and waits for its result if `--wait` is given.
async fn send(
    build: Build<'_>,
    product: &Product,
    callback: Option<CallbackUrl>,
    args: &Args,
    mut signals: Signals,
) -> Result<Output, Failure> {
    let submit = build.submit;
    let session = signals.or_interrupted(Session::start(args)).await?;
    let mut call = build.call(product, &session.client)?;
    if let Some(url) = callback {
        call = call.callback(url);
    }
    if let Some(left) = args.left() {
        call = call.timeout(left);
    }
    let sent = call.sent_job().clone();
    let user_id = sent.user_id().map(UserId::as_str);
    let with_names = |failure: Failure| match user_id {
        Some(id) => failure.with("user_id", id),
        None => failure,
    };
    let unknown = format!("{UNKNOWN}: {}", sent.correlation());
    let progress = Progress::start(args, "requesting a token".to_owned());
    let call = call.on_progress(progress.upload("waiting for the API's response".to_owned()));
    let sending = signals.unless(call.send()).await;
    drop(progress);
    let accepted = match sending {
        Ok(Ok(accepted)) => accepted,
        Ok(Err(error)) => {
            let failure = v3::failed(&error, None, &session.secrets(personal(submit)));
            let failure = with_names(failure);
            return Err(if error.is_outcome_unknown() { failure.with_detail(&unknown) } else { failure });
        }
        Err(signal) => {
            let failure = Failure::new(signal, format!("interrupted: {unknown}"));
            return Err(with_names(failure.with("outcome_unknown", true)));
        }
    };
    if submit.wait.is_none() {
        return Ok(submitted(&accepted));
    }
    wait_v3(&session, &mut signals, (accepted.job_id(), accepted.user_id()), true, args).await
}

/// Returns the output about a job that the API accepted.
fn submitted(accepted: &Accepted) -> Output {
    let user_id = accepted.user_id();
    let mut lines = vec![("submitted", "yes".to_owned()), ("job_id", accepted.job_id().to_string())];
    lines.extend(user_id.map(|id| ("user_id", id.to_owned())));
    let output = Output::as_received(accepted.reply().raw.body(), lines).with("success", &true);
    output.with("job_id", accepted.job_id()).with("user_id", &user_id)
}

/// Returns an error if a flag for version 1 only was given.
fn check_flags(submit: &Submit) -> Result<(), Failure> {
    let id_info = &submit.id_info;
    v3::refuse_flags(
        Api::V3,
        &[
            ("--job", submit.job.is_some()),
            ("--job-type", submit.job_type.is_some()),
            ("--job-id", submit.job_id.is_some()),
            ("--resume", submit.resume),
            ("--history", submit.history),
            ("--image-links", submit.image_links),
            ("--strict", submit.strict),
        ],
    )?;
    let other = id_info.given().map(|(name, _)| name).find(|name| !SHARED.contains(name));
    match other {
        Some(name) => v3::refuse_flags(Api::V3, &[(&format!("--{}", name.replace('_', "-")), true)]),
        None => Ok(()),
    }
}

/// Parses `--product`: the last segment of the endpoint's path.
fn product(submit: &Submit) -> Result<Product, Failure> {
    let word = submit.v3.product.as_deref();
    let word = word.ok_or_else(|| Failure::invalid("product", "--product is required"))?;
    Ok(match word.to_lowercase().replace('-', "_").as_str() {
        "enhanced_kyc" => Product::EnhancedKyc,
        "biometric_kyc" => Product::BiometricKyc,
        "document_verification" => Product::DocumentVerification,
        "enhanced_document_verification" => Product::EnhancedDocumentVerification,
        "residency_document_verification" => Product::ResidencyDocumentVerification,
        "registration" => Product::SmartSelfieRegistration,
        "authentication" => Product::SmartSelfieAuthentication,
        "compare" => Product::SmartSelfieCompare,
        _ => {
            let advice = "expected enhanced_kyc, biometric_kyc, document_verification, \
                          enhanced_document_verification, residency_document_verification, registration, \
                          authentication or compare";
            return Err(Failure::invalid("product", format!("invalid value for --product: {advice}")));
        }
    })
}

/// Returns an error if a flag was given that the product does not have.
fn check_product_flags(submit: &Submit, product: &Product) -> Result<(), Failure> {
    const DOCUMENT: &[&str] =
        &["--country", "--id-type", "--selfie", "--liveness", "--id-card", "--id-card-back"];
    const FACE: &[&str] = &["--selfie", "--liveness", "--sandbox-result"];
    let (base, more): (_, &[&str]) = match product {
        Product::EnhancedKyc => (&["--country", "--id-type", "--id-number"][..], &["--bank-code"]),
        Product::BiometricKyc => (FACE, &["--country", "--id-type", "--id-number"]),
        Product::ResidencyDocumentVerification => (DOCUMENT, &["--visa"]),
        Product::SmartSelfieRegistration => (FACE, &["--allow-new-enroll"]),
        Product::SmartSelfieAuthentication => (FACE, &["--use-enrolled-image"]),
        Product::SmartSelfieCompare => {
            (FACE, &["--comparison-image", "--comparison-image-type", "--allow-new-enroll"])
        }
        _ => (DOCUMENT, &[]),
    };
    let (id, images) = (|name| submit.id_info.given().any(|(it, _)| it == name), &submit.images);
    let of = &submit.v3;
    let given = [
        ("--country", id("country")),
        ("--id-type", id("id_type")),
        ("--id-number", id("id_number")),
        ("--bank-code", id("bank_code")),
        ("--selfie", images.selfie.is_some()),
        ("--liveness", !images.liveness.is_empty()),
        ("--id-card", images.id_card.is_some()),
        ("--id-card-back", images.id_card_back.is_some()),
        ("--visa", of.visa.is_some()),
        ("--comparison-image", of.comparison_image.is_some()),
        ("--comparison-image-type", of.comparison_image_type.is_some()),
        ("--use-enrolled-image", submit.use_enrolled_image),
        ("--allow-new-enroll", submit.allow_new_enroll),
        ("--sandbox-result", of.sandbox_result.is_some()),
    ];
    let other = given.iter().find(|(flag, given)| *given && !base.contains(flag) && !more.contains(flag));
    let Some((flag, _)) = other else { return Ok(()) };
    let field = flag.trim_start_matches('-').replace('-', "_");
    let message = format!("{flag} does not apply to the product {product}: leave it out");
    Err(Failure::invalid(&field, message).with("flag", *flag))
}

fn value<'s>(submit: &'s Submit, field: &str) -> Option<&'s str> {
    submit.id_info.given().find(|(name, _)| *name == field).map(|(_, value)| value)
}

fn required(field: &str) -> Failure {
    v3::invalid(&InvalidInput::new(field, Problem::Missing))
}

fn person(submit: &Submit) -> Result<UserDetails, Failure> {
    let first = value(submit, "first_name").ok_or_else(|| required("user_details.given_names"))?;
    let last = value(submit, "last_name").ok_or_else(|| required("user_details.last_name"))?;
    let name = PersonName { first, last };
    let person = match (submit.v3.email.as_deref(), value(submit, "phone_number")) {
        (Some(email), None) => UserDetails::by_email(name, email),
        (None, Some(number)) => UserDetails::by_phone(name, number),
        (Some(email), Some(number)) => {
            UserDetails::by_email(name, email).and_then(|person| person.with_phone(number))
        }
        (None, None) => {
            let message = "--email or --phone-number is required";
            return Err(Failure::invalid("user_details.email", message));
        }
    };
    person.map_err(|error| v3::invalid(&error))
}

fn consent(submit: &Submit) -> Result<Consent, Failure> {
    let of = &submit.v3;
    let at = match &of.consent_at {
        Some(text) => Timestamp::new(text.as_str()).map_err(|error| {
            Failure::invalid("consent.granted_at", format!("invalid value for --consent-at: {error}"))
        })?,
        None => Timestamp::from_utc_millis(now_utc_millis()),
    };
    let policy = of.privacy_policy.as_deref().ok_or_else(|| required("consent.notice_privacy_policy_url"))?;
    let language = of.consent_language.as_deref().unwrap_or("EN");
    Consent::granted(at, language, policy).map_err(|error| v3::invalid(&error))
}

/// Returns personal values that must not be printed even if a server repeats them.
fn personal(submit: &Submit) -> Vec<String> {
    let of_id = submit.id_info.given().filter(|(name, _)| !matches!(*name, "country" | "id_type"));
    of_id.map(|(_, value)| value.to_owned()).chain(submit.v3.email.clone()).collect()
}

/// Images of a job, in memory.
struct Images {
    selfie: Option<Bytes>,
    liveness: Vec<Bytes>,
    front: Option<Bytes>,
    back: Option<Bytes>,
    visa: Option<Bytes>,
    comparison: Option<Bytes>,
}

impl Images {
    async fn read(submit: &Submit, args: &Args) -> Result<Self, Failure> {
        let (images, of) = (&submit.images, &submit.v3);
        let single = [&images.selfie, &images.id_card, &images.id_card_back, &of.visa, &of.comparison_image];
        let all = single.into_iter().flatten().chain(&images.liveness).chain(&args.api_key_file);
        if all.filter(|path| is_standard_input(path)).count() > 1 {
            let message = "standard input can be read only once: use `-` for one file";
            return Err(Failure::invalid("selfie_image", message));
        }
        let mut liveness = Vec::new();
        for path in &images.liveness {
            liveness.push(image("liveness_images", path, args).await?);
        }
        Ok(Self {
            selfie: optional("selfie_image", images.selfie.as_ref(), args).await?,
            liveness,
            front: optional("document", images.id_card.as_ref(), args).await?,
            back: optional("document_back", images.id_card_back.as_ref(), args).await?,
            visa: optional("visa", of.visa.as_ref(), args).await?,
            comparison: optional("comparison_image", of.comparison_image.as_ref(), args).await?,
        })
    }

    /// Returns a warning if the images are larger in total than the documentation allows. It names the largest image.
    fn warnings(&self) -> Vec<Value> {
        /// Maximum size of a request in the documentation, in bytes. The gateway accepts 10 MB.
        const DOCUMENTED: usize = 4_500_000;

        let single = [
            ("selfie_image", &self.selfie),
            ("document", &self.front),
            ("document_back", &self.back),
            ("visa", &self.visa),
            ("comparison_image", &self.comparison),
        ];
        let single = single.into_iter().filter_map(|(field, image)| Some((field, image.as_ref()?)));
        let all = || single.clone().chain(self.liveness.iter().map(|image| ("liveness_images", image)));
        let size: usize = all().map(|(_, image)| image.len()).sum();
        match all().max_by_key(|(_, image)| image.len()) {
            Some((field, _)) if size > DOCUMENTED => {
                let megabytes = size / 100_000;
                let size = format!("{}.{} MB", megabytes / 10, megabytes % 10);
                let message = format!(
                    "the images have {size} in total: the API may refuse more than 4.5 MB, so use smaller images"
                );
                vec![json!({"code": "images.size", "field": field, "message": message})]
            }
            _ => Vec::new(),
        }
    }
}

async fn optional(field: &str, path: Option<&PathBuf>, args: &Args) -> Result<Option<Bytes>, Failure> {
    match path {
        Some(path) => image(field, path, args).await.map(Some),
        None => Ok(None),
    }
}

async fn image(field: &str, path: &Path, args: &Args) -> Result<Bytes, Failure> {
    read(path, LARGEST_IMAGE, args).await.map(Bytes::from).map_err(|error| {
        let message = format!("the file `{}` could not be read: {error}", redacted_path(path));
        Failure::new(Kind::FileNotFound, message).with_field(field)
    })
}

/// Builder of a product's job.
struct Build<'a> {
    submit: &'a Submit,
    images: Images,
    person: UserDetails,
    consent: Consent,
}

/// Members of `id_info` whose flags both versions have.
const SHARED: [&str; 7] =
    ["country", "id_type", "id_number", "first_name", "last_name", "phone_number", "bank_code"];

type JobCall = Call<Client, Accepted>;

impl Build<'_> {
    fn call(self, product: &Product, client: &Client) -> Result<JobCall, Failure> {
        self.build(product, client).map_err(|error| v3::invalid(&error))
    }

    fn build(self, product: &Product, client: &Client) -> Result<JobCall, InvalidInput> {
        let Self { submit, images, person, consent } = self;
        let Images { selfie, liveness, front, back, visa, comparison } = images;
        let missing = |field: &str| InvalidInput::new(field, Problem::Missing);
        let text = |field: &str| value(submit, field).ok_or_else(|| missing(field));
        let user_id = submit.user_id.as_deref().map(UserId::new).transpose()?;
        let params = partner_params(submit)?;
        let id = || IdNumber::new(text("country")?, text("id_type")?, text("id_number")?);
        let face = || Selfie::new(selfie.clone().ok_or_else(|| missing("selfie_image"))?, liveness.clone());
        let document = || {
            let mut document = Document::new(text("country")?, front.ok_or_else(|| missing("document"))?)?;
            if let Some(id_type) = value(submit, "id_type") {
                document = document.with_type(id_type)?;
            }
            match back {
                Some(back) => document.with_back(back),
                None => Ok(document),
            }
        };
        /// Adds the values that all products have, and creates the call.
        macro_rules! begin {
            ($job:expr) => {{
                let mut job = $job;
                if let Some(user_id) = user_id {
                    job = job.with_user_id(user_id);
                }
                begin!(with_user job)
            }};
            (with_user $job:ident) => {{
                let mut job = $job;
                for (name, value) in params {
                    job = job.with_partner_param(name, value);
                }
                Ok(client.submit(job))
            }};
        }
        macro_rules! in_sandbox {
            ($job:expr) => {{
                let job = $job;
                match submit.v3.sandbox_result {
                    Some(code) => job.with_sandbox_result(code),
                    None => job,
                }
            }};
        }
        match product {
            Product::EnhancedKyc => {
                let job = enhanced_kyc::Request::new(id()?, person, consent)?;
                let job = match value(submit, "bank_code") {
                    Some(code) => job.with_bank_code(code),
                    None => job,
                };
                begin!(job)
            }
            Product::BiometricKyc => {
                begin!(in_sandbox!(biometric_kyc::Request::new(id()?, face()?, person, consent)?))
            }
            Product::DocumentVerification => {
                begin!(document_verification::Request::new(document()?, face()?, person, consent))
            }
            Product::EnhancedDocumentVerification => {
                begin!(enhanced_document_verification::Request::new(document()?, face()?, person, consent)?)
            }
            Product::ResidencyDocumentVerification => {
                let visa = visa.ok_or_else(|| missing("visa"))?;
                begin!(residency_document_verification::Request::new(
                    document()?,
                    visa,
                    face()?,
                    person,
                    consent
                )?)
            }
            Product::SmartSelfieRegistration => {
                let job = registration::Request::new(face()?, person, consent);
                let job = if submit.allow_new_enroll { job.allowing_new_enroll() } else { job };
                begin!(in_sandbox!(job))
            }
            Product::SmartSelfieAuthentication => {
                let user_id = user_id.ok_or_else(|| missing("user_id"))?;
                let job = if submit.use_enrolled_image {
                    authentication::Request::with_enrolled_image(user_id, person, consent)
                } else {
                    authentication::Request::new(user_id, face()?, person, consent)
                };
                let job = in_sandbox!(job);
                begin!(with_user job)
            }
            _ => {
                let kind = submit.v3.comparison_image_type.map(comparison_image_type);
                let kind = kind.ok_or_else(|| missing("comparison_image_type"))?;
                let other = (kind, comparison.ok_or_else(|| missing("comparison_image"))?);
                let job = if liveness.is_empty() {
                    let selfie = selfie.clone().ok_or_else(|| missing("selfie_image"))?;
                    compare::Request::new(selfie, other, person, consent)?
                } else {
                    compare::Request::with_liveness(face()?, other, person, consent)?
                };
                let job = if submit.allow_new_enroll { job.allowing_new_enroll() } else { job };
                begin!(in_sandbox!(job))
            }
        }
    }
}

fn comparison_image_type(kind: ComparisonKind) -> ComparisonImageType {
    match kind {
        ComparisonKind::Document => ComparisonImageType::Document,
        ComparisonKind::IdPhoto => ComparisonImageType::IdPhoto,
        ComparisonKind::Portrait => ComparisonImageType::Portrait,
    }
}

fn partner_params(submit: &Submit) -> Result<Vec<(String, String)>, InvalidInput> {
    let pair = |param: &String| {
        let (name, value) = param.split_once('=')?;
        Some((name.to_owned(), value.to_owned()))
    };
    let wrong =
        || InvalidInput::new("partner_param", Problem::WrongType { expected: "of the form NAME=VALUE" });
    submit.partner_params.iter().map(|param| pair(param).ok_or_else(wrong)).collect()
}
