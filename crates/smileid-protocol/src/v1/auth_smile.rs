//! `POST /v1/auth_smile`: a mobile app without the API key asks the API to sign for it.
//!
//! Wire: seen in the mobile SDKs. The token in it is a secret of the app's; the signature in the reply is one too.

use serde::de::Error;
use serde_json::Value;
use smileid_types::{Extra, JobType, PartnerParams, open_struct};

use crate::{
    auth::{Anonymous, PartnerId, Secret, Signature},
    codec::Json,
    endpoint::{Endpoint, Spec},
    timestamp::{Timestamp, optional_text_or_integer},
};

open_struct! {
    /// Asks for a signature.
    pub strict struct Request {
        /// The partner.
        #[debug(shown)]
        partner_id: PartnerId,
        /// The app's secret.
        auth_token: Secret,
        /// What the job does.
        #[debug(shown)]
        job_type: JobType,
        /// Whether it enrols.
        enrollment: Option<bool> as bool_or_text,
        /// Whether it is for production.
        production: Option<bool> as bool_or_text,
        /// Whether a signature is wished: always.
        signature: bool as bool_or_text,
        /// The partner's name for the person.
        user_id: Option<String> as text_or_number,
        /// The partner's name for the job.
        job_id: Option<String> as text_or_number,
        /// The country of the ID.
        country: Option<String>,
        /// The kind of ID.
        id_type: Option<String>,
    }
}

impl Request {
    /// Asks for a signature.
    pub fn new(partner_id: PartnerId, auth_token: impl Into<Secret>, job_type: JobType) -> Self {
        Self {
            partner_id,
            auth_token: auth_token.into(),
            job_type,
            enrollment: None,
            production: None,
            signature: true,
            user_id: None,
            job_id: None,
            country: None,
            id_type: None,
            extra: Extra::default(),
        }
    }
}

impl Endpoint for Request {
    const SPEC: Spec = Spec::post("v1::auth_smile", "/v1/auth_smile").retry_safe();
    type Auth = Anonymous;
    type Codec = Json;
    type Response = Response;
    type ReplyAuth = Anonymous;
}

open_struct! {
    /// A signature to send on. `Debug` does not show where results are sent, nor what the app may do.
    #[derive(Default)]
    pub strict struct Response {
        /// Whether there is one.
        #[debug(shown)]
        success: Option<bool> as bool_or_text,
        /// The signature.
        signature: Option<Signature>,
        /// When it was made.
        #[debug(shown)]
        timestamp: Option<Timestamp> as text_or_integer,
        /// The partner's names for the job.
        #[debug(shown)]
        partner_params: Option<PartnerParams>,
        /// Where results are sent; null for nowhere.
        #[debug(link)]
        callback_url: Option<Option<String>> as present,
        /// What the app may do, in a form of the API's own.
        policy: Option<Value> as present,
        /// Whether the person's consent is needed, and given.
        consent_info: Option<Value> as present,
    }
}

fn text_or_integer<E: Error>(message: &mut Extra, name: &'static str) -> Result<Option<Timestamp>, E> {
    message.remove(name).map_or(Ok(None), |value| optional_text_or_integer(value).map_err(E::custom))
}
