//! Response to an asynchronous request, whose result the API sends to the callback URL.

use smileid_types::{Extra, open_struct};

open_struct! {
    /// Response to an accepted request, whose result the API will send to the callback URL.
    #[debug(all)]
    pub strict struct Accepted {
        /// True if the request was accepted.
        success: bool as bool_or_text,
    }
}

impl Accepted {
    /// Creates the response to an accepted request.
    pub fn yes() -> Self {
        Self { success: true, extra: Extra::default() }
    }
}
