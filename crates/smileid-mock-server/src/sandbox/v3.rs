//! Results of V3 jobs: from a scenario, from `sandbox_result`, or from the sandbox's test identities.

use serde_json::{Map, Value, json};
use smileid_protocol::{
    types::{
        Category, Extra, ResultCode,
        v3::{IdFields, IdentityRow, JobResult, Product, Reason, Status, UserInfo},
    },
    v3::{Consent, UserDetails},
};

use crate::{
    control::scenario::{self, Scenario, ScenarioStatus},
    model::{unknown_identity::UnknownIdentityPolicy, utc_millis::UtcMillis},
};

/// Error message for a person who is not a test identity.
pub(crate) const UNKNOWN_IDENTITY: &str = "In sandbox mode, requests must use a recognized test identity. Please \
                                           check the documentation for valid test identities.";

/// Error: the person is not a test identity, and the mock server is configured to refuse such jobs.
pub(crate) struct UnknownIdentity;

/// Input that determines the result of a V3 job.
pub(crate) struct Identity<'a> {
    pub(crate) product: &'a Product,
    pub(crate) person: &'a UserDetails,
    /// True if the access token has references to the person's data. They match no test identity.
    pub(crate) is_bound: bool,
    /// True if the person was reported for fraud.
    pub(crate) is_fraudulent: bool,
    pub(crate) sandbox_result: Option<u32>,
}

/// Result of a V3 job: status, reason and changed members.
pub(crate) struct Decided {
    status: Status,
    reason: Option<Reason>,
    message: Option<String>,
    /// Members of the result to set, or to remove if they are null.
    set: Extra,
}

impl Identity<'_> {
    /// Determines the result of a job. The first that applies wins: scenario, fraud report, `sandbox_result`, test identity.
    pub(crate) fn decide(
        &self,
        scenario: Option<&Scenario>,
        policy: UnknownIdentityPolicy,
    ) -> Result<Decided, UnknownIdentity> {
        let mut decided = match scenario.and_then(|it| Some((it.status.as_ref()?, &it.reason))) {
            Some((ScenarioStatus::Job(status), reason)) => Decided::new(status.clone(), reason.clone()),
            _ => self.without_scenario(policy)?,
        };
        if let Some(scenario) = scenario {
            decided.message.clone_from(&scenario.text);
            decided.set = scenario.set.clone();
        }
        Ok(decided)
    }

    fn without_scenario(&self, policy: UnknownIdentityPolicy) -> Result<Decided, UnknownIdentity> {
        if self.is_fraudulent {
            return Ok(Decided::new(Status::Block, Some(Reason::AccountLockedFraud)));
        }
        if let Some(code) = self.sandbox_result {
            return Ok(of_code(code));
        }
        let email = self.person.email().unwrap_or_default();
        let row = IdentityRow::of_person(self.person.given_names(), self.person.last_name(), email);
        match row.filter(|row| !self.is_bound && row.products.contains(self.product)) {
            Some(row) => Ok(Decided::new(row.status.clone(), row.reason.clone())),
            None if policy == UnknownIdentityPolicy::Refuse => Err(UnknownIdentity),
            None => Ok(Decided::new(Status::Block, Some(unknown_reason(self.product)))),
        }
    }
}

/// Returns the result for a result code of version 1, from the meaning of the code. Inferred: no source lists the codes for V3.
fn of_code(code: u32) -> Decided {
    let code = format!("{code:04}");
    let row = ResultCode::rows().iter().find(|row| row.code == code);
    match row.map(|row| &row.category) {
        Some(Category::Approved) => Decided::new(Status::Clear, None),
        Some(Category::Provisional) => Decided::new(Status::Attention, Some(Reason::MediumRisk)),
        Some(Category::Rejected) => Decided::new(Status::Block, Some(Reason::FaceVerificationFailed)),
        _ => Decided::new(Status::Error, Some(Reason::InternalError)),
    }
}

