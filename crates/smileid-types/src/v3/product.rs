//! Table rows of the products.

use super::Product;
use crate::{confidence::Confidence, generated::v3::PRODUCTS, product};

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
