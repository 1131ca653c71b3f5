//! Lookups: jobs without images, whose result is in the response.

use serde_json::Value;
use smileid_types::{IdInfo, JobType, PartnerParams, Product, ReservedName};

use super::{
    CallbackUrl, ContentTag, IdNumber, InvalidInput, JobRef, PersonName, Problem,
    content_tag::check_name,
    input::{number_or_session, required},
    person::add_id_info,
};
use crate::{
    auth::Credentials,
    endpoint::SignedEndpoint as _,
    v1::{id_verification, lookup::Lookup},
};

/// A lookup: a job without images, for an ID (job type 5) or a business (job type 7).
#[derive(Clone, Debug, PartialEq)]
pub struct LookupJob {
    pub(super) ids: JobRef,
    pub(super) product: Product,
    pub(super) partner_params: PartnerParams,
    pub(super) id_info: IdInfo,
    pub(super) callback: Option<CallbackUrl>,
}

impl LookupJob {
    /// Creates an Enhanced KYC: returns the ID authority's data for an ID number (job type 5).
    pub fn enhanced_kyc(ids: JobRef, id: IdNumber) -> Self {
        Self::new(Product::EnhancedKyc, JobType::EnhancedKyc, ids, id)
    }

    /// Creates a Basic KYC: tells if a name belongs to an ID number, and returns no other data (job type 5).
    ///
    /// # Errors
    ///
    /// If one of the names is empty.
    pub fn basic_kyc(ids: JobRef, id: IdNumber, name: PersonName<'_>) -> Result<Self, InvalidInput> {
        Self::new(Product::BasicKyc, JobType::EnhancedKyc, ids, id).with_name(name)
    }

    /// Creates a Business Verification: returns the registry's data for a registration number (job type 7).
    pub fn business_verification(ids: JobRef, id: IdNumber) -> Self {
        Self::new(Product::BusinessVerification, JobType::BusinessVerification, ids, id)
    }

    fn new(product: Product, job_type: JobType, ids: JobRef, id: IdNumber) -> Self {
        let mut id_info = IdInfo::from(id);
        id_info.entered = None; // a lookup has no card to read the number from
        Self { partner_params: ids.params(job_type), ids, product, id_info, callback: None }
    }

    /// Adds members to the ID information of the lookup. Members that `added` does not have keep their values. Common members
    /// have their own methods, such as [`with_name`](Self::with_name). A `callback_url` in `added`, where users of the Ruby SDK
    /// put it, becomes the callback URL of the lookup.
    ///
    /// # Errors
    ///
    /// If country, ID type, ID number or session differ from those that the job has. If a required member of this job
    /// is empty. If the callback URL is invalid.
    pub fn with_id_info(mut self, added: IdInfo) -> Result<Self, InvalidInput> {
        let mut id_info = std::mem::take(&mut self.id_info);
        add_id_info(&mut id_info, added)?;
        required("id_info.country", id_info.country.as_ref())?;
        required("id_info.id_type", id_info.id_type.as_ref())?;
        if self.product == Product::BusinessVerification {
            required("id_info.id_number", id_info.id_number.as_ref())?;
        } else {
            number_or_session(&id_info)?;
        }
        if self.product == Product::BasicKyc {
            required("id_info.first_name", id_info.first_name.as_ref())?;
            required("id_info.last_name", id_info.last_name.as_ref())?;
        }
        if let Some(url) = callback_among(&mut id_info)? {
            self.callback = Some(url);
        }
        self.id_info = id_info;
        // A lookup has the members of the ID in the same JSON object as the other members and the signature.
        match id_verification::Request::from(self.clone().into_lookup()).clash() {
            Some(name) => Err(InvalidInput::new(format!("id_info.{name}"), Problem::Reserved)),
            None => Ok(self),
        }
    }

    /// Sets a callback URL: the API sends the result to it too. The official PHP SDK sends one with every lookup.
    #[must_use]
    pub fn with_callback(mut self, url: CallbackUrl) -> Self {
        self.callback = Some(url);
        self
    }

    /// Adds a parameter of the partner's choice, which the API returns with the result.
    ///
    /// # Errors
    ///
    /// If the name has a field of its own, or is [`CONTENT_TAG`](super::CONTENT_TAG).
    pub fn with_partner_param(
        mut self,
        name: impl Into<String>,
        value: impl Into<Value>,
    ) -> Result<Self, ReservedName> {
        let name = name.into();
        check_name(&name)?;
        self.partner_params.set_extra(name, value)?;
        Ok(self)
    }

    /// Returns the job type of the lookup. Basic and Enhanced KYC have the same.
    pub fn job_type(&self) -> JobType {
        match self.product {
            Product::BusinessVerification => JobType::BusinessVerification,
            _ => JobType::EnhancedKyc,
        }
    }

    /// Returns the product of the lookup.
    pub fn product(&self) -> &Product {
        &self.product
    }

    /// Returns the `user_id` and `job_id` of the lookup.
    pub fn ids(&self) -> &JobRef {
        &self.ids
    }

    /// Returns the callback URL of the lookup, if there is one.
    pub fn callback_url(&self) -> Option<&CallbackUrl> {
        self.callback.as_ref()
    }

    /// Removes the additional callback URL, and returns it. Two lookups that differ in nothing else are then equal.
    pub fn take_callback_url(&mut self) -> Option<CallbackUrl> {
        self.callback.take()
    }

