//! Routes that list, add and remove the partners that the mock server knows.

use http::{Method, StatusCode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smileid_protocol::auth::{Credentials, InvalidCredential, PartnerId};

use super::{Call, Created, Failure, Json, Nothing, Operation};
use crate::{
    model::{observer::Seen, secret::Secret},
    state::{MOST_PARTNERS, Tenants, tenant::Tenant},
};

/// Lists the partners that the mock server knows.
pub(super) struct List;

#[derive(Serialize, JsonSchema)]
pub(super) struct Partners {
    partners: Vec<Partner>,
}

#[derive(Serialize, JsonSchema)]
struct Partner {
    partner_id: PartnerIdText,
    /// Number of image jobs that are stored for the partner.
    jobs: usize,
}

/// A partner id with its leading zeros.
#[derive(Serialize, JsonSchema)]
#[serde(transparent)]
struct PartnerIdText(String);

impl Operation for List {
    const METHOD: Method = Method::GET;
    const PATH: &'static str = "/partners";
    const SUMMARY: &'static str = "Lists the partners";
    type Params = Nothing;
    type Body = Nothing;
    type Reply = Json<Partners>;

    fn answer(call: Call<'_>, _: Nothing, _: Nothing) -> Result<Json<Partners>, Failure> {
        let engine = call.service.engine();
        let state = &engine.state;
        let partners = state.tenants.iter().map(|(id, tenant)| Partner {
            partner_id: PartnerIdText(id.to_string()),
            jobs: tenant.jobs.list().count(),
        });
        Ok(Json(Partners { partners: partners.collect() }))
    }
}

/// Adds a partner, with an id and an API key.
pub(super) struct Make;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    /// Partner id; generated if absent.
    partner_id: Option<String>,
    /// API key; generated if absent.
    api_key: Option<String>,
}

/// Partner that was added, with its API key. The key of a mock server is not secret.
#[derive(Serialize, JsonSchema)]
pub(super) struct Made {
    partner_id: PartnerIdText,
    api_key: String,
}

impl Operation for Make {
    const METHOD: Method = Method::POST;
    const PATH: &'static str = "/partners";
    const SUMMARY: &'static str = "Creates a partner with its own jobs, users, journal and clock";
    type Params = Nothing;
    type Body = Wanted;
    type Reply = Created<Made>;

    fn answer(call: Call<'_>, _: Nothing, wanted: Wanted) -> Result<Created<Made>, Failure> {
        let secret = &call.service.settings().secret;
        let mut engine = call.service.engine();
        let state = &mut engine.state;
        let id = wanted.partner_id.unwrap_or_else(|| free(&state.tenants, secret));
        let api_key = wanted.api_key.unwrap_or_else(|| secret.name(&["api key", &id]));
        let credentials = Credentials::new(&*id, &*api_key).map_err(|error| match error {
            InvalidCredential::PartnerId | InvalidCredential::LongPartnerId => {
                Failure::invalid("partner_id", error.to_string())
            }
            _ => Failure::invalid("api_key", error.to_string()),
        })?;
        if state.tenants.contains(credentials.partner_id()) {
            return Err(Failure::new(
                StatusCode::CONFLICT,
                "a partner with this id exists already: use another id, or remove that partner",
            )
            .with_field("partner_id"));
        }
        // Adding one more removes the partner that was unused for the longest time.
        if state.tenants.len() >= MOST_PARTNERS && !state.remove_idlest() {
            let error = format!("the limit of {MOST_PARTNERS} partners is reached: remove one");
            return Err(Failure::new(StatusCode::CONFLICT, error));
        }
        let turn = state.turn();
        let tenant = Tenant::new(credentials, call.service.settings().clock, turn);
        let partner = tenant.credentials().partner_id().clone();
        state.tenants.insert(tenant);
        state.seed(Some(&partner));
        Ok(Created(Made { partner_id: PartnerIdText(id), api_key }))
    }
}

/// Removes a partner.
pub(super) struct Remove;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Which {
    /// Id of the partner to remove.
    partner_id: String,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct Removed {
    /// Partner that was removed.
    partner_id: PartnerIdText,
}

impl Operation for Remove {
    const METHOD: Method = Method::DELETE;
    const PATH: &'static str = "/partners/{partner_id}";
    const SUMMARY: &'static str = "Removes a partner with its data and the rules for this partner only";
    type Params = Which;
    type Body = Nothing;
    type Reply = Json<Removed>;

    fn answer(call: Call<'_>, which: Which, _: Nothing) -> Result<Json<Removed>, Failure> {
        let partner_id = PartnerId::new(which.partner_id).map_err(|_| Failure::unknown_partner())?;
        let mut engine = call.service.engine();
        let state = &mut engine.state;
        if !state.remove(&partner_id) {
            return Err(Failure::unknown_partner());
        }
        state.reset_rules(Some(&partner_id));
        drop(engine);
        call.service.engine().changed();
        call.service.lock_journal().clear(Some(&partner_id));
        call.service.show(Seen::Reset { partner_id: Some(&partner_id) });
        Ok(Json(Removed { partner_id: PartnerIdText(partner_id.to_string()) }))
    }
}

/// Returns an unused partner id of four digits. One is always unused, because the number of partners is limited.
fn free(tenants: &Tenants, secret: &Secret) -> String {
    let count = tenants.len().to_string();
    let mut ids = (0_u64..).map(|attempt| {
        let [first, second, ..] = secret.digest(&["partner", &count, &attempt.to_string()]);
        format!("{:04}", 1000 + u32::from(u16::from_be_bytes([first, second])) % 9000)
    });
    let is_free = |id: &String| PartnerId::new(&**id).is_ok_and(|id| !tenants.contains(&id));
    ids.find(is_free).unwrap_or_default()
}
