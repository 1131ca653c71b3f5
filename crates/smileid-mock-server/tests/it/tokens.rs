//! Tests `/v1/token`, which creates web tokens with which a browser can run one job.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use smileid_mock_server::Config;
use smileid_protocol::{job::CallbackUrl, types::Product, v1::token::Request};

use crate::support::{MISSING, Mock, ids, refused};

fn token(product: &str) -> Request {
    let callback = CallbackUrl::parse("https://partner.example/callback").unwrap();
    Request::new(&ids("leo", "job"), &Product::from(product), Some(&callback))
}

#[test]
fn a_token_says_what_it_is_for_and_until_when() {
    let mock = Mock::new();
    let mut reply = mock.reply(&token("biometric_kyc"));
    let made = reply["token"].take();
    assert_eq!(reply, json!({"token": null, "success": true}));

    let parts: Vec<_> = made.as_str().unwrap().split('.').collect();
    let read =
        |part: &str| -> Value { serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap() };
    assert_eq!(read(parts[0]), json!({"alg": "HS256", "typ": "JWT"}));
    let claims = json!({
        "partner_id": "085",
        "user_id": "leo",
        "job_id": "job",
        "product": "biometric_kyc",
        "callback_url": "https://partner.example/callback",
        "iat": 1_700_000_000,
        "exp": 1_700_000_900,
    });
    assert_eq!(read(parts[1]), claims);
    assert_eq!(URL_SAFE_NO_PAD.decode(parts[2]).unwrap().len(), 32);

    assert_eq!(mock.reply(&token("biometric_kyc"))["token"], made, "the same at the same moment");
    assert_ne!(mock.reply(&token("smartselfie"))["token"], made);
    mock.pass(Duration::from_secs(1));
    assert_ne!(mock.reply(&token("biometric_kyc"))["token"], made);
    let other = Mock::with(Config::new([43; 32])).reply(&token("biometric_kyc"))["token"].take();
    let signature = |token: &Value| token.as_str().unwrap().rsplit('.').next().unwrap().to_owned();
    assert_ne!(signature(&other), signature(&made), "made with another secret");
}

#[test]
fn every_product_has_tokens_and_nothing_else() {
    let mock = Mock::new();
    for product in [
        "authentication",
        "basic_kyc",
        "smartselfie",
        "biometric_kyc",
        "enhanced_kyc",
        "doc_verification",
        "enhanced_document_verification",
        "ekyc_smartselfie",
        "identity_verification",
        "e_signature",
    ] {
        mock.send(&token(product)).unwrap();
    }
    for product in ["", "Biometric_KYC", "aml", "1"] {
        assert_eq!(mock.refusal(&token(product)), refused("2217", "Invalid product."), "{product}");
    }
}

#[test]
fn what_is_required_must_be_there() {
    let mock = Mock::new();
    for name in ["user_id", "job_id"] {
        for value in [Value::Null, json!(" ")] {
            assert_eq!(
                mock.refusal_with(&token("smartselfie"), name, value),
                refused("2213", MISSING),
                "{name}"
            );
        }
    }
    assert_eq!(mock.refusal_with(&token("smartselfie"), "product", Value::Null), refused("2213", MISSING));
    let wrong = mock.refusal_with(&token("smartselfie"), "product", json!(1));
    assert_eq!(wrong, refused("2204", "A parameter is of the wrong data type"));
    let without = mock.send_altered(&token("smartselfie"), |members| drop(members.remove("callback_url")));
    assert_eq!(without.status(), 200);
}
