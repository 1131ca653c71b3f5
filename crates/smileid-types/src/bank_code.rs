//! Table of banks: the values of `bank_code` in requests with the ID type `BANK_ACCOUNT`.

use crate::generated::bank_codes::BANK_CODES;

/// Returns all banks of the table, sorted by country and bank code.
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

/// Table row of a bank: its country, name and bank code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BankCodeRow {
    /// Country of the bank, in two capital letters.
    pub country: &'static str,
    /// Name of the bank.
    pub name: &'static str,
    /// The bank's value of `bank_code`, with leading zeros.
    pub code: &'static str,
}
