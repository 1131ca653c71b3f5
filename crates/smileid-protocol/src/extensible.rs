//! Extensible requests: a caller can add members for which the request type has no field.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use smileid_types::{ReservedName, open_struct::Open};

use crate::endpoint::SignedEndpoint;

/// A request to which members without a field can be added, for API features that this crate does not know yet.
///
/// ```
/// use smileid_protocol::{extensible::Extensible as _, v1::job_status::Request};
///
/// let request = Request::new("user-1", "job-1").with_extra("language", "en")?;
/// assert!(request.with_extra("history", true).is_err(), "a field of its own");
/// # Ok::<(), smileid_protocol::types::ReservedName>(())
/// ```
pub trait Extensible: SignedEndpoint + Open + Serialize + DeserializeOwned {
    /// Adds a member for which the request type has no field.
    ///
    /// # Errors
    ///
    /// If the message or its authentication data has a field with this name.
    fn with_extra(self, name: impl Into<String>, value: impl Into<Value>) -> Result<Self, ReservedName> {
        let (name, value) = (name.into(), value.into());
        // The type itself decides which names have fields: a member that is read back as an extra one has none.
        let extended = match serde_json::to_value(&self) {
            Ok(Value::Object(mut members)) => {
                members.insert(name.clone(), value);
                Self::deserialize(Value::Object(members)).ok()
            }
            _ => None,
        };
        extended
            .filter(|it| it.extra().get(&name).is_some() && it.clash().is_none())
            .ok_or_else(|| ReservedName::new(name))
    }
}

impl<E: SignedEndpoint + Open + Serialize + DeserializeOwned> Extensible for E {}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        job::{CallbackUrl, IdNumber, JobRef, LookupJob},
        v1,
    };

    fn lookup() -> v1::async_id_verification::Request {
        let id = IdNumber::new("NG", "BVN", "00000000000").unwrap();
        let job = LookupJob::enhanced_kyc(JobRef::new("u", "j").unwrap(), id);
        let callback = CallbackUrl::parse("https://cb.example/").unwrap();
        v1::async_id_verification::Request::new(job.into_lookup(), &callback)
    }

    #[test]
    fn a_name_without_a_field_is_added() {
        let request = lookup().with_extra("operator", json!({"deep": [null, 1.5]})).unwrap();
        let mut expected = serde_json::to_value(lookup()).unwrap();
        expected["operator"] = json!({"deep": [null, 1.5]});
        assert_eq!(serde_json::to_value(&request).unwrap(), expected);
        let again = request.with_extra("operator", "MTN").unwrap();
        assert_eq!(again.extra().get("operator"), Some(&json!("MTN")));
    }

    #[test]
    fn a_name_with_a_field_is_refused() {
        // Fields that are filled in, fields that are not, and those of the proof.
        for name in
            ["partner_params", "callback_url", "id_number", "entered", "dob", "signature", "partner_id"]
        {
            for value in [json!("x"), json!(true), json!(null), json!({})] {
                assert_eq!(lookup().with_extra(name, value).unwrap_err(), ReservedName::new(name));
            }
        }
        let upload = || v1::upload::Request::new(smileid_types::PartnerParams::default());
        for name in ["metadata", "retry", "smile_client_id", "timestamp"] {
            assert_eq!(upload().with_extra(name, true).unwrap_err(), ReservedName::new(name));
        }
        assert!(upload().with_extra("partner_id", "x").is_ok(), "its proof has another name for it");
    }
}
