//! Table of result codes: the meaning of each code, by product.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    code::Code, confidence::Confidence, generated::result_codes::RESULT_CODES, job_type::JobType,
    product::Product,
};

/// The `ResultCode` of a job result: four digits with leading zeros, such as `0810`.
///
/// The meaning of a code depends on the product, so its rows are selected by product or by job type. The constants are
/// named after one meaning each: those of one code are equal. For a decision use [`Verdict`](crate::Verdict), which knows
/// the product.
///
/// ```
/// use smileid_types::{Category, JobType, Product, ResultCode};
///
/// let code = ResultCode::from("0812");
/// assert_eq!(code, ResultCode::BIOMETRIC_KYC_PROVISIONAL);
/// assert_eq!(code, ResultCode::DOCUMENT_UNUSABLE); // the same code, of another product
/// let row = code.row_for(&Product::BiometricKyc).expect("a known code");
/// assert_eq!(row.category, Category::Provisional);
/// let row = code.row(JobType::DocumentVerification).expect("a known code");
/// assert_eq!(row.category, Category::Rejected);
/// assert!(ResultCode::from("9999").row(JobType::DocumentVerification).is_none());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ResultCode(Code);

impl ResultCode {
    pub(crate) const fn known(code: &'static str) -> Self {
        Self(Code::known(code))
    }

    /// Returns the four digits of the result code.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Returns the meaning of the result code for a job type. If the code has several meanings, returns that of the face or
    /// document check, not that of a [lookup](ResultCodeRow::lookup).
    pub fn row(&self, job_type: JobType) -> Option<&'static ResultCodeRow> {
        preferred(Self::rows(), self.as_str(), job_type)
    }

    /// Returns the meaning of the result code for a product. Aliases of the product's name are recognized.
    ///
    /// A Biometric KYC has codes of its face part and of its lookup: [`ResultCodeRow::lookup`] distinguishes them.
    pub fn row_for(&self, product: &Product) -> Option<&'static ResultCodeRow> {
        let product = &product.row()?.product;
        Self::rows().iter().find(|row| row.code == self.as_str() && row.products.contains(product))
    }

    /// Returns true if a person decided, not a machine: result codes of persons begin with 12, those of machines with 08.
    /// Inferred from the pattern of the digits.
    pub(crate) fn is_of_person(&self) -> bool {
        self.as_str().starts_with("12")
    }

    /// Returns all known result codes, one row for each meaning of a code.
    pub const fn rows() -> &'static [ResultCodeRow] {
        RESULT_CODES
    }
}

member_by_serde!(ResultCode);

impl From<&str> for ResultCode {
    fn from(code: &str) -> Self {
        Self(code.into())
    }
}

impl fmt::Display for ResultCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Returns the row of a result code for a job type, and the row of a lookup only if there is no other.
fn preferred<'a>(rows: &'a [ResultCodeRow], code: &str, job_type: JobType) -> Option<&'a ResultCodeRow> {
    rows.iter()
        .filter(|row| row.code == code && row.job_types.contains(&job_type))
        .min_by_key(|row| row.lookup)
}

/// Meaning of a result code for the person, in the groups of the API's documentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Category {
    /// The person passed the check.
    Approved,
    /// The check passed so far. A person will review it, or a part of the check could not be made.
    Provisional,
    /// The person failed the check.
    Rejected,
    /// The check could not be made.
    Error,
    /// The check cannot pass or fail: it is a search that found a match or none.
    Information,
}

/// Party that has to act if a check could not be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Fault {
    /// The partner has to correct the input, such as an ID number in the wrong format.
    Input,
    /// The partner has to ask Smile ID to enable the product for the account.
    Account,
    /// The ID authority or the registry is not available. The partner and the user cannot correct it.
    Issuer,
    /// Smile ID could not make the check.
    Platform,
}

/// Table row of a result code: one meaning, for some products.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResultCodeRow {
    /// The four digits of the result code.
    pub code: &'static str,
    /// Products whose results can have this code.
    pub products: &'static [Product],
    /// Job types of the products whose results can have this code.
    pub job_types: &'static [JobType],
    /// True if the code is the result of a lookup at an authority (of an ID number, company, phone number or address); false if
    /// it is a judgement of images.
    ///
    /// A Biometric KYC has a result of each kind, and the job is good only if both are.
    pub lookup: bool,
    /// Category of the result code, such as approved or rejected.
    pub category: Category,
    /// Party that has to act, if the check could not be made.
    pub fault: Option<Fault>,
    /// Result texts that were seen with the code. The wording has changed over time, so decide by the code.
    pub texts: &'static [&'static str],
    /// Meaning of the result code, in a sentence.
    pub meaning: &'static str,
    /// Further information about the result code.
    pub note: Option<&'static str>,
    /// Sources of the table row, as labels in `data/sources.toml`.
    pub sources: &'static [&'static str],
    /// Confidence in the table row.
    pub confidence: Confidence,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_means_one_thing_for_a_product() {
        let found = ResultCode::from("1012");
        let person = found.row_for(&Product::EnhancedKyc).unwrap();
        assert_eq!(found.row_for(&Product::from("identity_verification")), Some(person), "an alias");
        assert_ne!(found.row_for(&Product::BusinessVerification), Some(person));
        assert_eq!(found.row_for(&Product::SmartSelfieAuthentication), None);
        assert_eq!(found.row_for(&Product::from("no_product")), None);
    }

    #[test]
    fn constants_are_the_codes_of_the_documentation() {
        // Codes from the documentation of result codes.
        for (constant, code) in [
            (ResultCode::REGISTRATION_PASSED, "0840"),
            (ResultCode::DOCUMENT_UNSUPPORTED, "0816"),
            (ResultCode::ID_NOT_FOUND, "1013"),
            (ResultCode::SUSPECTS_FOUND, "5211"),
        ] {
            assert_eq!(constant, ResultCode::from(code));
            assert_eq!(serde_json::from_str::<ResultCode>(&format!("\"{code}\"")).unwrap(), constant);
        }
    }

    #[test]
    fn the_lookup_of_a_biometric_kyc_is_told_from_its_face() {
        for (code, lookup) in
            [("0810", false), ("1210", false), ("0908", false), ("1012", true), ("1013", true)]
        {
            let row = ResultCode::from(code).row_for(&Product::BiometricKyc).unwrap();
            assert_eq!(row.lookup, lookup, "{code}");
            assert_eq!(ResultCode::from(code).row(JobType::BiometricKyc), Some(row), "{code}");
        }
    }

    #[test]
    fn a_job_type_prefers_what_is_no_lookup() {
        let row = ResultCode::rows()[0];
        let rows = [ResultCodeRow { lookup: true, ..row }, ResultCodeRow { lookup: false, ..row }];
        assert_eq!(preferred(&rows, row.code, row.job_types[0]), Some(&rows[1]));
        assert_eq!(preferred(&rows[..1], row.code, row.job_types[0]), Some(&rows[0]));
        assert_eq!(preferred(&rows, "9999", row.job_types[0]), None);
    }

    #[test]
    fn every_row_is_found_by_its_products_and_job_types() {
        for row in ResultCode::rows() {
            let code = ResultCode::from(row.code);
            for product in row.products {
                assert_eq!(code.row_for(product), Some(row), "{code} {product}");
            }
            for job_type in row.job_types {
                assert!(code.row(*job_type).is_some(), "{code} {job_type}");
            }
        }
    }
}
