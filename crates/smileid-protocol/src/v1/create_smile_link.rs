//! `POST /v1/smile_links`: makes a link that leads a person through a verification.
//!
//! Wire: documented, and seen in integrations. Pages differ on the names in the reply; both are read.

use smileid_types::{Extra, PartnerParams, open_struct};

use crate::{
    auth::{Anonymous, SignedBody},
    codec::Json,
    endpoint::{Endpoint, Spec},
};

open_struct! {
    /// Makes a link. Where its result is sent is all that must be there; the constructor asks for what makes a link of use.
    #[derive(Default)]
    #[debug(rest)]
    pub strict struct Request {
        /// Where the result is sent.
        callback_url: String,
    }
    rest {
        /// The rest of it.
        pub settings: LinkSettings,
    }
}

impl Request {
    /// A link to verify one of `id_types`.
    pub fn new(
        name: impl Into<String>,
        company_name: impl Into<String>,
        id_types: Vec<LinkIdType>,
        callback_url: impl Into<String>,
        data_privacy_policy_url: impl Into<String>,
    ) -> Self {
        Self {
            callback_url: callback_url.into(),
            settings: LinkSettings {
                name: Some(name.into()),
                company_name: Some(company_name.into()),
                id_types: Some(id_types),
                data_privacy_policy_url: Some(data_privacy_policy_url.into()),
                ..LinkSettings::default()
            },
        }
    }
}

impl Endpoint for Request {
    const SPEC: Spec = Spec::post("v1::create_smile_link", "/v1/smile_links");
    type Auth = SignedBody;
    type Codec = Json;
    type Response = SmileLink;
    type ReplyAuth = Anonymous;
}

open_struct! {
    /// What a link is made with, and what of it can be changed. `Debug` does not show who it is for.
    #[derive(Default)]
    pub strict struct LinkSettings {
        /// What the link is called in the portal.
        #[debug(shown)]
        name: Option<String>,
        /// Who asks, as the person sees it.
        company_name: Option<String>,
        /// What the person may choose from.
        #[debug(shown)]
        id_types: Option<Vec<LinkIdType>>,
        /// Where the person reads what becomes of the data.
        data_privacy_policy_url: Option<String>,
        /// Where the person is sent afterwards.
        redirect_url: Option<String>,
        /// What the person sees as a logo.
        logo_url: Option<String>,
        /// Whether it works once.
        #[debug(shown)]
        is_single_use: Option<bool> as bool_or_text,
        /// The partner's name for the person.
        #[debug(personal)]
        user_id: Option<String> as text_or_number,
        /// The partner's own members.
        #[debug(shown)]
        partner_params: Option<PartnerParams>,
        /// Until when it works, at most about 90 days ahead.
        #[debug(shown)]
        expires_at: Option<String>,
    }
}

open_struct! {
    /// What a person may choose from.
    #[derive(Default)]
    #[debug(all)]
    pub strict struct LinkIdType {
        /// The country.
        country: Option<String>,
        /// The kind of ID.
        id_type: Option<String>,
        /// How it is verified: `biometric_kyc`, `doc_verification`, `enhanced_kyc`.
        verification_method: Option<String>,
    }
}

impl LinkIdType {
    /// An ID of a country, verified by a method.
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
    /// A link. `Debug` does not show the address, nor the name that makes one with the partner's.
    #[derive(Default)]
    pub strict struct SmileLink {
        /// The API's name for it.
        #[debug(link)]
        ref_id: Option<String> as text_or_number,
        /// The address.
        #[debug(link)]
        link: Option<String>,
        /// The address, under the other name it is documented by.
        #[debug(link)]
        link_url: Option<String>,
        /// Whether it no longer works.
        #[debug(shown)]
        is_disabled: Option<bool> as bool_or_text,
    }
}

impl SmileLink {
    /// The address, under whichever name it came.
    pub fn address(&self) -> Option<&str> {
        self.link.as_deref().or(self.link_url.as_deref())
    }
}
