//! Callback faults: disturbances that the mock server applies when it sends callbacks.

use std::{num::NonZeroU32, time::Duration};

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use serde_json::{Map, Value};

use super::{
    faults::InvalidFault,
    rules::{RuleKind, from_one},
};
use crate::{model::duration, request::Route};

/// Fault of a callback: it is applied each time the callback is sent.
///
/// Members can be combined: a duplicate can be delayed and have a wrong signature.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct CallbackFault {
    /// Delay of the first delivery attempt, such as `5m`. Retries are not delayed again.
    #[serde(with = "duration::optional", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub delay: Option<Duration>,
    /// True to never send the callback.
    #[serde(skip_serializing_if = "is_false")]
    pub drop: bool,
    /// Number of additional deliveries of the callback, each in a separate request and with its own signature.
    #[serde(skip_serializing_if = "is_zero")]
    pub duplicates: u8,
    /// True to send the callback after the partner's next callback. If there is none within a minute, the callback is sent then.
    #[serde(skip_serializing_if = "is_false")]
    pub reorder: bool,
    /// True to sign the callback with a wrong API key.
    #[serde(skip_serializing_if = "is_false")]
    pub wrong_signature: bool,
    /// Moves the signed timestamp into the past by this duration, such as `10m`, so that the callback is too old.
    #[serde(with = "duration::optional", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub stale: Option<Duration>,
    /// Moves the signed timestamp into the future by this duration, such as `1h`.
    #[serde(with = "duration::optional", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub future: Option<Duration>,
    /// Members that replace those of the callback's body; null removes a member. The signature stays valid, because it does not
    /// cover the body.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub alter: Map<String, Value>,
    /// Time over which the body is sent in pieces, such as `2s`. The headers are sent at once.
    #[serde(with = "duration::optional", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub slow: Option<Duration>,
    /// Simulated response of the receiver. No request is sent, and the delivery attempt ends with this result.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receiver: Option<Receiver>,
}

impl RuleKind for CallbackFault {
    const NAME: &'static str = "callback";

    fn endpoints() -> Vec<&'static str> {
        Route::Callback.name().into_iter().collect()
    }

    fn problem(&self) -> Option<String> {
        let Self { drop, slow, stale, future, receiver, .. } = self;
        let dropped_alone = Self { drop: *drop, ..Self::default() };
        // No request is sent to the receiver, so a slow body has no effect.
        let is_never_sent = matches!(
            receiver,
            Some(Receiver::Answers { times: None, .. } | Receiver::KeepsSilent { times: None })
        );
        if *drop && *self != dropped_alone {
            return Some("`drop` sends nothing: remove the other members".to_owned());
        }
        if slow.is_some() && is_never_sent {
            return Some(
                "`slow` has no effect while `receiver` simulates every attempt: set its `times`".to_owned(),
            );
        }
        (stale.is_some() && future.is_some())
            .then(|| "`stale` and `future` change the same timestamp: remove one of the two".to_owned())
    }
}

/// Simulated response of a callback receiver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Receiver {
    /// The receiver responds with this HTTP status, which may be a redirect.
    Answers {
        /// HTTP status, from 200 to 599.
        #[serde(deserialize_with = "final_status")]
        status: u16,
        /// Number of delivery attempts to simulate, at least 1; later attempts are sent. If absent, all attempts are simulated.
        #[serde(default, deserialize_with = "from_one", skip_serializing_if = "Option::is_none")]
        times: Option<NonZeroU32>,
    },
    /// The receiver never responds.
    KeepsSilent {
        /// Number of delivery attempts to simulate, at least 1; later attempts are sent. If absent, all attempts are simulated.
        #[serde(default, deserialize_with = "from_one", skip_serializing_if = "Option::is_none")]
        times: Option<NonZeroU32>,
    },
}

/// Deserializes the HTTP status of a final response.
fn final_status<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u16, D::Error> {
    let status = u16::deserialize(deserializer)?;
    if (200..600).contains(&status) { Ok(status) } else { Err(D::Error::custom(InvalidFault::Status)) }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_zero(count: &u8) -> bool {
    *count == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_is_the_one_that_is_written() {
        for json in [
            "{}",
            r#"{"delay":"5m"}"#,
            r#"{"drop":true}"#,
            r#"{"duplicates":2,"reorder":true}"#,
            r#"{"wrong_signature":true,"stale":"10m","slow":"250ms"}"#,
            r#"{"future":"1h","alter":{"Actions":null,"ResultCode":"0810"}}"#,
            r#"{"receiver":{"answers":{"status":503,"times":2}}}"#,
            r#"{"receiver":{"keeps_silent":{}}}"#,
        ] {
            let fault: CallbackFault = serde_json::from_str(json).unwrap();
            assert_eq!(serde_json::to_string(&fault).unwrap(), json);
        }
        for json in [
            r#"{"delay":5}"#,
            r#"{"late":true}"#,
            r#"{"drop":1}"#,
            r#"{"duplicates":-1}"#,
            r#"{"receiver":{"answers":{}}}"#,
            r#"{"receiver":{"keeps_silent":{"times":0}}}"#,
            r#"{"receiver":{"answers":{"status":503,"times":0}}}"#,
            r#"{"receiver":{"answers":{"status":99}}}"#,
        ] {
            assert!(serde_json::from_str::<CallbackFault>(json).is_err(), "{json}");
        }
    }
    #[test]
    fn what_cannot_be_carried_out_is_no_rule() {
        for then in [
            r#"{"drop":true,"duplicates":1}"#,
            r#"{"drop":true,"delay":"1s"}"#,
            r#"{"slow":"1s","receiver":{"keeps_silent":{}}}"#,
            r#"{"slow":"1s","receiver":{"answers":{"status":503}}}"#,
            r#"{"stale":"1s","future":"1s"}"#,
        ] {
            let rule = format!(r#"{{"then":{then}}}"#);
            assert!(
                serde_json::from_str::<crate::control::rules::Rule<CallbackFault>>(&rule).is_err(),
                "{then}"
            );
        }
        let rule = r#"{"then":{"slow":"1s","receiver":{"answers":{"status":503,"times":1}}}}"#;
        assert!(serde_json::from_str::<crate::control::rules::Rule<CallbackFault>>(rule).is_ok());
    }
}
