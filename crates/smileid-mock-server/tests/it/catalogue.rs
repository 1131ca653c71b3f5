//! Tests the lists of ID types, documents, banks and enabled products.

use bytes::Bytes;
use http::Request as HttpRequest;
use serde_json::{Value, json};
use smileid_protocol::v1::{bank_codes, products_config, services, valid_documents};

use crate::support::{INVALID, MISSING, Mock, refusal_of, refused};

const NO_COUNTRY: &str = "Country Code must be a valid ISO 3166-1 alpha-2 country code consisting of exactly two uppercase letters.";

fn documents(country: Option<&str>, continent: Option<&str>) -> valid_documents::Request {
    let mut request = valid_documents::Request::default();
    request.country_code = country.map(str::to_owned);
    request.continent = continent.map(str::to_owned);
    request
}

#[test]
fn services_say_what_a_lookup_needs() {
    let mut request = services::Request::default();
    let reply = Mock::new().reply(&request);
    // The fields, numbers and patterns are those of the fixtures of the official web and Android SDKs.
    let plain = json!(["country", "id_type", "id_number", "user_id", "job_id"]);
    assert_eq!(reply["id_types"]["NG"]["BVN"], plain);
    assert_eq!(reply["id_types"]["GH"]["SSNIT"], plain);
    let account = json!(["country", "id_type", "id_number", "bank_code", "user_id", "job_id"]);
    assert_eq!(reply["id_types"]["NG"]["BANK_ACCOUNT"], account);
    assert_eq!(reply["id_types"]["NG"]["BVN_MFA"][2], "session_id");
    let passport = json!({
        "label": "Passport",
        "required_fields": plain,
        "test_data": "G0000000",
        "id_number_regex": "^[A-Z][0-9]{7,9}$",
    });
    assert_eq!(reply["hosted_web"]["enhanced_kyc"]["GH"]["id_types"]["PASSPORT"], passport);
    assert_eq!(reply["hosted_web"]["enhanced_kyc"]["GH"]["name"], "Ghana");
    let basic = &reply["hosted_web"]["basic_kyc"]["NG"]["id_types"]["BVN"]["required_fields"];
    assert_eq!(
        *basic,
        json!(["country", "id_type", "id_number", "first_name", "last_name", "user_id", "job_id"])
    );
    assert_eq!(
        reply["hosted_web"]["doc_verification"]["NG"]["id_types"]["PASSPORT"],
        json!({"label": "Passport"})
    );
    assert_eq!(reply["hosted_web"]["biometric_kyc"]["NG"]["id_types"].get("BANK_ACCOUNT"), None);
    assert_eq!(reply["bank_codes"].as_array().unwrap().len(), 19);
    request.locale = Some("fr".to_owned());
    assert_eq!(Mock::new().reply(&request), reply);
}

#[test]
fn the_banks_of_a_country() {
    let mock = Mock::new();
    let reply = mock.reply(&bank_codes::Request::new("NG"));
    let banks = reply["bank_codes"].as_array().unwrap();
    assert!(banks.contains(&json!({"name": "Access Bank", "code": "044"})), "{banks:?}");
    assert_eq!(mock.reply(&bank_codes::Request::new("XX")), json!({"bank_codes": []}));
    for country in ["ng", "NGA", "", "N1"] {
        assert_eq!(
            mock.refusal(&bank_codes::Request::new(country)),
            refused("2413", NO_COUNTRY),
            "{country}"
        );
    }
    let nowhere = HttpRequest::get("/v2/bank-codes").body(Bytes::new()).unwrap();
    assert_eq!(refusal_of(&mock.raw(&nowhere)), refused("2413", MISSING));
}

