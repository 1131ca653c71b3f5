//! Charges that the real API would bill a partner.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use smileid_protocol::types::{JobResult, JobType, PartnerParams, Product, ResultCode, v3};

use super::Job;
use crate::model::{
    bounded::{BoundedFifo, Limits},
    utc_millis::UtcMillis,
};

const CHARGES: Limits = Limits { entries: 10_000, bytes: 4 << 20 };

/// Result code of the only result without a charge: the authority does not know the ID.
const FREE: &str = "1023";

/// Charges for a partner: for an image job when its archive was processed, for a lookup when it is complete.
#[derive(Serialize, Deserialize)]
pub(crate) struct Billing {
    pub(super) charges: BoundedFifo<u64, Charge>,
    totals: BTreeMap<Product, u64>,
    last: u64,
}

/// Charge for one job or lookup: [`Service::billing`](crate::Service::billing).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Charge {
    /// Product for which the partner is charged.
    pub product: Product,
    /// Job type, if the request has one.
    pub job_type: Option<JobType>,
    /// The id that the partner gave the person.
    pub user_id: Option<String>,
    /// The id that the partner gave the job.
    pub job_id: Option<String>,
    /// Number that the API gave the job or lookup, `smile_job_id`.
    pub smile_job_id: String,
    /// Time of the charge, on the partner's clock.
    pub time: UtcMillis,
}

impl Billing {
    pub(super) fn new() -> Self {
        Self { charges: BoundedFifo::new(CHARGES), totals: BTreeMap::new(), last: 0 }
    }

    /// Adds a charge for a result with this code, unless it is free.
    pub(crate) fn charge(&mut self, charge: Charge, code: Option<&ResultCode>) {
        if code.is_some_and(|code| code.as_str() == FREE) {
            return;
        }
        let text = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        let bytes = charge.smile_job_id.len() + text(&charge.user_id) + text(&charge.job_id);
        self.last += 1;
        *self.totals.entry(charge.product.clone()).or_default() += 1;
        self.charges.insert(self.last, charge, bytes);
    }

    /// Takes on the charges that were stored.
    pub(super) fn adopt(&mut self, stored: Self) {
        (self.totals, self.last) = (stored.totals, stored.last);
        self.charges.adopt(stored.charges);
    }

    /// Adds a charge for a lookup.
    pub(crate) fn charge_result(&mut self, product: Product, result: &JobResult, now: UtcMillis) {
        let number = result.smile_job_id.clone().unwrap_or_default();
        let params = result.partner_params.as_ref();
        self.charge(Charge::new(product, params, number, now), result.result_code.as_ref());
    }

    /// Returns the stored charges, the oldest first.
    pub(crate) fn charges(&self) -> impl Iterator<Item = &Charge> {
        self.charges.values()
    }

    /// Returns the number of charges by product, including charges that were removed.
    pub(crate) fn totals(&self) -> impl Iterator<Item = (&Product, u64)> {
        self.totals.iter().map(|(product, count)| (product, *count))
    }
}

impl Charge {
    /// Creates the charge for a V3 job.
    pub(crate) fn of_v3(product: &v3::Product, user_id: &str, id: &str, time: UtcMillis) -> Self {
        let known = product.row().and_then(|row| row.v1.clone());
        let product = known.unwrap_or_else(|| product.as_str().into());
        Self { user_id: Some(user_id.to_owned()), ..Self::new(product, None, id.to_owned(), time) }
    }

    /// Creates the charge for an image job.
    pub(crate) fn of_job(job: &Job, time: UtcMillis) -> Self {
        let announced = job.announced();
        let product = announced.job_type.product().map(Product::from);
        let product = product.and_then(|product| Some(product.row()?.product.clone()));
        Self {
            product: product.unwrap_or_else(|| "unknown".into()),
            job_type: Some(announced.job_type),
            user_id: Some(announced.user_id.clone()),
            job_id: Some(announced.job_id.clone()),
            smile_job_id: job.number().to_owned(),
            time,
        }
    }

    /// Creates the charge for a job or a lookup with these parameters.
    pub(crate) fn new(
        product: Product,
        params: Option<&PartnerParams>,
        smile_job_id: String,
        time: UtcMillis,
    ) -> Self {
        Self {
            product,
            job_type: params.and_then(|params| params.job_type),
            user_id: params.and_then(|params| params.user_id.clone()),
            job_id: params.and_then(|params| params.job_id.clone()),
            smile_job_id,
            time,
        }
    }
}
