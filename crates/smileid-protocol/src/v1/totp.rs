//! Request and response of the three steps in which the holder of a BVN gives consent.
//!
//! A BVN with consent (`BVN_MFA`) is looked up in three steps: send the number, choose the address for the code, send
//! the code. The session then replaces the number in a lookup.

use serde_json::Value;
use smileid_types::open_struct;

use crate::auth::Secret;

open_struct! {
    /// Request fields of the three consent steps. Each step uses some of them.
    #[derive(Default)]
    pub strict struct ConsentStep {
        /// Country of the ID: `NG`.
        #[debug(shown)]
        country: Option<String>,
        /// ID type: `BVN_MFA`.
        #[debug(shown)]
        id_type: Option<String>,
        /// Number of the ID, in the first step.
        #[debug(personal)]
        id_number: Option<String> as text_or_number,
        /// Id of the consent session, from the response to the first step.
        session_id: Option<Secret> as text_or_number,
        /// Way in which the one-time code is sent, in the second step.
        #[debug(shown)]
        mode: Option<String>,
        /// One-time code that the person received, in the third step.
        #[debug(shown)]
        otp: Option<Secret> as text_or_number,
    }
}

impl ConsentStep {
    pub(super) fn with_id(
        mut self,
        country: impl Into<String>,
        id_type: impl Into<String>,
        id_number: impl Into<String>,
    ) -> Self {
        self.country = Some(country.into());
        self.id_type = Some(id_type.into());
        self.id_number = Some(id_number.into());
        self
    }
}

/// Declares the constructors of a later step's `Request`, which has a session and `$field`: `Request::new(session_id, mode)`, and
/// `with_id`, which repeats the ID.
macro_rules! later_step {
    ($(#[doc = $doc:literal])* $field:ident: $type:ty) => {
        impl Request {
            $(#[doc = $doc])*
            pub fn new(session_id: impl Into<$crate::auth::Secret>, $field: impl Into<$type>) -> Self {
                Self {
                    step: ConsentStep {
                        session_id: Some(session_id.into()),
                        $field: Some($field.into()),
                        ..ConsentStep::default()
                    },
                }
            }

            /// Adds the ID again, as the web and mobile SDKs do.
            #[must_use]
            pub fn with_id(
                mut self,
                country: impl Into<String>,
                id_type: impl Into<String>,
                id_number: impl Into<String>,
            ) -> Self {
                self.step = self.step.with_id(country, id_type, id_number);
                self
            }
        }
    };
}

open_struct! {
    /// Response to a consent step.
    #[derive(Default)]
    pub strict struct ConsentState {
        /// True if the consent step succeeded.
        #[debug(shown)]
        success: Option<bool> as bool_or_text,
        /// Id of the consent session, in the response to the first step.
        session_id: Option<Secret> as text_or_number,
        /// Ways in which the one-time code can be sent, with masked phone number or email address: `{"sms": "0800…"}`.
        #[debug(personal)]
        modes: Option<Vec<Value>>,
        /// Description of the outcome for people.
        message: Option<String>,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::v1::{totp_consent, totp_consent_mode, totp_consent_otp};

    #[test]
    fn later_steps_repeat_the_id_when_told_to() {
        let id = json!({"country": "NG", "id_type": "BVN_MFA", "id_number": "00000000000"});
        let with = |more: Value| {
            let mut step = id.clone();
            step.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            step
        };
        let (country, id_type, id_number) = ("NG", "BVN_MFA", "00000000000");
        let first = totp_consent::Request::new(country, id_type, id_number);
        assert_eq!(serde_json::to_value(first).unwrap(), id);
        let second = totp_consent_mode::Request::new("s", "sms");
        assert_eq!(serde_json::to_value(&second).unwrap(), json!({"session_id": "s", "mode": "sms"}));
        assert_eq!(
            serde_json::to_value(second.with_id(country, id_type, id_number)).unwrap(),
            with(json!({"session_id": "s", "mode": "sms"}))
        );
        let third = totp_consent_otp::Request::new("s", "000000").with_id(country, id_type, id_number);
        assert_eq!(serde_json::to_value(third).unwrap(), with(json!({"session_id": "s", "otp": "000000"})));
    }
}