#[test]
fn the_documents_of_a_country() {
    let mock = Mock::new();
    let reply = mock.reply(&documents(Some("KE"), None));
    assert_eq!(reply["valid_documents"].as_array().unwrap().len(), 1);
    let country = json!({"code": "KE", "continent": "AFRICA", "name": "Kenya"});
    assert_eq!(reply["valid_documents"][0]["country"], country);
    let id_types = reply["valid_documents"][0]["id_types"].as_array().unwrap();
    let alien = json!({"code": "ALIEN_CARD", "name": "Alien ID", "has_back": false, "example": []});
    let others = json!({"code": "", "name": "Others", "has_back": true, "example": []});
    assert!(id_types.contains(&alien) && id_types.contains(&others), "{id_types:?}");

    let codes = |request: &valid_documents::Request| -> Vec<Value> {
        let reply = mock.reply(request);
        reply["valid_documents"].as_array().unwrap().iter().map(|it| it["country"]["code"].clone()).collect()
    };
    assert_eq!(codes(&documents(None, None)).len(), 226, "as many as the web SDK's list has");
    let africa = codes(&documents(None, Some("AFRICA")));
    assert!(["GH", "KE", "NG", "ZA"].iter().all(|code| africa.contains(&json!(code))), "{africa:?}");
    assert!(!africa.contains(&json!("AF")), "Afghanistan is in Asia");
    for unknown in
        [documents(Some("XX"), None), documents(None, Some("ATLANTIS")), documents(Some("KE"), Some("ASIA"))]
    {
        assert_eq!(mock.reply(&unknown), json!({"valid_documents": []}));
    }
    for country in ["ke", "Ke", "KEN", "", "K1"] {
        assert_eq!(mock.refusal(&documents(Some(country), None)), refused("2413", NO_COUNTRY), "{country}");
    }
}

#[test]
fn documents_can_be_posted_for_too() {
    let mock = Mock::new();
    let expected = mock.reply(&documents(Some("KE"), None));
    let post =
        |uri: &str, body: &str| mock.raw(&HttpRequest::post(uri).body(Bytes::from(body.to_owned())).unwrap());
    for (uri, body) in [
        ("/v1/valid_documents", r#"{"country_code":"KE"}"#),
        (
            "/v1/valid_documents",
            r#"{"country_code":"KE","partner_id":"085","timestamp":"x","signature":"y"}"#,
        ),
        ("/v1/valid_documents?country_code=KE", ""),
        ("/v1/valid_documents?continent=AFRICA", r#"{"country_code":"KE"}"#),
        ("/v1/valid_documents?country_code=GH", r#"{"country_code":"KE"}"#),
    ] {
        let response = post(uri, body);
        assert_eq!(response.status(), 200, "{uri} {body}");
        assert_eq!(response.headers()["content-type"], "application/json");
        assert_eq!(serde_json::from_slice::<Value>(response.body()).unwrap(), expected, "{uri} {body}");
    }
    assert_eq!(post("/v1/valid_documents", "").status(), 200);
    let lower = post("/v1/valid_documents", r#"{"country_code":"ke"}"#);
    assert_eq!(refusal_of(&lower), refused("2413", NO_COUNTRY));
    for body in ["{", "[]", r#"{"country_code":1}"#] {
        assert_eq!(refusal_of(&post("/v1/valid_documents", body)), refused("2413", INVALID), "{body}");
    }
}

#[test]
fn everything_is_enabled() {
    let reply = Mock::new().reply(&products_config::Request::default());
    assert_eq!(reply["consentRequired"], json!({"NG": ["BVN", "BVN_MFA"]}));
    assert_eq!(reply["enterpriseId"], "085");
    let selection = &reply["idSelection"];
    assert_eq!(selection["biometric_kyc"]["ZA"], json!(["NATIONAL_ID"]));
    assert_eq!(selection["basic_kyc"]["ZA"], json!(["NATIONAL_ID", "NATIONAL_ID_NO_PHOTO"]));
    let documents = selection["doc_verification"]["NG"].as_array().unwrap();
    assert!(documents.contains(&json!("DRIVERS_LICENSE")) && !documents.contains(&json!("")));
    let services = Mock::new().reply(&services::Request::default());
    let products = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(products(selection), products(&services["hosted_web"]));
}
