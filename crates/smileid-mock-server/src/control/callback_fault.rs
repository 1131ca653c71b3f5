//! What can be done to a callback on its way.

use std::{num::NonZeroU32, time::Duration};

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use serde_json::{Map, Value};

use super::{
    faults::InvalidFault,
    rules::{RuleKind, from_one},
};
use crate::{model::duration, request::Route};

/// What is done to a callback on its way, every time it is sent.
///
/// The parts go together: a duplicate can be delayed and have a wrong signature.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct CallbackFault {
    /// It is first sent so much later, as in `5m`. What is tried again is not delayed once more.
    #[serde(with = "duration::optional", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub delay: Option<Duration>,
    /// It is never sent: its receiver sees nothing.
    #[serde(skip_serializing_if = "is_false")]
    pub drop: bool,
    /// It is sent so many times more, each a delivery of its own, in a request of its own and signed anew.
    #[serde(skip_serializing_if = "is_zero")]
    pub duplicates: u8,
    /// It is sent after the partner's next callback, whatever came of that; when there is none within a minute, then.
    #[serde(skip_serializing_if = "is_false")]
    pub reorder: bool,
    /// It is signed with another key than the partner's.
    #[serde(skip_serializing_if = "is_false")]
    pub wrong_signature: bool,
    /// Its time, which is signed, is so much too early, as in `10m`: it is stale.
    #[serde(with = "duration::optional", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub stale: Option<Duration>,
    /// Its time, which is signed, is so much too late, as in `1h`: it is from the future.
    #[serde(with = "duration::optional", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub future: Option<Duration>,
    /// Members it has in the place of its own, under a signature that is right, as signatures do not cover the body.
    /// A member that is null is left out.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub alter: Map<String, Value>,
    /// Its head comes at once, and its body bit by bit over so long, as in `2s`.
    #[serde(with = "duration::optional", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub slow: Option<Duration>,
    /// Its receiver is not asked, and sees nothing: it is taken to have done this.
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
        // Its receiver is never asked, so nobody sees how its body comes.
        let is_never_sent = matches!(
            receiver,
            Some(Receiver::Answers { times: None, .. } | Receiver::KeepsSilent { times: None })
        );
        if *drop && *self != dropped_alone {
            return Some("`drop` sends nothing: leave the other members out".to_owned());
        }
        if slow.is_some() && is_never_sent {
            return Some(
                "`slow` has no effect where `receiver` stands in for ever: give it `times`".to_owned(),
            );
        }
        (stale.is_some() && future.is_some())
            .then(|| "`stale` and `future` move the same time: leave one of the two out".to_owned())
    }
}

/// What a receiver that is not asked is taken to have done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Receiver {
    /// It answered with this status, also one that leads elsewhere.
    Answers {
        /// The status, from 200 to 599.
        #[serde(deserialize_with = "final_status")]
        status: u16,
        /// How many times, from 1, before it is asked after all; always, when it is left out.
        #[serde(default, deserialize_with = "from_one", skip_serializing_if = "Option::is_none")]
        times: Option<NonZeroU32>,
    },
    /// It never answered.
    KeepsSilent {
        /// How many times, from 1, before it is asked after all; always, when it is left out.
        #[serde(default, deserialize_with = "from_one", skip_serializing_if = "Option::is_none")]
        times: Option<NonZeroU32>,
    },
}

/// The status of a whole answer.
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
