//! Route that lists the charges for requests and jobs.

use std::collections::BTreeMap;

use http::Method;
use schemars::JsonSchema;
use serde::Serialize;
use smileid_protocol::types::JobType;

use super::{Call, Failure, Json, Nothing, OfPartner, Operation};
use crate::state::tenant::Charge;

/// Lists billable requests and jobs.
pub(super) struct Billing;

#[derive(Serialize, JsonSchema)]
pub(super) struct Bill {
    /// Number of all charges, including old ones that are no longer listed.
    total: u64,
    /// Number of charges by product.
    products: BTreeMap<String, u64>,
    /// Newest charges, grouped by partner; the oldest of a partner first.
    charges: Vec<Charged>,
}

#[derive(Serialize, JsonSchema)]
struct Charged {
    partner_id: String,
    product: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    job_type: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    job_id: Option<String>,
    /// Number of the job, `smile_job_id`.
    smile_job_id: String,
    /// Time of the charge, on the partner's clock.
    time: String,
}

impl Operation for Billing {
    const METHOD: Method = Method::GET;
    const PATH: &'static str = "/billing";
    const SUMMARY: &'static str = "Lists the charges for requests and jobs";
    type Params = OfPartner;
    type Body = Nothing;
    type Reply = Json<Bill>;

    fn answer(call: Call<'_>, of: OfPartner, _: Nothing) -> Result<Json<Bill>, Failure> {
        let engine = call.service.engine();
        let state = &engine.state;
        let mut bill = Bill { total: 0, products: BTreeMap::new(), charges: Vec::new() };
        for (id, tenant) in state.tenants.iter() {
            if of.partner_id.as_ref().is_some_and(|wanted| wanted != id.as_str()) {
                continue;
            }
            for (product, count) in tenant.billing.totals() {
                bill.total += count;
                *bill.products.entry(product.to_string()).or_default() += count;
            }
            bill.charges.extend(tenant.billing.charges().map(|charge| Charged::new(charge, id.as_str())));
        }
        Ok(Json(bill))
    }
}

impl Charged {
    fn new(charge: &Charge, partner_id: &str) -> Self {
        Self {
            partner_id: partner_id.to_owned(),
            product: charge.product.to_string(),
            job_type: charge.job_type.map(JobType::number),
            user_id: charge.user_id.clone(),
            job_id: charge.job_id.clone(),
            smile_job_id: charge.smile_job_id.clone(),
            time: charge.time.timestamp().to_string(),
        }
    }
}
