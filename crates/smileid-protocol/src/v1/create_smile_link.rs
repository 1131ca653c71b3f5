//! `POST /v1/smile_links`: creates a Smile Link, a web page that guides a person through a verification.
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
    /// Request that creates a Smile Link. The API requires only the callback URL. The constructor also requires the members
    /// without which a link is useless.
    #[derive(Default)]
    #[debug(rest)]
    pub strict struct Request {
        /// Callback URL to which the API sends the result.
        callback_url: String,
    }
    rest {
        /// All other settings of the Smile Link.
        pub settings: LinkSettings,
    }
}

impl Request {
    /// Creates a request for a link where a person verifies an ID of `id_types`. The API sends the result to `callback`.
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

/// Texts on the web page of a Smile Link. The struct has named fields, so that the texts are not swapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "a literal names its members; a constructor's arguments can be swapped"
)]
pub struct LinkPage<'a> {
    /// Name of the Smile Link in the partner portal.
    pub name: &'a str,
    /// Name of the company that the page shows to the person.
    pub company_name: &'a str,
    /// URL of the privacy policy that the page shows to the person.
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
    /// Settings of a Smile Link, which can be changed later. `Debug` hides the person's data.
    #[derive(Default)]
    pub strict struct LinkSettings {
        /// Name of the Smile Link in the partner portal.
        #[debug(shown)]
        name: Option<String>,
        /// Name of the company that the page shows to the person.
        company_name: Option<String>,
        /// IDs of which the person can choose one.
        #[debug(shown)]
        id_types: Option<Vec<LinkIdType>>,
        /// URL of the privacy policy that the page shows to the person.
        data_privacy_policy_url: Option<String>,
        /// URL to which the person is redirected after the verification.
        redirect_url: Option<String>,
        /// URL of the logo that the page shows to the person.
        logo_url: Option<String>,
        /// True if the Smile Link can be used only once.
        #[debug(shown)]
        is_single_use: Option<bool> as bool_or_text,
        /// The id that the partner gave the person.
        #[debug(personal)]
        user_id: Option<String> as text_or_number,
        /// Parameters that the partner adds. The API returns them in the result.
        #[debug(shown)]
        partner_params: Option<PartnerParams>,
        /// Time at which the Smile Link expires, at most about 90 days in the future.
        #[debug(shown)]
        expires_at: Option<String>,
    }
}

open_struct! {
    /// An ID that a person can choose on the page of a Smile Link.
    #[derive(Default)]
    #[debug(all)]
    pub strict struct LinkIdType {
        /// Country that issued the ID, in two capital letters.
        country: Option<String>,
        /// ID type, such as `BVN`.
        id_type: Option<String>,
        /// Product with which the ID is verified: `biometric_kyc`, `doc_verification`, `enhanced_kyc`.
        verification_method: Option<String>,
    }
}

impl LinkIdType {
    /// Creates an ID choice for a Smile Link: country, ID type and verification method.
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
    /// Response with a Smile Link. `Debug` hides its URL, and the id from which the URL can be derived.
    #[derive(Default)]
    pub strict struct SmileLink {
        /// The id that the API gave the Smile Link.
        #[debug(link)]
        ref_id: Option<String> as text_or_number,
        /// URL of the Smile Link.
        #[debug(link)]
        link: Option<String>,
        /// URL of the Smile Link, under the other documented member name.
        #[debug(link)]
        link_url: Option<String>,
        /// True if the Smile Link is disabled.
        #[debug(shown)]
        is_disabled: Option<bool> as bool_or_text,
    }
}

impl SmileLink {
    /// Returns the URL of the Smile Link, under either member name.
    pub fn address(&self) -> Option<&str> {
        self.link.as_deref().or(self.link_url.as_deref())
    }
}
