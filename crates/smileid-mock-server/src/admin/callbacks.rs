//! Routes that list callbacks, send them again, and send callbacks with any content.

use http::Method;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, value::RawValue};
use smileid_protocol::{
    callback::Callback,
    job::CallbackUrl,
    mask::{self, Found, Part},
    types::v3::JobResult as V3JobResult,
};

use super::{Call, Failure, Json, Nothing, OfPartner, Operation};
use crate::{
    control::callback_fault::CallbackFault,
    state::callbacks::{Attempt, CallbackMessage, Delivery, DeliveryState},
};

/// Lists the callbacks to partners with masked content and all delivery attempts.
pub(super) struct List;

#[derive(Serialize, JsonSchema)]
pub(super) struct Callbacks {
    /// Callbacks, grouped by partner; the oldest of a partner first.
    callbacks: Vec<Shown>,
}

#[derive(Serialize, JsonSchema)]
struct Shown {
    partner_id: String,
    /// Number of the callback, unique within the partner.
    id: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    smile_job_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    job_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    result_code: Option<String>,
    /// Host of the callback URL. The rest of the URL may be secret.
    url: String,
    state: DeliveryState,
    attempts: Vec<Attempt>,
    /// Fault that the mock server applies when it sends the callback.
    #[serde(skip_serializing_if = "is_nothing")]
    fault: CallbackFault,
    /// Masked body of the callback, without timestamp and signature, before a fault changes it.
    #[schemars(with = "Value")]
    body: Box<RawValue>,
}

fn is_nothing(fault: &CallbackFault) -> bool {
    *fault == CallbackFault::default()
}

impl Shown {
    fn new(delivery: Delivery, partner_id: String) -> Self {
        let callback = &delivery.callback;
        let params = callback.result().and_then(|result| result.partner_params.as_ref());
        Self {
            partner_id,
            id: delivery.id,
            smile_job_id: callback.job_id().map(str::to_owned),
            job_id: params.and_then(|params| params.job_id.clone()),
            result_code: callback.code().map(str::to_owned),
            url: mask::Shown::Host.text(&delivery.url),
            state: delivery.state,
            body: masked(callback),
            attempts: delivery.attempts,
            fault: delivery.fault,
        }
    }
}

fn masked(callback: &CallbackMessage) -> Box<RawValue> {
    let json = serde_json::to_vec(callback).unwrap_or_default();
    let masked = mask::json(&json, Part::Reply, &mut Found::default());
    masked.and_then(|json| RawValue::from_string(json).ok()).unwrap_or_default()
}

impl Operation for List {
    const METHOD: Method = Method::GET;
    const PATH: &'static str = "/callbacks";
    const SUMMARY: &'static str = "Lists the callbacks, masked, with the result of each attempt";
    type Params = OfPartner;
    type Body = Nothing;
    type Reply = Json<Callbacks>;

    fn answer(call: Call<'_>, of: OfPartner, _: Nothing) -> Result<Json<Callbacks>, Failure> {
        let partners = match of.partner(call)? {
            Some(partner) => vec![partner],
            None => call.service.engine().state.tenants.ids().cloned().collect(),
        };
        let of_partner = |partner| {
            let deliveries = call.service.callbacks(partner).into_iter();
            deliveries.map(|delivery| Shown::new(delivery, partner.to_string()))
        };
        Ok(Json(Callbacks { callbacks: partners.iter().flat_map(of_partner).collect() }))
    }
}

/// Sends a callback with any content.
pub(super) struct Emit;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    /// Id of the partner whose API key signs the callback.
    partner_id: String,
    /// URL to which the callback is sent.
    url: String,
    /// Version of the API that determines the format of the callback.
    #[serde(default)]
    version: Version,
    /// Members of the callback's body, without timestamp and signature. In version 3, `job_id` and `user_id` are sent in headers.
    result: serde_json::Map<String, Value>,
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Version {
    /// Format of versions 1 and 2: the signature is in the body.
    #[default]
    V1,
    /// Format of version 3: the signature is in headers.
    V3,
}

impl Wanted {
    fn message(self) -> Result<CallbackMessage, Failure> {
        let invalid = |error: &dyn std::error::Error| {
            let cause = error.source().map(|source| format!(": {source}")).unwrap_or_default();
            Failure::invalid("result", format!("{error}{cause}"))
        };
        match self.version {
            Version::V1 => {
                let body = serde_json::to_vec(&self.result).unwrap_or_default();
                let callback = Callback::read(&body).map_err(|error| invalid(&error))?;
                Ok(callback.trust_without_checking().0.into())
            }
            Version::V3 => {
                let result: V3JobResult =
                    serde_json::from_value(self.result.into()).map_err(|error| invalid(&error))?;
                Ok(CallbackMessage::V3(Box::new(result.into())))
            }
        }
    }
}

impl Operation for Emit {
    const METHOD: Method = Method::POST;
    const PATH: &'static str = "/callbacks";
    const SUMMARY: &'static str = "Sends a signed callback of your choice, without a job";
    type Params = Nothing;
    type Body = Wanted;
    type Reply = Json<Sent>;

    fn answer(call: Call<'_>, _: Nothing, wanted: Wanted) -> Result<Json<Sent>, Failure> {
        let of = OfPartner { partner_id: Some(wanted.partner_id.clone()) };
        let partner = of.partner(call)?.ok_or_else(Failure::unknown_partner)?;
        let url = CallbackUrl::parse(wanted.url.clone())
            .map_err(|error| Failure::invalid("url", error.to_string()))?;
        let sent = call.service.emit_callback(&partner, wanted.message()?, url.as_str(), call.wall);
        sent.map(|id| Json(Sent { id })).ok_or_else(Failure::unknown_partner)
    }
}

/// Sends a callback again.
pub(super) struct Resend;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Which {
    /// Number of the callback, unique within the partner.
    id: u64,
    /// Id of the partner that received the callback.
    partner_id: String,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct Sent {
    /// Number of the callback that is sent again.
    id: u64,
}

impl Operation for Resend {
    const METHOD: Method = Method::POST;
    const PATH: &'static str = "/callbacks/{id}/resend";
    const SUMMARY: &'static str = "Sends a callback again, with a new signature";
    type Params = Which;
    type Body = Nothing;
    type Reply = Json<Sent>;

    fn answer(call: Call<'_>, which: Which, _: Nothing) -> Result<Json<Sent>, Failure> {
        let of = OfPartner { partner_id: Some(which.partner_id) };
        let partner = of.partner(call)?.ok_or_else(Failure::unknown_partner)?;
        if call.service.resend_callback(&partner, which.id, call.wall) {
            Ok(Json(Sent { id: which.id }))
        } else {
            Err(Failure::not_found(
                "id",
                "the partner has no callback with this number: `/_mock/callbacks` lists them",
            ))
        }
    }
}
