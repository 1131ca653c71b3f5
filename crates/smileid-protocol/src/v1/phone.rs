//! Request fields that both phone verifications share.

use smileid_types::{PartnerParams, open_struct};

use crate::job::CallbackUrl;

open_struct! {
    /// Request fields of a phone number verification: the phone number, and data to compare with its owner.
    #[derive(Default)]
    pub strict struct PhoneCheck {
        /// Country of the phone number.
        #[debug(shown)]
        country: String,
        /// Phone number to verify.
        phone_number: String as text_or_number,
        /// Data to compare with the data of the phone number's owner.
        match_fields: MatchFields as default,
        /// Callback URL to which the API sends the result.
        callback_url: Option<String>,
        /// Parameters that the partner adds. The API returns them in the result.
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

    /// Sets the callback URL, which asynchronous requests need for the result.
    #[must_use]
    pub fn with_callback(mut self, url: &CallbackUrl) -> Self {
        self.callback_url = Some(url.as_str().to_owned());
        self
    }
}

open_struct! {
    /// Data to compare with the data of the phone number's owner.
    #[derive(Default)]
    #[debug(nothing)]
    pub strict struct MatchFields {
        /// First name of the expected owner.
        first_name: Option<String>,
        /// Last name of the expected owner.
        last_name: Option<String>,
        /// Other name of the expected owner.
        other_name: Option<String>,
        /// ID number of the expected owner.
        id_number: Option<String> as text_or_number,
    }
}
