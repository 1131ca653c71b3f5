//! Request fields that all lookups of IDs and businesses share.

use smileid_types::{IdInfo, PartnerParams, open_struct};

use crate::{SOURCE_SDK, SOURCE_SDK_VERSION, job::CallbackUrl};

open_struct! {
    /// Request fields of a lookup by ID number or registration number.
    #[debug(rest)]
    pub strict struct Lookup {
        /// Parameters of the job: `user_id`, `job_id`, job type and the parameters that the partner added.
        #[debug(shown)]
        partner_params: PartnerParams,
        /// Name of the program that sends the request.
        source_sdk: Option<String>,
        /// Version of the program that sends the request.
        source_sdk_version: Option<String>,
        /// Callback URL to which the API sends the result, in asynchronous requests. The PHP SDK sends it in the other requests
        /// too.
        #[debug(link)]
        callback_url: Option<String>,
    }
    rest {
        /// Identity data to look up. Its members are written beside the other members of the request.
        pub id_info: IdInfo,
    }
}

impl Lookup {
    /// Creates a lookup of the ID number in `id_info`.
    pub fn new(partner_params: PartnerParams, id_info: IdInfo) -> Self {
        Self {
            partner_params,
            source_sdk: Some(SOURCE_SDK.to_owned()),
            source_sdk_version: Some(SOURCE_SDK_VERSION.to_owned()),
            callback_url: None,
            id_info,
        }
    }

    /// Sets the callback URL, which asynchronous requests need for the result.
    #[must_use]
    pub fn with_callback(mut self, url: &CallbackUrl) -> Self {
        self.callback_url = Some(url.as_str().to_owned());
        self
    }
}
