//! Products of the API, such as Biometric KYC and Document Verification.

use crate::{confidence::Confidence, generated::products::PRODUCTS, job_type::JobType};

pub use crate::generated::product::Product;

impl Product {
    /// Returns the table row of the product. Aliases of the product's name are recognized.
    ///
    /// ```
    /// use smileid_types::Product;
    ///
    /// let row = Product::from("authentication").row().expect("a keyword of web tokens");
    /// assert_eq!(row.product, Product::SmartSelfieAuthentication);
    /// assert!(Product::from("e_signature").row().is_none());
    /// ```
    pub fn row(&self) -> Option<&'static ProductRow> {
        let word = self.as_str();
        Self::rows().iter().find(|row| row.product.as_str() == word || row.aliases.contains(&word))
    }

    /// Returns all known products.
    pub const fn rows() -> &'static [ProductRow] {
        PRODUCTS
    }
}

/// Table row of a product.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProductRow {
    /// Product that the row describes.
    pub product: Product,
    /// Usual name of the product, in English.
    pub title: &'static str,
    /// Other words for the product: in web tokens, in older messages and in newer responses.
    pub aliases: &'static [&'static str],
    /// Words for the product in a request for a web token, the preferred one first. Empty if no web token can be requested for
    /// it.
    pub token_keywords: &'static [&'static str],
    /// Job types of the product's results.
    pub job_types: &'static [JobType],
    /// Purpose of the product, in a sentence.
    pub meaning: &'static str,
    /// Sources of the table row, as labels in `data/sources.toml`.
    pub sources: &'static [&'static str],
    /// Confidence in the table row.
    pub confidence: Confidence,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_finds_its_product() {
        for row in Product::rows() {
            let words = [row.product.as_str()].into_iter().chain(row.aliases.iter().copied());
            for word in words.chain(row.token_keywords.iter().copied()) {
                assert_eq!(Product::from(word).row(), Some(row), "{word}");
            }
        }
    }

    /// Compares the keywords with those in the reference of `/v1/token`. One keyword there is not for jobs and left out.
    #[test]
    fn web_tokens_know_these_words() {
        let mut words: Vec<_> = Product::rows().iter().flat_map(|row| row.token_keywords).copied().collect();
        words.sort_unstable();
        let expected = [
            "authentication",
            "basic_kyc",
            "biometric_kyc",
            "doc_verification",
            "ekyc_smartselfie",
            "enhanced_document_verification",
            "enhanced_kyc",
            "identity_verification",
            "smartselfie",
        ];
        assert_eq!(words, expected);
    }

    #[test]
    fn a_word_is_kept_as_it_came() {
        let read: Product = serde_json::from_str("\"smartselfie\"").unwrap();
        assert_eq!(read.as_str(), "smartselfie");
        assert_ne!(read, Product::SmartSelfieRegistration);
    }
}
