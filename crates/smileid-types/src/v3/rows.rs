//! Rows of the V3 tables: products, reasons and test identities of the sandbox.

use crate::{
    confidence::Confidence,
    generated::v3::{IDENTITIES, PRODUCTS, Product, REASONS, Reason, Status},
    product,
    result_code::Fault,
};

impl Product {
    /// Returns the table row of the V3 product.
    pub fn row(&self) -> Option<&'static ProductRow> {
        Self::rows().iter().find(|row| row.product == *self)
    }

    /// Returns all known V3 products.
    pub const fn rows() -> &'static [ProductRow] {
        PRODUCTS
    }
}

/// Table row of a V3 product.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProductRow {
    /// V3 product that the row describes.
    pub product: Product,
    /// Usual name of the V3 product, in English.
    pub title: &'static str,
    /// Path of the endpoint that creates jobs of the product. None if the product occurs only in requests for tokens.
    pub path: Option<&'static str>,
    /// True if an access token can be limited to the product.
    pub has_token: bool,
    /// The same product in version 1 of the API, if version 1 has it.
    pub v1: Option<product::Product>,
    /// Sources of the table row, as labels in `data/sources.toml`.
    pub sources: &'static [&'static str],
    /// Confidence in the table row.
    pub confidence: Confidence,
}

impl Reason {
    /// Returns the table row of the reason. None for an unknown reason.
    pub fn row(&self) -> Option<&'static ReasonRow> {
        Self::rows().iter().find(|row| row.reason == *self)
    }

    /// Returns all known reasons for a V3 status.
    pub const fn rows() -> &'static [ReasonRow] {
        REASONS
    }
}

/// Table row of a reason for a V3 status.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReasonRow {
    /// Reason that the row describes.
    pub reason: Reason,
    /// Statuses that occur with this reason, according to the sources.
    pub statuses: &'static [Status],
    /// Meaning of the reason, in a sentence.
    pub meaning: &'static str,
    /// Party that has to act, if the check could not be made.
    pub fault: Option<Fault>,
    /// Sources of the table row, as labels in `data/sources.toml`.
    pub sources: &'static [&'static str],
    /// Confidence in the table row.
    pub confidence: Confidence,
}

/// Test identity of the V3 sandbox: a job with this name and email address always gets the same status.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct IdentityRow {
    /// Last name of the test identity.
    pub last_name: &'static str,
    /// Given names of the test identity.
    pub given_names: &'static str,
    /// Email address of the test identity.
    pub email: &'static str,
    /// Status that jobs with the test identity get.
    pub status: Status,
    /// Reason for the status, if there is one.
    pub reason: Option<Reason>,
    /// Products for which the test identity works.
    pub products: &'static [Product],
    /// Sources of the table row, as labels in `data/sources.toml`.
    pub sources: &'static [&'static str],
    /// Confidence in the table row.
    pub confidence: Confidence,
}

impl IdentityRow {
    /// Returns all known test identities of the V3 sandbox.
    pub const fn rows() -> &'static [Self] {
        IDENTITIES
    }

    /// Returns the test identity with this name and email address. Letter case is ignored, because the sources do not say if it
    /// matters.
    ///
    /// ```
    /// use smileid_types::v3::{IdentityRow, Status};
    ///
    /// let row = IdentityRow::of_person("Amina Fatou", "Clearwater", "amina.clearwater@example.com");
    /// assert_eq!(row.map(|row| &row.status), Some(&Status::Clear));
    /// ```
    pub fn of_person(given_names: &str, last_name: &str, email: &str) -> Option<&'static Self> {
        Self::rows().iter().find(|row| {
            row.last_name.eq_ignore_ascii_case(last_name)
                && row.given_names.eq_ignore_ascii_case(given_names)
                && row.email.eq_ignore_ascii_case(email)
        })
    }
}
