//! `POST /v1/auth_smile`: returns a signature for a mobile app, which does not have the API key.
//!
//! Wire: seen in the mobile SDKs. The token in the request is a secret of the app; so is the signature in the reply.

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
    /// Requests a signature.
    pub strict struct Request {
        /// Partner id.
        #[debug(shown)]
        partner_id: PartnerId,
        /// The app's secret.
        auth_token: Secret,
        /// Type of the job.
        #[debug(shown)]
        job_type: JobType,
        /// True if the job is an enrolment.
        enrollment: Option<bool> as bool_or_text,
        /// True for production.
        production: Option<bool> as bool_or_text,
        /// True to request a signature. Always true.
        signature: bool as bool_or_text,
        /// The partner's `user_id`.
        user_id: Option<String> as text_or_number,
        /// The partner's `job_id`.
        job_id: Option<String> as text_or_number,
        /// The country of the ID.
        country: Option<String>,
        /// The ID type, such as `BVN`.
        id_type: Option<String>,
    }
}

impl Request {
    /// Creates a request for a signature.
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
    /// A signature for the app to use. `Debug` does not show the callback URL or the app's permissions.
    #[derive(Default)]
    pub strict struct Response {
        /// True if there is a signature.
        #[debug(shown)]
        success: Option<bool> as bool_or_text,
        /// HMAC signature for the app's requests, base64 text.
        signature: Option<Signature>,
        /// Timestamp of the signature.
        #[debug(shown)]
        timestamp: Option<Timestamp> as text_or_integer,
        /// Parameters of the job: `user_id`, `job_id`, job type and the partner's own members.
        #[debug(shown)]
        partner_params: Option<PartnerParams>,
        /// Callback URL for results; null for none.
        #[debug(link)]
        callback_url: Option<Option<String>> as present,
        /// Permissions of the app, in the API's own form.
        policy: Option<Value> as present,
        /// Need and state of the person's consent, in the API's own form.
        consent_info: Option<Value> as present,
    }
}

fn text_or_integer<E: Error>(message: &mut Extra, name: &'static str) -> Result<Option<Timestamp>, E> {
    message.remove(name).map_or(Ok(None), |value| optional_text_or_integer(value).map_err(E::custom))
}
