//! The reply of calls whose result comes to the callback URL.

use smileid_types::{Extra, open_struct};

open_struct! {
    /// The request was taken; its result will be called back.
    #[debug(all)]
    pub strict struct Accepted {
        /// Whether it was.
        success: bool as bool_or_text,
    }
}

impl Accepted {
    /// It was taken.
    pub fn yes() -> Self {
        Self { success: true, extra: Extra::default() }
    }
}