/// Returns the reason for blocking a person who is not a test identity. Inferred: the SDKs name only the status.
fn unknown_reason(product: &Product) -> Reason {
    match product {
        Product::EnhancedKyc | Product::BiometricKyc | Product::EnhancedDocumentVerification => {
            Reason::IdentifierNotFound
        }
        Product::DocumentVerification | Product::ResidencyDocumentVerification => Reason::DocumentCheckFailed,
        _ => Reason::FaceVerificationFailed,
    }
}

/// Values of a V3 job request that its result repeats.
pub(crate) struct Facts<'a> {
    /// Ids of the job and of the person.
    pub(crate) ids: (&'a str, &'a str),
    pub(crate) person: &'a UserDetails,
    pub(crate) consent: &'a Consent,
    pub(crate) partner_params: Option<&'a Extra>,
    /// Country, ID type and ID number.
    pub(crate) id: [Option<&'a str>; 3],
    pub(crate) created: UtcMillis,
}

impl Decided {
    fn new(status: Status, reason: Option<Reason>) -> Self {
        Self { status, reason, message: None, set: Extra::default() }
    }

    pub(crate) fn is_clear(&self) -> bool {
        self.status == Status::Clear
    }

    /// Returns true if the job is charged. Inferred from version 1: a check that could not be made is free, and so is an ID
    /// number that the authority does not know.
    pub(crate) fn is_charged(&self) -> bool {
        self.status != Status::Error && self.reason != Some(Reason::IdentifierNotFound)
    }

    /// Returns the result of the job, which is the body of the callback.
    pub(crate) fn result(&self, product: &Product, facts: &Facts<'_>) -> JobResult {
        let mut result = JobResult::default();
        result.status = Some(self.status.clone());
        result.reason.clone_from(&self.reason);
        result.message = Some(self.message.clone().unwrap_or_else(|| "Job completed".to_owned()));
        result.product = Some(product.clone());
        (result.job_id, result.user_id) = (Some(facts.ids.0.to_owned()), Some(facts.ids.1.to_owned()));
        result.created_at = Some(facts.created.timestamp().to_string());
        result.partner_params = facts.partner_params.filter(|params| !params.is_empty()).cloned();
        result.user_provided_info = Some(user_info(facts.person));
        result.consent = Some(consent_record(facts.consent));
        if matches!(self.status, Status::Clear | Status::Attention) {
            result.id_fields = id_fields(facts);
        }
        // The API always sends these members, also when they are empty.
        let empty = [
            ("reason", result.reason.is_none()),
            ("partner_params", result.partner_params.is_none()),
            ("kyc_receipt", true),
            ("antifraud", true),
            ("device_signals", true),
        ];
        let empty = empty.into_iter().filter(|(_, is_empty)| *is_empty);
        let members: Map<String, Value> = empty.map(|(name, _)| (name.to_owned(), Value::Null)).collect();
        result.extra = members.into();
        scenario::with_members(result, &self.set)
    }
}

fn user_info(person: &UserDetails) -> UserInfo {
    let mut info = UserInfo::default();
    info.given_names = Some(person.given_names().to_owned());
    info.last_name = Some(person.last_name().to_owned());
    info.email = person.email().map(str::to_owned);
    info.phone_number = person.phone_number().map(str::to_owned);
    info
}

fn consent_record(consent: &Consent) -> Value {
    json!({
        "schema_version": "ISO27560-v1",
        "granted": true,
        "granted_at": consent.granted_at().as_str(),
        "notice_language": consent.notice_language(),
        "notice_privacy_policy_url": consent.notice_privacy_policy_url(),
    })
}

/// Returns the data of the ID, for products that have one.
fn id_fields(facts: &Facts<'_>) -> Option<IdFields> {
    let [country, id_type, id_number] = facts.id.map(|text| text.map(str::to_owned));
    country.as_ref()?;
    let mut fields = IdFields::default();
    (fields.country, fields.id_type, fields.id_number) = (country, id_type, id_number);
    fields.first_name = Some(facts.person.given_names().to_owned());
    fields.last_name = Some(facts.person.last_name().to_owned());
    fields.full_name = Some(format!("{} {}", facts.person.given_names(), facts.person.last_name()));
    Some(fields)
}
