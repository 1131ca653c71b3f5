//! `POST /v3/enhanced_kyc`: looks up an ID number and compares the authority's record with the person's details.
//!
//! Wire: recorded from the official SDKs; the official OpenAPI description.

use smileid_types::Extra;

use super::{Accepted, Consent, Metadata, UserDetails, UserId, id_parts};
use crate::{
    auth::{Anonymous, TokenHeader},
    codec::Multipart,
    endpoint::{Endpoint, Spec},
    job::{IdNumber, InvalidInput},
};

form! {
    /// Request that looks up an ID number, and compares the authority's record with the details of the person.
    pub struct Request {
        /// Country that issued the ID, in two capital letters.
        #[debug(shown)]
        country: String,
        /// ID type, such as `NATIONAL_ID`.
        #[debug(shown)]
        id_type: String,
        /// Number of the ID.
        id_number: String,
        /// Name of the person, with email address or phone number.
        user_details: UserDetails,
        /// The person's consent to the check.
        #[debug(shown)]
        consent: Consent,
        /// The id that the partner gave the person. If absent, the API creates an id.
        user_id: Option<UserId>,
        /// HTTPS URL to which the API sends the result. If absent, the callback URL in the partner portal is used.
        callback_url: Option<String>,
        /// Code of the bank, for ID types that require it.
        bank_code: Option<String>,
        /// Mobile network operator, for ID types that require it.
        operator: Option<String>,
        /// Parameters that the partner adds. The API returns them in the result.
        #[debug(shown)]
        partner_params: Option<Extra>,
        /// Data about the device, sent by mobile clients.
        metadata: Option<Vec<Metadata>>,
    }
    const HEADERS = [("user_id", "user-id")];
}

job_options!(Request);

impl Request {
    /// Creates the request of an enhanced KYC.
    ///
    /// ```
    /// use smileid_protocol::{job::{IdNumber, PersonName}, timestamp::Timestamp, v3::{Consent, UserDetails, enhanced_kyc}};
    ///
    /// let name = PersonName { first: "Amina Fatou", last: "Clearwater" };
    /// let person = UserDetails::by_email(name, "amina.clearwater@example.com")?;
    /// let consent = Consent::granted(Timestamp::from_utc_millis(1_790_000_000_000), "EN", "https://partner.example/privacy")?;
    /// let request = enhanced_kyc::Request::new(IdNumber::new("NG", "NIN", "00000000000")?, person, consent)?;
    /// assert_eq!(request.country(), "NG");
    /// # Ok::<(), smileid_protocol::job::InvalidInput>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the ID has a consent session instead of a number: V3 does not support such sessions.
    pub fn new(id: IdNumber, person: UserDetails, consent: Consent) -> Result<Self, InvalidInput> {
        let (country, id_type, id_number) = id_parts(id)?;
        Ok(Self {
            country,
            id_type,
            id_number,
            user_details: person,
            consent,
            user_id: None,
            callback_url: None,
            bank_code: None,
            operator: None,
            partner_params: None,
            metadata: None,
            other: Vec::new(),
        })
    }

    /// Sets the code of the bank, for ID types that require it.
    #[must_use]
    pub fn with_bank_code(self, bank_code: impl Into<String>) -> Self {
        Self { bank_code: Some(bank_code.into()), ..self }
    }

    /// Sets the mobile network operator, for ID types that require it.
    #[must_use]
    pub fn with_operator(self, operator: impl Into<String>) -> Self {
        Self { operator: Some(operator.into()), ..self }
    }
}

impl Endpoint for Request {
    const SPEC: Spec = Spec::post("v3::enhanced_kyc", "/v3/enhanced_kyc").accepted();
    type Auth = TokenHeader;
    type Codec = Multipart;
    type Response = Accepted;
    type ReplyAuth = Anonymous;
}
