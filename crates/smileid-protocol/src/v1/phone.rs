//! Request fields that both phone verifications share.

use smileid_types::{PartnerParams, open_struct};

use crate::job::CallbackUrl;

open_struct! {
    /// Fields of a phone verification: the number, and data to compare with its owner.
    #[derive(Default)]
    pub strict struct PhoneCheck {
        /// Country of the number.
        #[debug(shown)]
        country: String,
        /// Phone number to verify.
        phone_number: String as text_or_number,
        /// Data to compare with the number's owner.
        match_fields: MatchFields as default,
        /// Callback URL for the result.
        callback_url: Option<String>,
        /// The partner's own members, which are returned in the result.
        #[debug(shown)]
        partner_params: Option<PartnerParams>,
    }
}

impl PhoneCheck {
    /// Creates a check of the owner of a phone number.
    pub fn new(
        country: impl Into<String>,
        phone_number: impl Into<String>,
        match_fields: MatchFields,
    ) -> Self {
        Self { country: country.into(), phone_number: phone_number.into(), match_fields, ..Self::default() }
    }

    /// Sets the callback URL for the result, which the asynchronous call needs.
    #[must_use]
    pub fn with_callback(mut self, url: &CallbackUrl) -> Self {
        self.callback_url = Some(url.as_str().to_owned());
        self
    }
}

open_struct! {
    /// Data to compare with the number's owner.
    #[derive(Default)]
    #[debug(nothing)]
    pub strict struct MatchFields {
        /// First name.
        first_name: Option<String>,
        /// Last name.
        last_name: Option<String>,
        /// Other name.
        other_name: Option<String>,
        /// ID number.
        id_number: Option<String> as text_or_number,
    }
}
