//! Banks of a `BANK_ACCOUNT`.

use crate::generated::bank_codes::BANK_CODES;

/// Returns every known bank, by country and code.
///
/// Two banks can share a code if one has become the other.
///
/// ```
/// let bank = smileid_types::bank_code::rows().iter().find(|row| row.name == "Access Bank");
/// assert_eq!(bank.map(|row| row.code), Some("044"));
/// ```
pub const fn rows() -> &'static [BankCodeRow] {
    BANK_CODES
}

/// Table entry of a bank: its code and name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BankCodeRow {
    /// The country, in two capital letters.
    pub country: &'static str,
    /// The bank's name.
    pub name: &'static str,
    /// Its `bank_code`, leading zeros included.
    pub code: &'static str,
}
