//! Creates `TypeID`s, the format of the ids that the API gives V3 jobs and users.

use super::{secret::Secret, utc_millis::UtcMillis};

/// Returns an id for an item created at `now`: `prefix`, an underscore and 26 characters (a `TypeID`). The same facts give the
/// same id.
pub(crate) fn type_id(prefix: &str, now: UtcMillis, facts: &[&str], secret: &Secret) -> String {
    /// Characters of the ids: Crockford's base32 alphabet in small letters.
    const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let random = secret.digest(facts).iter().take(10).fold(0, |number, byte| number << 8 | u128::from(*byte));
    let millis = u128::try_from(now.to_utc_millis()).unwrap_or_default() & 0xffff_ffff_ffff;
    // The layout of a UUID of version 7: time, version, randomness, variant, randomness.
    let number = millis << 80 | random;
    let number = number & !(0xf << 76) & !(0b11 << 62) | 0x7 << 76 | 0b10 << 62;
    let digits = (0..26).rev().map(|place| (number >> (5 * place)) & 31);
    let digits = digits.filter_map(|digit| DIGITS.get(usize::try_from(digit).ok()?).copied().map(char::from));
    format!("{prefix}_{}", digits.collect::<String>())
}

#[cfg(test)]
mod tests {
    use smileid_protocol::v3::JobId;

    use super::*;

    #[test]
    fn an_id_has_the_form_of_the_protocol_and_is_that_of_its_facts() {
        let secret = Secret::new([7; 32]);
        let at = |millis| UtcMillis::from_utc_millis(millis);
        let id = type_id("job", at(1_700_000_000_000), &["085", "1"], &secret);
        assert!(id.parse::<JobId>().is_ok(), "{id}");
        // 1,700,000,000,000 is 0x18bcfe56800; Python: `'{:050b}'.format(0x18bcfe56800)` in groups of five.
        assert!(id.starts_with("job_01hf7yat00"), "{id}");
        // The version, 0111, and the first bit of the randomness.
        assert!(matches!(id.as_bytes().get(14), Some(b'e' | b'f')), "{id}");
        assert_eq!(id, type_id("job", at(1_700_000_000_000), &["085", "1"], &secret));
        assert_ne!(id, type_id("job", at(1_700_000_000_000), &["085", "2"], &secret));
        assert!(id < type_id("job", at(1_700_000_000_001), &["085", "0"], &secret), "in order of time");
    }
}
