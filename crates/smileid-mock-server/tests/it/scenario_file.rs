//! What a file of scenarios may say, and what is said of one that is wrong.

use std::time::Duration;

use serde_json::json;
use smileid_mock_server::ScenarioFile;
use smileid_protocol::{
    auth::Credentials,
    job::{IdNumber, ImageJob},
    v1::job_status,
};

use crate::support::{
    Mock, asking, code, history, id_card, ids, ready, refusal_of, registration, rule, selfie,
};

const FILE: &str = r#"
partners:
  - {partner_id: "900", api_key: another-key}
scenarios:
  - when: {partner_id: "900", job_type: 4}
    then: {code: 0841}
  - when: {partner_id: "900", user_id: "vip-*"}
    times: 1
    then:
      code: "2221"
      text: Not enabled
faults:
  - when: {partner_id: "900", endpoint: token}
    then: {latency: 200ms, reply: {status: 503}}
callbacks:
  - when: {partner_id: "900"}
    then: {drop: true}
"#;

#[test]
fn a_file_is_yaml_or_json() {
    let yaml: ScenarioFile = FILE.parse().unwrap();
    let json = json!({
        "partners": [{"partner_id": "900", "api_key": "another-key"}],
        "scenarios": [
            {"when": {"partner_id": "900", "job_type": 4}, "then": {"code": "0841"}},
            {"when": {"partner_id": "900", "user_id": "vip-*"}, "times": 1, "then": {"code": "2221", "text": "Not enabled"}},
        ],
        "faults": [
            {"when": {"partner_id": "900", "endpoint": "token"}, "then": {"latency": "200ms", "reply": {"status": 503}}},
        ],
        "callbacks": [{"when": {"partner_id": "900"}, "then": {"drop": true}}],
    });
    let json: ScenarioFile = json.to_string().parse().unwrap();
    assert_eq!(format!("{yaml:?}"), format!("{json:?}"));
    assert_eq!("".parse::<ScenarioFile>().unwrap().scenarios, []);

    let mut mock = Mock::new();
    mock.service.set_file_rules(yaml);
    mock.submit(registration("leo", "job")).unwrap();
    assert_eq!(history(&mock), ["0840"], "another partner");
    mock.credentials = Credentials::new("900", "another-key").unwrap();
    assert_eq!(mock.submit(registration("vip-1", "vip")).unwrap_err().error, "Not enabled");
    mock.submit(registration("vip-1", "job")).unwrap();
    assert_eq!(code(mock.status("vip-1", "job").result().unwrap()), "0841");
    assert_eq!((mock.service.faults().len(), mock.service.mischief().len()), (1, 1));

    // A file takes the place of its former self, and what was called for stays.
    mock.service.add_scenario(rule(&json!({"when": {"user_id": "x"}, "then": {"code": "0840"}}))).unwrap();
    mock.service.set_file_rules("scenarios: []".parse().unwrap());
    assert_eq!(mock.service.scenarios().len(), 1);
    assert_eq!((mock.service.faults().len(), mock.service.mischief().len()), (0, 0));
    mock.status("vip-1", "job");
}

#[test]
fn what_is_wrong_with_a_file_is_said_of_its_place() {
    for (file, line, column, path, says) in [
        ("scenarios:\n  - then: {code: '0899'}\n", 2, 5, "scenarios[0]", "`code` must be one of "),
        (
            "scenarios:\n  - then:\n      code: '0811'\n      cod: 1\n",
            4,
            7,
            "scenarios[0].then.cod",
            "unknown field `cod`, expected one of code, unknown, text,",
        ),
        ("scenarios:\n  - times: many\n    then: {code: '0811'}", 2, 12, "scenarios[0].times", "invalid u32"),
        (
            "scenarios:\n  - probability: 2\n    then: {}",
            2,
            18,
            "scenarios[0].probability",
            "a number from 0 to 1",
        ),
        ("scenarios:\n  - then: {after: soon}", 2, 12, "scenarios[0].then.after", "a whole number with `ms`"),
        ("scenarioz: []", 1, 1, "scenarioz", "expected one of partners, scenarios, faults, callbacks"),
        ("scenarios: [", 1, 12, "scenarios", "unclosed bracket"),
        ("scenarios:\n\t- then: {}", 2, 2, "", "tabs"),
        (
            "{\"scenarios\": [\n  {\"then\": {\"code\": \"0899\"}}\n]}",
            2,
            3,
            "scenarios[0]",
            "`code` must be one of ",
        ),
        (
            "faults:\n  - then: {reset: {at: never}}\n",
            2,
            11,
            "faults[0].then.reset.at",
            "expected one of upload_bytes",
        ),
        ("partners:\n  - {partner_id: '', api_key: x}", 2, 5, "partners[0]", "partner"),
    ] {
        let error = file.parse::<ScenarioFile>().unwrap_err();
        assert_eq!((error.line, error.column, error.path.as_str()), (line, column, path), "{file}: {error}");
        let shown = error.to_string();
        assert!(
            shown.contains(says) && shown.starts_with(&format!("line {line}, column {column}: ")),
            "{shown}"
        );
    }
}

#[test]
fn the_guide_s_file_does_what_it_says() {
    let guide = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/guides/scenarios.md"));
    let (_, rest) = guide.split_once("```yaml\n").unwrap();
    let file: ScenarioFile = rest.split_once("```").unwrap().0.parse().unwrap();
    let mock = Mock::new();
    mock.service.set_file_rules(file);

    let id = IdNumber::new("NG", "BVN", "00000000000").unwrap();
    mock.submit(ImageJob::biometric_kyc(ids("amina", "job"), selfie(), id)).unwrap();
    assert_eq!(code(mock.status("amina", "job").result().unwrap()), "0814");
    mock.pass(Duration::from_secs(2 * 60 * 60));
    assert_eq!(code(mock.status("amina", "job").result().unwrap()), "1210");

    let flaky = || mock.submit(registration("leo", "flaky-1"));
    assert_eq!([flaky().unwrap_err().status, flaky().unwrap_err().status], [500, 500]);
    flaky().unwrap();

    mock.submit(ImageJob::document_verification(ids("odd", "odd"), selfie(), id_card(), "NG").unwrap())
        .unwrap();
    let reply = mock.reply(&job_status::Request::new("odd", "odd"));
    assert_eq!(reply["result"]["ConfidenceValue"], 97.5);
    assert_eq!(reply["result"]["Actions"]["Document_Check"], "Sent to Human Review");

    for header in guide.split("Smileid-Mock-Scenario: ").skip(1).map(|rest| rest.split_once('\'').unwrap().0)
    {
        let id = IdNumber::new("NG", "BVN", "00000000000").unwrap();
        let job = ready(ImageJob::biometric_kyc(ids("joe", header), selfie(), id)).upload_request(None);
        let response = mock.raw(&asking(&mock, &job, header));
        assert!(response.status() == 200 || refusal_of(&response).1["code"] == header, "{header}");
    }
}
