//! Rows of the tables.

use crate::{
    confidence::Confidence,
    generated::v3::{IDENTITIES, PRODUCTS, Product, REASONS, Reason, Status},
    product,
    result_code::Fault,
};

impl Product {
    /// Returns the table row of the product.
    pub fn row(&self) -> Option<&'static ProductRow> {
        Self::rows().iter().find(|row| row.product == *self)
    }

    /// Returns every known product.
    pub const fn rows() -> &'static [ProductRow] {
        PRODUCTS
    }
}

/// Table row of a product.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProductRow {
    /// The product.
    pub product: Product,
    /// Its usual name.
    pub title: &'static str,
    /// Path of the endpoint of its jobs. None for a product that V3 knows only in tokens.
    pub path: Option<&'static str>,
    /// True if a token can be bound to it.
    pub has_token: bool,
    /// The same product in version 1, if it is there.
    pub v1: Option<product::Product>,
    /// Labels of `data/sources.toml`.
    pub sources: &'static [&'static str],
    /// Confidence in the row.
    pub confidence: Confidence,
}

impl Reason {
    /// Returns the table row of the reason. None if the table does not list it.
    pub fn row(&self) -> Option<&'static ReasonRow> {
        Self::rows().iter().find(|row| row.reason == *self)
    }

    /// Returns every known reason.
    pub const fn rows() -> &'static [ReasonRow] {
        REASONS
    }
}

/// Table row of a reason.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReasonRow {
    /// The reason.
    pub reason: Reason,
    /// The statuses that a source shows it with.
    pub statuses: &'static [Status],
    /// Meaning of the reason, in a sentence.
    pub meaning: &'static str,
    /// Party that can correct it, if the check could not be made.
    pub fault: Option<Fault>,
    /// Labels of `data/sources.toml`.
    pub sources: &'static [&'static str],
    /// Confidence in the row.
    pub confidence: Confidence,
}

/// Test identity of the sandbox: a job with it ends in a fixed status.
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
    /// Labels of `data/sources.toml`.
    pub sources: &'static [&'static str],
    /// Confidence in the row.
    pub confidence: Confidence,
}

impl IdentityRow {
    /// Returns every known identity.
    pub const fn rows() -> &'static [Self] {
        IDENTITIES
    }

    /// Returns the row of a person. The sources do not say if the case counts; here it does not.
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
