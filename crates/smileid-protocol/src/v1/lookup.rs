//! Request fields that all lookups of IDs and businesses share.

use smileid_types::{IdInfo, PartnerParams, open_struct};

use crate::{SOURCE_SDK, SOURCE_SDK_VERSION, job::CallbackUrl};

open_struct! {
    /// Fields of a lookup by ID number or registration number.
    #[debug(rest)]
    pub strict struct Lookup {
        /// Parameters of the job: `user_id`, `job_id`, job type and the partner's own members.
        #[debug(shown)]
        partner_params: PartnerParams,
        /// Name of the software that sends the request.
        source_sdk: Option<String>,
        /// Version of that software.
        source_sdk_version: Option<String>,
        /// Callback URL for the result, in the asynchronous calls. The PHP SDK sends it in the others too.
        #[debug(link)]
        callback_url: Option<String>,
    }
    rest {
        /// The ID information, whose members are beside the others.
        pub id_info: IdInfo,
    }
}

impl Lookup {
    /// Creates a lookup of the number of `id_info`.
    pub fn new(partner_params: PartnerParams, id_info: IdInfo) -> Self {
        Self {
            partner_params,
            source_sdk: Some(SOURCE_SDK.to_owned()),
            source_sdk_version: Some(SOURCE_SDK_VERSION.to_owned()),
            callback_url: None,
            id_info,
        }
    }

    /// Sets the callback URL for the result, which the asynchronous calls need.
    #[must_use]
    pub fn with_callback(mut self, url: &CallbackUrl) -> Self {
        self.callback_url = Some(url.as_str().to_owned());
        self
    }
}
