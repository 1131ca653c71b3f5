//! `POST /v1/smile_links`: creates a link that leads a person through a verification.
//!
//! Wire: documented, and seen in integrations. Pages differ on the names in the reply; both are read.

use smileid_types::{Extra, PartnerParams, open_struct};

use crate::{
    auth::{Anonymous, SignedBody},
    codec::Json,
    endpoint::{Endpoint, Spec},
    job::CallbackUrl,
};

open_struct! {
    /// Request that creates a link. The API requires only the callback URL. The constructor also requires the members
    /// without which a link is useless.
    #[derive(Default)]
    #[debug(rest)]
    pub strict struct Request {
        /// Callback URL for the result.
        callback_url: String,
    }
    rest {
        /// All other settings of the link.
        pub settings: LinkSettings,
    }
}

impl Request {
    /// Creates a link to verify one of `id_types`, whose result is sent to `callback`.
    pub fn new(page: LinkPage<'_>, id_types: Vec<LinkIdType>, callback: &CallbackUrl) -> Self {
        Self {
            callback_url: callback.as_str().to_owned(),
            settings: LinkSettings {
                name: Some(page.name.to_owned()),
                company_name: Some(page.company_name.to_owned()),
                id_types: Some(id_types),
                data_privacy_policy_url: Some(page.data_privacy_policy_url.to_owned()),
                ..LinkSettings::default()
            },
        }
    }
}

/// Texts of a link. The members have names, because they are all text and can be swapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "a literal names its members; a constructor's arguments can be swapped"
)]
pub struct LinkPage<'a> {
    /// Name of the link in the portal.
    pub name: &'a str,
    /// Name of the company, as shown to the person.
    pub company_name: &'a str,
    /// URL of the privacy policy that is shown to the person.
    pub data_privacy_policy_url: &'a str,
}

impl Endpoint for Request {
    const SPEC: Spec = Spec::post("v1::create_smile_link", "/v1/smile_links");
    type Auth = SignedBody;
    type Codec = Json;
    type Response = SmileLink;
    type ReplyAuth = Anonymous;
}

open_struct! {
    /// Settings of a link; these can be changed later. `Debug` does not show the person's data.
    #[derive(Default)]
    pub strict struct LinkSettings {
        /// Name of the link in the portal.
        #[debug(shown)]
        name: Option<String>,
        /// Name of the company, as shown to the person.
        company_name: Option<String>,
        /// IDs that the person may choose from.
        #[debug(shown)]
        id_types: Option<Vec<LinkIdType>>,
        /// URL of the privacy policy that is shown to the person.
        data_privacy_policy_url: Option<String>,
        /// URL that the person is sent to afterwards.
        redirect_url: Option<String>,
        /// URL of the logo that is shown to the person.
        logo_url: Option<String>,
        /// True if it works only once.
        #[debug(shown)]
        is_single_use: Option<bool> as bool_or_text,
        /// The partner's `user_id`.
        #[debug(personal)]
        user_id: Option<String> as text_or_number,
        /// The partner's own members, which are returned in the result.
        #[debug(shown)]
        partner_params: Option<PartnerParams>,
        /// Time until which it works, at most about 90 days ahead.
        #[debug(shown)]
        expires_at: Option<String>,
    }
}

open_struct! {
    /// An ID that a person may choose.
    #[derive(Default)]
    #[debug(all)]
    pub strict struct LinkIdType {
        /// Country of the ID: two capital letters.
        country: Option<String>,
        /// The ID type, such as `BVN`.
        id_type: Option<String>,
        /// Verification method: `biometric_kyc`, `doc_verification`, `enhanced_kyc`.
        verification_method: Option<String>,
    }
}

impl LinkIdType {
    /// Creates the choice of an ID of a country, verified by a method.
    pub fn new(country: impl Into<String>, id_type: impl Into<String>, method: impl Into<String>) -> Self {
        Self {
            country: Some(country.into()),
            id_type: Some(id_type.into()),
            verification_method: Some(method.into()),
            extra: Extra::default(),
        }
    }
}

open_struct! {
    /// A link. `Debug` does not show the address, nor the name from which the address can be derived with the partner's
    /// name.
    #[derive(Default)]
    pub strict struct SmileLink {
        /// The API's id of the link.
        #[debug(link)]
        ref_id: Option<String> as text_or_number,
        /// URL of the link.
        #[debug(link)]
        link: Option<String>,
        /// The address, under the other documented name.
        #[debug(link)]
        link_url: Option<String>,
        /// True if it no longer works.
        #[debug(shown)]
        is_disabled: Option<bool> as bool_or_text,
    }
}

impl SmileLink {
    /// Returns the address, under either name.
    pub fn address(&self) -> Option<&str> {
        self.link.as_deref().or(self.link_url.as_deref())
    }
}
