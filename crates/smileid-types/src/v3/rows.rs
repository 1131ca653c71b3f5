//! Types of the entries in the V3 tables: products, reasons and test identities.

use crate::{
    confidence::Confidence,
    generated::v3::{IDENTITIES, PRODUCTS, Product, REASONS, Reason, Status},
    product,
    result_code::Fault,
};

impl Product {
    /// Returns the table entry of the product.
    pub fn row(&self) -> Option<&'static ProductRow> {
        Self::rows().iter().find(|row| row.product == *self)
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
    /// Product that the row describes.
    pub product: Product,
    /// Its usual name.
    pub title: &'static str,
    /// Path of the endpoint that creates its jobs. None for a product that only occurs in token requests.
    pub path: Option<&'static str>,
    /// True if a token can be bound to it.
    pub has_token: bool,
    /// The same product in version 1, if version 1 has it.
    pub v1: Option<product::Product>,
    /// Sources, as labels of `data/sources.toml`.
    pub sources: &'static [&'static str],
    /// Confidence in the entry.
    pub confidence: Confidence,
}

impl Reason {
    /// Returns the table entry of the reason. None for an unknown reason.
    pub fn row(&self) -> Option<&'static ReasonRow> {
        Self::rows().iter().find(|row| row.reason == *self)
    }

    /// Returns every known reason.
    pub const fn rows() -> &'static [ReasonRow] {
        REASONS
    }
}

/// Table entry of a reason.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReasonRow {
    /// Reason that the row describes.
    pub reason: Reason,
    /// Statuses with which the sources show this reason.
    pub statuses: &'static [Status],
    /// Meaning of the reason, in a sentence.
    pub meaning: &'static str,
    /// Party that can correct the problem, if the check could not be made.
    pub fault: Option<Fault>,
    /// Sources, as labels of `data/sources.toml`.
    pub sources: &'static [&'static str],
    /// Confidence in the entry.
    pub confidence: Confidence,
}

/// Test identity of the sandbox. A job with this identity gets a fixed status.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct IdentityRow {
    /// Last name.
    pub last_name: &'static str,
    /// Given names.
    pub given_names: &'static str,
    /// E-mail address.
    pub email: &'static str,
    /// Status of the job.
    pub status: Status,
    /// Reason of the status, if there is one.
    pub reason: Option<Reason>,
    /// Products for which the identity has this result.
    pub products: &'static [Product],
    /// Sources, as labels of `data/sources.toml`.
    pub sources: &'static [&'static str],
    /// Confidence in the entry.
    pub confidence: Confidence,
}

impl IdentityRow {
    /// Returns every known identity.
    pub const fn rows() -> &'static [Self] {
        IDENTITIES
    }

    /// Returns the test identity with these values. Letter case is ignored; the sources do not say if it matters.
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
