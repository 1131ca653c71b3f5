//! JSON Web Tokens that only this mock server can create and verify.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::Mac as _;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::model::secret::Secret;

const PURPOSE: &str = "web token";

/// Creates a signed token with these claims (its content).
pub(crate) fn sign(claims: &Value, secret: &Secret) -> String {
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let unsigned = format!("{}.{}", encode(&json!({"alg": "HS256", "typ": "JWT"})), encode(claims));
    let signature = URL_SAFE_NO_PAD.encode(secret.digest(&[PURPOSE, &unsigned]));
    format!("{unsigned}.{signature}")
}

/// Returns the claims of a token that [`sign`] created with the same secret.
pub(crate) fn verify<T: DeserializeOwned>(token: &str, secret: &Secret) -> Option<T> {
    let (unsigned, signature) = token.rsplit_once('.')?;
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    secret.mac(&[PURPOSE, unsigned]).verify_slice(&signature).ok()?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(unsigned.split_once('.')?.1).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_token_of_the_same_secret_is_read() {
        let secret = Secret::new([7; 32]);
        let claims = json!({"exp": 1, "partner_id": "85"});
        let token = sign(&claims, &secret);
        assert_eq!(verify::<Value>(&token, &secret), Some(claims));
        assert_eq!(verify::<Value>(&token, &Secret::new([8; 32])), None);
        let other = sign(&json!({"exp": 2, "partner_id": "85"}), &secret);
        let (body, _) = other.rsplit_once('.').unwrap();
        let (_, signature) = token.rsplit_once('.').unwrap();
        for altered in [format!("{body}.{signature}"), token.replace('.', ""), String::new(), "..".to_owned()]
        {
            assert_eq!(verify::<Value>(&altered, &secret), None, "{altered}");
        }
    }
}
