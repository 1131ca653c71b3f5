//! Tests Smile Links: links to hosted web pages for a verification.

use bytes::Bytes;
use http::Request as HttpRequest;
use serde_json::{Value, json};
use smileid_protocol::{
    job::CallbackUrl,
    v1::{
        create_smile_link::{LinkIdType, LinkPage, Request},
        get_smile_link, update_smile_link,
    },
};

use crate::support::{INVALID, Mock, refused};

fn link() -> Request {
    let id_types = vec![LinkIdType::new("NG", "BVN", "biometric_kyc")];
    let page = LinkPage {
        name: "Onboarding",
        company_name: "Sample Company",
        data_privacy_policy_url: "https://partner.example/privacy",
    };
    let callback = CallbackUrl::parse("https://partner.example/callback").unwrap();
    let mut link = Request::new(page, id_types, &callback);
    link.settings.user_id = Some("leo".to_owned());
    link
}

/// Creates a Smile Link, and returns its id.
fn made(mock: &Mock) -> String {
    mock.send(&link()).unwrap().ref_id.unwrap()
}

fn get(ref_id: &str) -> get_smile_link::Request {
    get_smile_link::Request::new(ref_id)
}

#[test]
fn a_link_is_made_found_and_ended() {
    let mock = Mock::new();
    let mut reply = mock.reply(&link());
    let ref_id = reply["ref_id"].as_str().expect("a name").to_owned();
    assert!(ref_id.len() == 30 && ref_id.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{ref_id}");
    assert_eq!(reply["ref_id"].take(), ref_id);
    let mut expected = json!({
        "ref_id": null,
        "link": format!("http://127.0.0.1:8085/links/085/{ref_id}"),
        "is_disabled": false,
        "name": "Onboarding",
        "company_name": "Sample Company",
        "id_types": [{"country": "NG", "id_type": "BVN", "verification_method": "biometric_kyc"}],
        "callback_url": "https://partner.example/callback",
        "data_privacy_policy_url": "https://partner.example/privacy",
        "user_id": "leo",
    });
    assert_eq!(reply, expected);

    expected["ref_id"] = json!(ref_id);
    assert_eq!(mock.reply(&get(&ref_id)), expected);
    expected["is_disabled"] = json!(true);
    assert_eq!(mock.reply(&update_smile_link::Request::disable(&ref_id)), expected);
    assert_eq!(mock.reply(&get(&ref_id)), expected);

    let response =
        mock.raw(&HttpRequest::get(expected["link"].as_str().unwrap()).body(Bytes::new()).unwrap());
    assert_eq!(response.status(), 403, "nothing answers there");
}

#[test]
fn every_link_has_a_name_of_its_own_which_a_new_mock_makes_again() {
    let mock = Mock::new();
    let names = [made(&mock), made(&mock)];
    assert_ne!(names[0], names[1]);
    let again = Mock::new();
    assert_eq!(names, [made(&again), made(&again)]);
}

#[test]
fn a_link_leads_back_to_where_the_request_came_in() {
    let mock = Mock::new();
    let mut request = mock.encode(&link());
    request.headers_mut().insert("host", "mock:8085".parse().unwrap());
    let reply: Value = serde_json::from_slice(mock.raw(&request).body()).unwrap();
    assert!(reply["link"].as_str().unwrap().starts_with("http://mock:8085/links/085/"), "{reply}");

    let ref_id = made(&mock);
    let mut disable = mock.encode(&update_smile_link::Request::disable(&ref_id));
    disable.headers_mut().insert("host", "evil.example/path?".parse().unwrap());
    assert_eq!(mock.raw(&disable).body(), r#"{"message":"Bad Request"}"#);
    assert_eq!(mock.reply(&get(&ref_id))["is_disabled"], false, "nothing was changed");
}

#[test]
fn the_rest_of_a_link_can_be_changed_too() {
    let mock = Mock::new();
    let ref_id = made(&mock);
    let update = |name: &str, value: Value| {
        let request: update_smile_link::Request =
            serde_json::from_value(json!({"ref_id": ref_id, name: value})).unwrap();
        request
    };
    let reply = mock.reply(&update("name", json!("Renamed")));
    assert_eq!((&reply["name"], &reply["is_disabled"]), (&json!("Renamed"), &json!(false)));
    let reply = mock.reply(&update("is_single_use", json!("true")));
    assert_eq!((&reply["name"], &reply["is_single_use"]), (&json!("Renamed"), &json!(true)));
    mock.send(&update("is_disabled", json!(true))).unwrap();
    assert_eq!(mock.reply(&update("is_disabled", json!(false)))["is_disabled"], false);
    let reply = mock.reply(&update("link", json!("https://evil.example/")));
    assert_eq!(
        reply["link"],
        format!("http://127.0.0.1:8085/links/085/{ref_id}"),
        "not the partner's to choose"
    );

    assert_eq!(
        mock.refusal(&update("name", json!(""))),
        refused("2413", "\"name\" is not allowed to be empty")
    );
    for (name, value) in [("id_types", json!("BVN")), ("is_disabled", json!("perhaps"))] {
        let wrong = mock.refusal_with(&update("is_disabled", json!(true)), name, value);
        assert_eq!(wrong, refused("2413", INVALID));
    }
    assert_eq!(mock.reply(&get(&ref_id))["name"], "Renamed", "nothing that was refused was changed");
}

#[test]
fn a_link_that_is_not_there() {
    let mock = Mock::new();
    made(&mock);
    let unknown = refused("2304", "Link not found");
    assert_eq!(mock.refusal(&get("other")), unknown);
    assert_eq!(mock.refusal(&update_smile_link::Request::disable("other")), unknown);
}

#[test]
fn what_is_wrong_is_named() {
    let mock = Mock::new();
    for name in ["name", "company_name", "callback_url", "data_privacy_policy_url"] {
        let required = format!("\"{name}\" is required");
        assert_eq!(mock.refusal_with(&link(), name, Value::Null), refused("2413", &required));
        let empty = format!("\"{name}\" is not allowed to be empty");
        assert_eq!(mock.refusal_with(&link(), name, json!(" ")), refused("2413", &empty));
    }
    for name in ["callback_url", "data_privacy_policy_url", "redirect_url", "logo_url"] {
        let no_uri = format!("\"{name}\" must be a valid uri");
        assert_eq!(mock.refusal_with(&link(), name, json!("partner")), refused("2413", &no_uri));
    }
    let id_type = |name: &str, value: &str| {
        let mut id_type = json!({"country": "NG", "id_type": "BVN", "verification_method": "biometric_kyc"});
        id_type[name] = json!(value);
        json!([{"country": "NG", "id_type": "BVN", "verification_method": "enhanced_kyc"}, id_type])
    };
    for (value, error) in [
        (Value::Null, "\"id_types\" is required"),
        (json!([]), "\"id_types\" does not contain 1 required value(s)"),
        (json!("BVN"), INVALID),
        (id_type("country", ""), "\"id_types[1].country\" is not allowed to be empty"),
        (id_type("id_type", ""), "\"id_types[1].id_type\" is not allowed to be empty"),
        (
            id_type("verification_method", ""),
            "\"id_types[1].verification_method\" is not allowed to be empty",
        ),
        (
            id_type("verification_method", "guess"),
            "\"id_types[1].verification_method\" must be one of \
             [biometric_kyc, doc_verification, enhanced_document_verification, enhanced_kyc]",
        ),
    ] {
        assert_eq!(mock.refusal_with(&link(), "id_types", value), refused("2413", error));
    }
}

#[test]
fn a_link_may_expire_within_ninety_days() {
    let mock = Mock::new(); // on 2023-11-14
    for (expires_at, error) in [
        ("2023-11-14T22:13:20.123Z", Some("\"expires_at\" must be greater than \"now\"")),
        ("2020-01-01T00:00:00Z", Some("\"expires_at\" must be greater than \"now\"")),
        ("2023-11-14T22:13:20.124Z", None),
        ("2024-02-12T22:13:20.123Z", None),
        ("2024-02-12T22:13:20.124Z", Some("\"expires_at\" must be within 90 days")),
        ("2099-01-01", None),
    ] {
        let mut link = link();
        link.settings.expires_at = Some(expires_at.to_owned());
        match error {
            None => assert_eq!(mock.reply(&link)["expires_at"], expires_at),
            Some(error) => assert_eq!(mock.refusal(&link), refused("2413", error), "{expires_at}"),
        }
    }
}
