//! Secret key of the mock server. It signs presigned URLs, and derives ids that cannot be guessed.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// Secret key of the mock server, which no partner knows.
#[derive(Clone)]
pub(crate) struct Secret([u8; 32]);

impl Secret {
    pub(crate) fn new(key: [u8; 32]) -> Self {
        Self(key)
    }

    /// Computes a MAC over several texts. It covers the length of each text, so that moving characters from one text to the next
    /// changes the MAC.
    pub(crate) fn mac(&self, facts: &[&str]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        for fact in facts {
            mac.update(&(fact.len() as u64).to_le_bytes());
            mac.update(fact.as_bytes());
        }
        mac
    }

    /// Returns the bytes of [`Secret::mac`].
    pub(crate) fn digest(&self, facts: &[&str]) -> [u8; 32] {
        self.mac(facts).finalize().into_bytes().into()
    }

    /// Derives a uniformly distributed number from texts. The same texts give the same number.
    pub(crate) fn number(&self, facts: &[&str]) -> u64 {
        self.digest(facts).iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
    }

    /// Derives an id of 30 letters and digits from texts, the length of the API's sample ids. The same texts give the
    /// same id.
    pub(crate) fn name(&self, facts: &[&str]) -> String {
        const LETTERS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
        let digest = self.digest(facts);
        digest.iter().take(30).map(|byte| char::from(LETTERS[usize::from(*byte) % LETTERS.len()])).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_that_of_its_facts_and_of_the_key() {
        let secret = Secret::new([7; 32]);
        let name = secret.name(&["link", "085"]);
        assert_eq!(name, secret.name(&["link", "085"]));
        assert_eq!(name.len(), 30);
        assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()), "{name}");
        for other in [&["link", "086"][..], &["link0", "85"], &["link085"], &["085", "link"]] {
            assert_ne!(name, secret.name(other), "{other:?}");
        }
        assert_ne!(name, Secret::new([8; 32]).name(&["link", "085"]));
    }
}
