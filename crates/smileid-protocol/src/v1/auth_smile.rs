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
    /// Request for a signature that a mobile app can use.
    pub strict struct Request {
        /// Id of the partner.
        #[debug(shown)]
        partner_id: PartnerId,
        /// Secret token of the mobile app.
        auth_token: Secret,
        /// Job type: the number of the product.
        #[debug(shown)]
        job_type: JobType,
        /// True if the job enrols a user.
        enrollment: Option<bool> as bool_or_text,
        /// True for production, false for the sandbox.
        production: Option<bool> as bool_or_text,
        /// True to request a signature. Always sent as true.
        signature: bool as bool_or_text,
        /// The id that the partner gave the person.
        user_id: Option<String> as text_or_number,
        /// The id that the partner gave the job.
        job_id: Option<String> as text_or_number,
        /// Country that issued the ID, in two capital letters.
        country: Option<String>,
        /// ID type, such as `BVN`.
        id_type: Option<String>,
    }
}

impl Request {
    /// Creates a request for a signature that a mobile app can use.
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
    /// Response with a signature that a mobile app can use. `Debug` hides the callback URL and the permissions of the app.
    #[derive(Default)]
    pub strict struct Response {
        /// True if the response has a signature.
        #[debug(shown)]
        success: Option<bool> as bool_or_text,
        /// HMAC signature for the requests of the mobile app, as base64 text.
        signature: Option<Signature>,
        /// Timestamp that the signature covers.
        #[debug(shown)]
        timestamp: Option<Timestamp> as text_or_integer,
        /// Parameters of the job: `user_id`, `job_id`, job type and the parameters that the partner added.
        #[debug(shown)]
        partner_params: Option<PartnerParams>,
        /// Callback URL to which the API sends the result; null if there is none.
        #[debug(link)]
        callback_url: Option<Option<String>> as present,
        /// Permissions of the mobile app, in the API's own format.
        policy: Option<Value> as present,
        /// Need for the person's consent, and its state, in the API's own format.
        consent_info: Option<Value> as present,
    }
}

fn text_or_integer<E: Error>(message: &mut Extra, name: &'static str) -> Result<Option<Timestamp>, E> {
    message.remove(name).map_or(Ok(None), |value| optional_text_or_integer(value).map_err(E::custom))
}
