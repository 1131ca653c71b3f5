//! The tokens that a partner's browsers may run jobs with.

use std::time::Duration;

use crate::{
    bounded::{Limits, Newest},
    millis::Millis,
};

const TOKENS: Limits = Limits { entries: 10_000, bytes: 16 << 20 };

/// How long a token is good for. Inferred: no source says.
pub(crate) const LIFE: Duration = Duration::from_secs(15 * 60);

/// The tokens that a partner's browsers may run jobs with.
pub(crate) struct Tokens(Newest<String, Grant>);

/// What a token is good for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Grant {
    pub(crate) user_id: String,
    pub(crate) job_id: String,
    pub(crate) product: String,
    pub(crate) callback_url: Option<String>,
    pub(crate) expires: Millis,
}

impl Tokens {
    pub(crate) fn new() -> Self {
        Self(Newest::new(TOKENS))
    }

    pub(crate) fn keep(&mut self, token: &str, grant: Grant) {
        let callback_url = grant.callback_url.as_ref().map_or(0, String::len);
        let bytes =
            token.len() + grant.user_id.len() + grant.job_id.len() + grant.product.len() + callback_url;
        self.0.insert(token.to_owned(), grant, bytes);
    }

    /// What a token is good for at `now`.
    #[cfg_attr(not(test), expect(dead_code, reason = "for the calls of browsers, which come later"))]
    pub(crate) fn grant(&self, token: &str, now: Millis) -> Option<&Grant> {
        self.0.get(&token.to_owned()).filter(|grant| now <= grant.expires)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_until_it_expires() {
        let now = Millis::from_utc(1_700_000_000_000);
        let grant = Grant {
            user_id: "leo".to_owned(),
            job_id: "job".to_owned(),
            product: "biometric_kyc".to_owned(),
            callback_url: None,
            expires: now.after(LIFE),
        };
        let mut tokens = Tokens::new();
        tokens.keep("a", grant.clone());
        assert_eq!(tokens.grant("a", now), Some(&grant));
        assert_eq!(tokens.grant("b", now), None);
        assert_eq!(tokens.grant("a", now.after(LIFE)), Some(&grant));
        assert_eq!(tokens.grant("a", now.after(LIFE + Duration::from_millis(1))), None);
    }
}
