//! Products of the API: the kinds of check.

use crate::{confidence::Confidence, generated::products::PRODUCTS, job_type::JobType};

pub use crate::generated::product::Product;

impl Product {
    /// Returns the table entry of the product, also if it is named by an alias.
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

    /// Returns every known product.
    pub const fn rows() -> &'static [ProductRow] {
        PRODUCTS
    }
}

/// Table entry of a product.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProductRow {
    /// The product, by its word in the tables.
    pub product: Product,
    /// Its usual name.
    pub title: &'static str,
    /// Other words for it: those of web tokens, older ones, and those of newer replies.
    pub aliases: &'static [&'static str],
    /// Words for it in a request for a web token, the preferred one first; empty if it cannot be requested.
    pub token_keywords: &'static [&'static str],
    /// Job types of its results.
    pub job_types: &'static [JobType],
    /// Purpose of the product.
    pub meaning: &'static str,
    /// Sources, as labels of `data/sources.toml`.
    pub sources: &'static [&'static str],
    /// Level of certainty of the entry.
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

    /// The keywords that the reference of `/v1/token` lists, without that of a product beside the jobs.
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
