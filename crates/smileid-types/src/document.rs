//! Documents that the API can verify, by country.
//!
//! ```
//! use smileid_types::{DocumentType, document};
//!
//! let ghana = document::documents("GH").expect("a country of the list");
//! assert_eq!(ghana.has_back(&DocumentType::DriversLicense), Some(true));
//! assert_eq!(ghana.has_back(&DocumentType::TribalCard), None);
//! ```

use crate::{
    confidence::Confidence,
    generated::documents::{DOCUMENT_TYPES, DOCUMENTS},
};

pub use crate::generated::document_type::DocumentType;

/// Returns all countries with documents that the API can verify, sorted by country code.
pub const fn countries() -> &'static [CountryDocumentsRow] {
    DOCUMENTS
}

/// Returns the documents of a country that the API can verify. `country` is two capital letters.
pub fn documents(country: &str) -> Option<&'static CountryDocumentsRow> {
    let index = countries().binary_search_by_key(&country, |row| row.country).ok()?;
    countries().get(index)
}

impl DocumentType {
    /// Returns the table row of this document type.
    pub fn row(&self) -> Option<&'static DocumentTypeRow> {
        Self::rows().iter().find(|row| row.document_type == *self)
    }

    /// Returns all known document types.
    pub const fn rows() -> &'static [DocumentTypeRow] {
        DOCUMENT_TYPES
    }
}

/// Table row of a document type, such as a passport.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DocumentTypeRow {
    /// Document type that the row describes, such as a passport.
    pub document_type: DocumentType,
    /// Usual name of the document type, in English.
    pub title: &'static str,
    /// Sources of the table row, as labels in `data/sources.toml`.
    pub sources: &'static [&'static str],
    /// Confidence in the table row.
    pub confidence: Confidence,
}

/// Table row of a country: the documents that the API can verify.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CountryDocumentsRow {
    /// Country of the documents, in two capital letters.
    pub country: &'static str,
    /// Continent of the country, as the API writes it: `AFRICA`, `NORTH_AMERICA`.
    pub continent: &'static str,
    /// Name of the country, as the API writes it.
    pub name: &'static str,
    /// Document types of which the API needs images of the front and the back.
    pub with_back: &'static [DocumentType],
    /// Document types of which the API needs only an image of the front.
    pub without_back: &'static [DocumentType],
    /// Sources of the table row, as labels in `data/sources.toml`.
    pub sources: &'static [&'static str],
    /// Confidence in the table row.
    pub confidence: Confidence,
}

impl CountryDocumentsRow {
    /// Returns true if a document needs an image of its back, false if it does not, and none if the country does not list the
    /// document.
    pub fn has_back(&self, document_type: &DocumentType) -> Option<bool> {
        if self.with_back.contains(document_type) {
            return Some(true);
        }
        self.without_back.contains(document_type).then_some(false)
    }

    /// Returns all document types of the country.
    pub fn document_types(&self) -> impl Iterator<Item = &'static DocumentType> + use<> {
        self.with_back.iter().chain(self.without_back)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Compares the table with the official list of documents: number of countries and documents.
    #[test]
    fn the_table_is_the_whole_list() {
        assert_eq!(countries().len(), 226);
        assert_eq!(DocumentType::rows().len(), 22);
        let all = countries().iter().flat_map(CountryDocumentsRow::document_types).count();
        assert_eq!(all, 1576);
        for (document_type, expected) in [
            (DocumentType::Others, 226),
            (DocumentType::Passport, 207),
            (DocumentType::VoterId, 37),
            (DocumentType::TribalCard, 1),
        ] {
            let listing = countries().iter().filter(|row| row.has_back(&document_type).is_some());
            assert_eq!(listing.count(), expected, "{document_type:?}");
        }
    }

    #[test]
    fn every_country_is_found() {
        for row in countries() {
            assert_eq!(documents(row.country), Some(row));
        }
        assert_eq!(documents("gh"), None);
        assert_eq!(documents("ZZ"), None);
    }

    #[test]
    fn the_empty_code_is_a_document() {
        assert_eq!(DocumentType::from(""), DocumentType::Others);
        assert_eq!(DocumentType::Others.row().map(|row| row.title), Some("Others"));
        assert!(DocumentType::from("EPASSPORT").row().is_none());
    }
}
