//! Test identities of the sandbox.

use super::{Product, Reason, Status};
use crate::{confidence::Confidence, generated::v3::IDENTITIES};

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
