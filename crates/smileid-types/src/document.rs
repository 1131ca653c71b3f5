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

/// Returns every country of the list, by its code.
pub const fn countries() -> &'static [CountryDocumentsRow] {
    DOCUMENTS
}

/// Returns the documents of a country, by its two capital letters.
pub fn documents(country: &str) -> Option<&'static CountryDocumentsRow> {
    let index = countries().binary_search_by_key(&country, |row| row.country).ok()?;
    countries().get(index)
}

impl DocumentType {
    /// Returns the table entry of this kind of document.
    pub fn row(&self) -> Option<&'static DocumentTypeRow> {
        Self::rows().iter().find(|row| row.document_type == *self)
    }

    /// Returns every known kind.
    pub const fn rows() -> &'static [DocumentTypeRow] {
        DOCUMENT_TYPES
    }
}

/// Table entry of a kind of document.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DocumentTypeRow {
    /// Kind of document, such as a passport.
    pub document_type: DocumentType,
    /// Its usual name.
    pub title: &'static str,
    /// Sources, as labels of `data/sources.toml`.
    pub sources: &'static [&'static str],
    /// Level of certainty of the entry.
    pub confidence: Confidence,
}

/// The documents of one country.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CountryDocumentsRow {
    /// The country, in two capital letters.
    pub country: &'static str,
    /// The continent, in the API's words: `AFRICA`, `NORTH_AMERICA`.
    pub continent: &'static str,
    /// The country's name, in the API's spelling.
    pub name: &'static str,
    /// Documents that need front and back.
    pub with_back: &'static [DocumentType],
    /// Documents that need only the front.
    pub without_back: &'static [DocumentType],
    /// Sources, as labels of `data/sources.toml`.
    pub sources: &'static [&'static str],
    /// Level of certainty of the entry.
    pub confidence: Confidence,
}

impl CountryDocumentsRow {
    /// Returns true if the document's back is needed too; none if the country does not list the document.
    pub fn has_back(&self, document_type: &DocumentType) -> Option<bool> {
        if self.with_back.contains(document_type) {
            return Some(true);
        }
        self.without_back.contains(document_type).then_some(false)
    }

    /// Returns every document of the country.
    pub fn document_types(&self) -> impl Iterator<Item = &'static DocumentType> + use<> {
        self.with_back.iter().chain(self.without_back)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The numbers are those of the list that the table was made from.
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
