//! Tests AML checks (`/v1/aml`): the search in sanctions lists and lists of politically exposed persons.

use serde_json::{Value, json};
use smileid_protocol::{types::PartnerParams, v1::aml::Request};

use crate::support::{INVALID, MISSING, Mock, ids, refused};

fn search(full_name: &str) -> Request {
    Request::new(&ids("leo", "job"), full_name, vec!["NG".to_owned(), "GH".to_owned()])
}

#[test]
fn the_sample_person_is_on_the_lists() {
    let mut request = search("Joe Doe Leo");
    let mut params = PartnerParams::default();
    params.set_extra("optional_info", "mine").unwrap();
    request.partner_params = Some(params);
    let expected = json!({
        "Actions": {"Listed": "Listed"},
        "PartnerParams": {"user_id": "leo", "job_id": "job", "job_type": 10, "optional_info": "mine"},
        "SmileJobID": "0000000001",
        "ResultCode": "1030",
        "ResultText": "Found on list",
        "StrictMatch": true,
        "no_of_persons_found": 1,
        "people": [{
            "name": "Joe Doe Leo",
            "addresses": [],
            "adverse_media": [],
            "aliases": [],
            "associations": [],
            "dates_of_birth": ["2000-09-20"],
            "nationalities": ["NG"],
            "pep": {
                "pep_level": 1,
                "political_positions":
                    [{"country": "NG", "from": "2020-01-01", "to": null, "position": "Sample Minister"}],
                "sources": [],
            },
            "sanctions": [],
        }],
    });
    assert_eq!(Mock::new().reply(&request), expected);
}

#[test]
fn the_name_decides() {
    for (name, found) in [
        ("LEO joe  doe", Some("Joe Doe Leo")),
        ("Anna LISTED", Some("Anna LISTED")),
        ("Joe Leo", None),
        ("Joe Doe Leo Junior", None),
        ("Nelson Mandela", None),
    ] {
        let reply = Mock::new().reply(&search(name));
        if let Some(found) = found {
            assert_eq!(reply["people"][0]["name"], found, "{name}");
        } else {
            let (code, text) = (json!("1031"), json!("Not found on list"));
            assert_eq!((&reply["ResultCode"], &reply["ResultText"]), (&code, &text), "{name}");
            assert_eq!(reply["Actions"], json!({"Listed": "Not Listed"}));
            assert_eq!((&reply["people"], &reply["no_of_persons_found"]), (&json!([]), &json!(0)));
        }
    }
    let mut by_alias = search("Nelson Mandela");
    by_alias.aliases = Some(vec!["Madiba".to_owned(), "Leo Doe Joe".to_owned()]);
    by_alias.strict_match = Some(false);
    let reply = Mock::new().reply(&by_alias);
    assert_eq!((&reply["people"][0]["name"], &reply["StrictMatch"]), (&json!("Joe Doe Leo"), &json!(false)));
}

#[test]
fn what_is_required_must_be_there() {
    let mock = Mock::new();
    for name in ["user_id", "job_id", "full_name"] {
        for value in [Value::Null, json!(" ")] {
            assert_eq!(mock.refusal_with(&search("x"), name, value), refused("2413", MISSING), "{name}");
        }
    }
    for value in [Value::Null, json!([])] {
        assert_eq!(mock.refusal_with(&search("x"), "countries", value), refused("2413", MISSING));
    }
    assert_eq!(mock.refusal_with(&search("x"), "countries", json!("NG")), refused("2413", INVALID));
    let wrong = mock.refusal_with(&search("x"), "job_type", json!(5));
    assert_eq!(wrong, refused("2212", "Invalid job type"));
}
