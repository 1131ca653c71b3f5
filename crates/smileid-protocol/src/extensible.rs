//! Requests that take members this crate has no field for.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use smileid_types::{Extra, ReservedName};

use crate::{endpoint::Endpoint, v1};

/// A request that takes members it has no field for, for what the API knows and this crate does not yet.
///
/// ```
/// use smileid_protocol::{extensible::Extensible as _, v1::job_status::Request};
///
/// let request = Request::new("user-1", "job-1").with_extra("language", "en")?;
/// assert!(request.with_extra("history", true).is_err(), "a field of its own");
/// # Ok::<(), smileid_protocol::types::ReservedName>(())
/// ```
pub trait Extensible: Endpoint + Serialize + DeserializeOwned {
    /// The members that it has no field for.
    fn extra(&self) -> &Extra;

    /// Adds a member that it has no field for.
    ///
    /// # Errors
    ///
    /// When the name has a field of its own, in the message or in its proof.
    fn with_extra(self, name: impl Into<String>, value: impl Into<Value>) -> Result<Self, ReservedName> {
        let (name, value) = (name.into(), value.into());
        // The type itself says which names it has fields for: what is read back among the others has none.
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

macro_rules! extensible {
    ($($endpoint:ident: |$request:ident| $extra:expr,)+) => {
        $(impl Extensible for v1::$endpoint::Request {
            fn extra(&self) -> &Extra {
                let $request = self;
                $extra
            }
        })+
    };
}

extensible! {
    aml: |it| &it.extra,
    async_business_verification: |it| it.lookup.id_info.extra(),
    async_id_verification: |it| it.lookup.id_info.extra(),
    async_verify_address: |it| &it.extra,
    async_verify_phone: |it| &it.check.extra,
    auth_smile: |it| &it.extra,
    backfill_users: |it| &it.extra,
    bank_codes: |it| &it.extra,
    business_verification: |it| it.lookup.id_info.extra(),
    compare_user_info: |it| &it.extra,
    create_smile_link: |it| &it.settings.extra,
    get_smile_link: |it| &it.extra,
    id_number_rate_limit_reset: |it| &it.extra,
    id_verification: |it| it.lookup.id_info.extra(),
    job_status: |it| &it.extra,
    products_config: |it| &it.extra,
    services: |it| &it.extra,
    token: |it| &it.extra,
    totp_consent: |it| &it.step.extra,
    totp_consent_mode: |it| &it.step.extra,
    totp_consent_otp: |it| &it.step.extra,
    update_smile_link: |it| &it.settings.extra,
    upload: |it| &it.extra,
    valid_documents: |it| &it.extra,
    verify: |it| it.lookup.id_info.extra(),
    verify_async: |it| it.lookup.id_info.extra(),
    verify_phone_number: |it| &it.check.extra,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::job::{CallbackUrl, IdNumber, JobIds, LookupJob};

    fn lookup() -> v1::async_id_verification::Request {
        let id = IdNumber::new("NG", "BVN", "00000000000").unwrap();
        let job = LookupJob::enhanced_kyc(JobIds::new("u", "j").unwrap(), id);
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