    /// Returns the content tag of the lookup: a hash of its content.
    pub fn content_tag(&self, credentials: &Credentials) -> ContentTag {
        let product = self.product.as_str();
        ContentTag::new(credentials, &(&self.partner_params, &self.id_info, product), &[])
    }

    /// Adds the content tag to the parameters of the lookup, so that its result is recognized.
    #[must_use]
    pub fn tagged(mut self, tag: &ContentTag) -> Self {
        tag.write_to(&mut self.partner_params);
        self
    }

    /// Returns the body of the lookup's request.
    pub fn into_lookup(self) -> Lookup {
        let lookup = Lookup::new(self.partner_params, self.id_info);
        match &self.callback {
            Some(url) => lookup.with_callback(url),
            None => lookup,
        }
    }

    /// Creates a lookup from a job in the SDKs' form. Job type 5 becomes an Enhanced KYC, as in the official SDKs, although Basic
    /// KYC has the same job type.
    pub(crate) fn checked(
        ids: JobRef,
        job_type: JobType,
        partner_params: PartnerParams,
        id_info: IdInfo,
    ) -> Result<Self, InvalidInput> {
        let product = match job_type {
            JobType::BusinessVerification => Product::BusinessVerification,
            _ => Product::EnhancedKyc,
        };
        Self { ids, product, partner_params, id_info: IdInfo::default(), callback: None }
            .with_id_info(id_info)
    }
}

/// Removes the callback URL from the ID information, because the message has a separate field for it.
fn callback_among(id_info: &mut IdInfo) -> Result<Option<CallbackUrl>, InvalidInput> {
    let invalid = |problem| InvalidInput::new("id_info.callback_url", problem);
    match id_info.take_extra("callback_url") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(address)) if address.is_empty() => Ok(None), // some SDKs send an empty text for none
        Some(Value::String(address)) => {
            CallbackUrl::parse(address).map(Some).map_err(|it| invalid(it.problem))
        }
        Some(_) => Err(invalid(Problem::WrongType { expected: "text" })),
    }
}

with_person!(LookupJob);

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::endpoint::Endpoint as _;
    use crate::{
        auth::{AuthScheme as _, Credentials, SignedBody},
        timestamp::Timestamp,
    };

    fn job() -> LookupJob {
        let id = IdNumber::new("NG", "BVN", "00000000000").unwrap();
        LookupJob::enhanced_kyc(JobRef::new("user-1", "job-1").unwrap(), id)
    }

    fn with_callback_among_members(callback: Value) -> Result<LookupJob, InvalidInput> {
        let mut id_info = IdInfo::entered("NG", "BVN", "00000000000");
        id_info.set_extra("callback_url", callback).unwrap();
        job().with_id_info(id_info)
    }

    /// Returns the request as it is sent. Null if a member name would be written twice.
    fn sent(lookup: Lookup) -> Value {
        let proof =
            SignedBody::prove(&Credentials::new("212", "key").unwrap(), &Timestamp::from_utc_millis(0));
        let request =
            id_verification::Request::from(lookup).encode(&"https://api.example".parse().unwrap(), &proof);
        serde_json::from_slice(request.unwrap().body()).unwrap()
    }

    #[test]
    fn a_callback_among_the_members_of_the_id_is_the_job_s() {
        let (own, other) =
            ("https://cb.example/own", CallbackUrl::parse("https://cb.example/other").unwrap());
        let job = with_callback_among_members(json!(own)).unwrap();
        assert_eq!(job.callback_url().map(CallbackUrl::as_str), Some(own));
        assert_eq!(sent(job.clone().into_lookup())["callback_url"], own);
        assert_eq!(sent(job.clone().into_lookup().with_callback(&other))["callback_url"], other.as_str());
        assert_eq!(sent(job.with_callback(other.clone()).into_lookup())["callback_url"], other.as_str());

        for none in [json!(null), json!("")] {
            let job = with_callback_among_members(none).unwrap();
            assert_eq!(sent(job.into_lookup()).get("callback_url"), None);
        }
        for (wrong, problem) in
            [(json!("callback"), Problem::NotAnAddress), (json!(7), Problem::WrongType { expected: "text" })]
        {
            let invalid = with_callback_among_members(wrong).unwrap_err();
            assert_eq!(invalid, InvalidInput::new("id_info.callback_url", problem));
        }
    }

    #[test]
    fn a_session_stands_in_for_a_person_s_number() {
        let ids = || JobRef::new("user-1", "job-1").unwrap();
        let id = IdNumber::by_session("NG", "BVN_MFA", "f7d1").unwrap();
        let body = sent(
            LookupJob::basic_kyc(ids(), id.clone(), PersonName { first: "Joe", last: "Leo" })
                .unwrap()
                .into_lookup(),
        );
        assert_eq!((&body["session_id"], body.get("id_number")), (&json!("f7d1"), None));
        assert!(LookupJob::enhanced_kyc(ids(), id.clone()).with_id_info(id.clone().into()).is_ok());

        let params = ids().params(JobType::BusinessVerification);
        let refused =
            LookupJob::checked(ids(), JobType::BusinessVerification, params, id.into()).unwrap_err();
        assert_eq!(refused, InvalidInput::new("id_info.id_number", Problem::Missing));
        for (country, id_type, session) in [("", "BVN_MFA", "s"), ("NG", " ", "s"), ("NG", "BVN_MFA", "")] {
            assert!(IdNumber::by_session(country, id_type, session).is_err());
        }
    }
}
