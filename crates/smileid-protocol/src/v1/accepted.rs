//! Response to an asynchronous request, whose result is sent to the callback URL.

use smileid_types::{Extra, open_struct};

open_struct! {
    /// The request was accepted; its result will be sent to the callback URL.
    #[debug(all)]
    pub strict struct Accepted {
        /// True if the request was accepted.
        success: bool as bool_or_text,
    }
}

impl Accepted {
    /// Creates the reply to an accepted request.
    pub fn yes() -> Self {
        Self { success: true, extra: Extra::default() }
    }
}
