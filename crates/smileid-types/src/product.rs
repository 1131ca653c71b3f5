//! The products of the API: the kinds of check that are asked for.

use crate::{confidence::Confidence, generated::products::PRODUCTS, job_type::JobType};

pub use crate::generated::product::Product;

impl Product {
    /// What is known about the product, also where it was named by an alias.
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

    /// Every product that is known.
    pub const fn rows() -> &'static [ProductRow] {
        PRODUCTS
    }
}

/// What is known about a product.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProductRow {
    /// The product, by the word that the tables use for it.
    pub product: Product,
    /// Its name among people.
    pub title: &'static str,
    /// Other words for it: those of web tokens, older ones, and those of newer answers.
    pub aliases: &'static [&'static str],
    /// The words that a request for a web token takes for it, the one to send first; empty where it takes none.
    pub token_keywords: &'static [&'static str],
    /// The job types under which its results come.
    pub job_types: &'static [JobType],
    /// What it does.
    pub meaning: &'static str,
    /// Labels of `data/sources.toml`.
    pub sources: &'static [&'static str],
    /// How well the row is known.
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
