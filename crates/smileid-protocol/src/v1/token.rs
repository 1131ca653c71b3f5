//! `POST /v1/token`: creates a web token, with which a browser can run one job.
//!
//! Wire: recorded from the official SDKs; the reply from their fixtures.

use smileid_types::{Extra, Product, open_struct};

use crate::{
    SOURCE_SDK, SOURCE_SDK_VERSION,
    auth::{Anonymous, Secret, SignedBody},
    codec::Json,
    endpoint::{Endpoint, Spec},
    job::{CallbackUrl, JobRef},
};

open_struct! {
    /// Request for a web token, with which a browser can run one job.
    pub strict struct Request {
        /// The id that the partner gave the person.
        user_id: String as text_or_number,
        /// The id that the partner gave the job.
        #[debug(shown)]
        job_id: String as text_or_number,
        /// Product of the job, as the API writes it: `biometric_kyc`.
        #[debug(shown)]
        product: String,
        /// Callback URL to which the API sends the result. If there is none, some SDKs send an empty text.
        #[debug(link)]
        callback_url: Option<String>,
        /// Name of the program that sends the request.
        source_sdk: Option<String>,
        /// Version of the program that sends the request.
        source_sdk_version: Option<String>,
    }
}

impl Request {
    /// Creates a request for a web token for one job of `product`. The API sends the result to `callback`. Without a callback
    /// URL, an empty text is sent, as most official SDKs do.
    ///
    /// Tokens have their own words for some products, such as `authentication`; the request has the right one. A product
    /// without one is sent by its usual word, and refused with the code 2217.
    ///
    /// ```
    /// use smileid_protocol::{job::{CallbackUrl, JobRef}, types::Product, v1::token};
    ///
    /// let job = JobRef::new("user-1", "job-1")?;
    /// let callback = CallbackUrl::parse("https://partner.example/callback")?;
    /// let request = token::Request::new(&job, &Product::SmartSelfieAuthentication, Some(&callback));
    /// assert_eq!(request.product, "authentication");
    /// # Ok::<(), smileid_protocol::job::InvalidInput>(())
    /// ```
    pub fn new(job: &JobRef, product: &Product, callback: Option<&CallbackUrl>) -> Self {
        Self {
            user_id: job.user_id().to_owned(),
            job_id: job.job_id().to_owned(),
            product: keyword(product).to_owned(),
            callback_url: Some(callback.map_or("", CallbackUrl::as_str).to_owned()),
            source_sdk: Some(SOURCE_SDK.to_owned()),
            source_sdk_version: Some(SOURCE_SDK_VERSION.to_owned()),
            extra: Extra::default(),
        }
    }
}

/// Returns the word for a product in requests for web tokens. A word that is already valid for tokens, such as an older one,
/// stays unchanged.
fn keyword(product: &Product) -> &str {
    let own = product.as_str();
    let words = product.row().map_or(&[][..], |row| row.token_keywords);
    if words.contains(&own) { own } else { words.first().copied().unwrap_or(own) }
}

impl Endpoint for Request {
    const SPEC: Spec = Spec::post("v1::token", "/v1/token").retry_safe();
    type Auth = SignedBody;
    type Codec = Json;
    type Response = Response;
    type ReplyAuth = Anonymous;
}

open_struct! {
    /// Response with a web token.
    pub strict struct Response {
        /// The web token. It is a secret: its holder can run the job.
        #[debug(shown)]
        token: Secret as text_or_number,
        /// True if the response has a web token.
        success: Option<bool> as bool_or_text,
    }
}

impl Response {
    /// Creates a response with this web token.
    pub fn new(token: impl Into<Secret>) -> Self {
        Self { token: token.into(), success: Some(true), extra: Extra::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_have_the_words_of_tokens() {
        // Product names from the documentation of web tokens.
        for (product, word) in [
            ("authentication", "authentication"),
            ("smartselfie_authentication", "authentication"),
            ("smartselfie_registration", "smartselfie"),
            ("biometric_kyc", "biometric_kyc"),
            ("ekyc_smartselfie", "ekyc_smartselfie"),
            ("enhanced_kyc", "enhanced_kyc"),
            ("aml", "aml"),
            ("newer_product", "newer_product"),
        ] {
            assert_eq!(keyword(&Product::from(product)), word);
        }
    }
}
