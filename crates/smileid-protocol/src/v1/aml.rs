//! `POST /v1/aml`: searches sanctions lists, lists of politically exposed persons, and news (job type 10).
//!
//! Wire: recorded from the official Ruby SDK; the reply from its specs and the documentation.

use smileid_types::{AmlResult, Extra, JobType, PartnerParams, open_struct};

use crate::{
    SOURCE_SDK, SOURCE_SDK_VERSION,
    auth::{MaybeSignedReply, SignedBody},
    codec::Json,
    endpoint::{Endpoint, Spec},
    job::JobRef,
};

open_struct! {
    /// Request of an AML check: searches watch lists for a person.
    pub strict struct Request {
        /// The id that the partner gave the person. In this request it is not in `partner_params`.
        user_id: String as text_or_number,
        /// The id that the partner gave the job.
        #[debug(shown)]
        job_id: String as text_or_number,
        /// Job type of the request: always [`JobType::AmlCheck`].
        job_type: Option<JobType>,
        /// Full name of the searched person.
        full_name: String,
        /// Countries to search in, each in two capital letters.
        #[debug(shown)]
        countries: Vec<String>,
        /// Year of birth of the searched person.
        birth_year: Option<String> as text_or_number,
        /// Other names of the searched person.
        aliases: Option<Vec<String>>,
        /// True to search for exact matches only. The official SDK sends true by default.
        #[debug(shown)]
        strict_match: Option<bool> as bool_or_text,
        /// True to search for the name of an enrolled user instead.
        search_existing_user: Option<bool> as bool_or_text,
        /// Parameters that the partner adds. The API returns them in the result.
        partner_params: Option<PartnerParams>,
        /// Name of the program that sends the request.
        source_sdk: Option<String>,
        /// Version of the program that sends the request.
        source_sdk_version: Option<String>,
    }
}

impl Request {
    /// Creates an AML check of a person in some countries, which searches for exact matches.
    pub fn new(job: &JobRef, full_name: impl Into<String>, countries: Vec<String>) -> Self {
        Self {
            user_id: job.user_id().to_owned(),
            job_id: job.job_id().to_owned(),
            job_type: Some(JobType::AmlCheck),
            full_name: full_name.into(),
            countries,
            birth_year: None,
            aliases: None,
            strict_match: Some(true),
            search_existing_user: Some(false),
            partner_params: None,
            source_sdk: Some(SOURCE_SDK.to_owned()),
            source_sdk_version: Some(SOURCE_SDK_VERSION.to_owned()),
            extra: Extra::default(),
        }
    }
}

impl Endpoint for Request {
    const SPEC: Spec = Spec::post("v1::aml", "/v1/aml");
    type Auth = SignedBody;
    type Codec = Json;
    type Response = AmlResult;
    type ReplyAuth = MaybeSignedReply;
}
