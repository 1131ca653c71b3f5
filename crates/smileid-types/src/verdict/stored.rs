//! JSON form in which a verdict is stored.

use serde::{Deserialize, Serialize};

use super::{Decision, Uncertainty, Verdict};
use crate::{product::Product, result_code::ResultCode, v3};

#[derive(Serialize, Deserialize)]
pub(super) struct StoredVerdict {
    decision: Decision,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    code: Option<ResultCode>,
    /// Products of the table row. They identify the row: rows of the same result code have no product in common.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    products: Vec<Product>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    status: Option<v3::Status>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    status_reason: Option<v3::Reason>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    doubt: Option<Uncertainty>,
}

impl From<Verdict> for StoredVerdict {
    fn from(Verdict { decision, code, row, status, status_reason, doubt }: Verdict) -> Self {
        let products = row.map(|row| row.products.to_vec()).unwrap_or_default();
        Self { decision, code, products, status, status_reason, doubt }
    }
}

impl From<StoredVerdict> for Verdict {
    fn from(StoredVerdict { decision, code, products, status, status_reason, doubt }: StoredVerdict) -> Self {
        let row = code.as_ref().and_then(|code| products.iter().find_map(|product| code.row_for(product)));
        Self { decision, code, row, status, status_reason, doubt }
    }
}

#[cfg(test)]
mod tests {
    use serde::{Serialize, de::DeserializeOwned};
    use serde_json::{Value, json};

    use super::*;
    use crate::{
        result::{Part, ResultRank},
        result_code::{Category, Fault},
    };

    fn assert_stored<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(value: &T, json: Value) {
        assert_eq!(serde_json::to_value(value).unwrap(), json);
        assert_eq!(&serde_json::from_value::<T>(json).unwrap(), value);
    }

    #[test]
    fn words_are_stable() {
        for (decision, word) in [
            (Decision::Approved, "approved"),
            (Decision::Provisional, "provisional"),
            (Decision::Rejected, "rejected"),
            (Decision::Finding, "finding"),
            (Decision::Unknown, "unknown"),
        ] {
            assert_stored(&decision, json!(word));
            assert_eq!(decision.to_string(), word);
        }
        let not_done = Decision::NotDone { fault: Fault::Issuer, retry: true };
        assert_stored(&not_done, json!({"not_done": {"fault": "issuer", "retry": true}}));
        assert_eq!(not_done.to_string(), "not_done");

        for (doubt, word) in [
            (Uncertainty::AnotherProduct, "another_product"),
            (Uncertainty::LookupMissing, "lookup_missing"),
            (Uncertainty::ImagesMissing, "images_missing"),
            (Uncertainty::NotFinal, "not_final"),
            (Uncertainty::Contradicted, "contradicted"),
            (Uncertainty::SearchUnclear, "search_unclear"),
            (Uncertainty::FraudFound, "fraud_found"),
            (Uncertainty::Unconfirmed, "unconfirmed"),
        ] {
            assert_stored(&doubt, json!(word));
        }
        for (fault, word) in [
            (Fault::Input, "input"),
            (Fault::Account, "account"),
            (Fault::Issuer, "issuer"),
            (Fault::Platform, "platform"),
        ] {
            assert_stored(&fault, json!(word));
        }
        for (category, word) in [
            (Category::Approved, "approved"),
            (Category::Provisional, "provisional"),
            (Category::Rejected, "rejected"),
            (Category::Error, "error"),
            (Category::Information, "information"),
        ] {
            assert_stored(&category, json!(word));
        }
        for (part, word) in [(Part::Images, "images"), (Part::Lookup, "lookup"), (Part::Search, "search")] {
            assert_stored(&part, json!(word));
        }
        for (rank, word) in [
            (ResultRank::Open, "open"),
            (ResultRank::NotDone, "not_done"),
            (ResultRank::Machine, "machine"),
            (ResultRank::Person, "person"),
        ] {
            assert_stored(&rank, json!(word));
        }
    }

    #[test]
    fn a_verdict_finds_its_row_again() {
        let code = ResultCode::from("0812");
        for (product, json) in [
            (
                Product::BiometricKyc,
                json!({"decision": "provisional", "code": "0812", "products": ["biometric_kyc"]}),
            ),
            (
                Product::DocVerification,
                json!({
                    "decision": "rejected", "code": "0812",
                    "products": ["doc_verification", "enhanced_document_verification"],
                }),
            ),
            (Product::Aml, json!({"decision": "unknown", "code": "0812"})),
        ] {
            assert_stored(&Verdict::for_code(Some(&code), &product), json);
        }
        assert_stored(&Verdict::for_code(None, &Product::Aml), json!({"decision": "unknown"}));
        let approved = Verdict::for_code(Some(&"0840".into()), &Product::SmartSelfieRegistration);
        assert_stored(
            &approved.doubting(true, Uncertainty::NotFinal),
            json!({
                "decision": "provisional", "code": "0840", "products": ["smartselfie_registration"],
                "doubt": "not_final",
            }),
        );
    }

    #[test]
    fn an_unknown_word_is_no_decision() {
        for wrong in
            ["\"Approved\"", "\"passed\"", "\"\"", "\"not_done\"", "null", "true", r#"{"approved":{"a":1}}"#]
        {
            assert!(serde_json::from_str::<Decision>(wrong).is_err(), "{wrong}");
            let verdict = format!(r#"{{"decision":{wrong},"code":"0840"}}"#);
            assert!(serde_json::from_str::<Verdict>(&verdict).is_err(), "{wrong}");
        }
        let doubt = r#"{"decision":"approved","doubt":"of a newer version"}"#;
        assert!(serde_json::from_str::<Verdict>(doubt).is_err());
        assert!(serde_json::from_str::<Verdict>(r#"{"code":"0840"}"#).is_err());
    }
}
