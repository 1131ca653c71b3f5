//! Tests scenario files, and the errors for invalid ones.

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
    assert_eq!((mock.service.faults().len(), mock.service.callback_faults().len()), (1, 1));

    // A file takes the place of its former self, and what was called for stays.
    mock.service.add_scenario(rule(&json!({"when": {"user_id": "x"}, "then": {"code": "0840"}}))).unwrap();
    mock.service.set_file_rules("scenarios: []".parse().unwrap());
    assert_eq!(mock.service.scenarios().len(), 1);
    assert_eq!((mock.service.faults().len(), mock.service.callback_faults().len()), (0, 0));
    mock.status("vip-1", "job");
}

#[test]
fn what_is_wrong_with_a_file_is_said_of_its_place() {
    for (file, line, column, path, says) in [
        ("scenarios:\n  - then: {code: '0899'}\n", 2, 12, "scenarios[0].then.code", "`code` must be one of "),
        (
            "scenarios:\n  - then:\n      code: '0814'\n      review:\n        code: '0811'\n",
            5,
            9,
            "scenarios[0].then.review.code",
            "must be one of 1210, ",
        ),
        (
            "faults:\n  - then:\n      slow_reply:\n        bytes_per_second: 0\n",
            4,
            9,
            "faults[0].then.slow_reply.bytes_per_second",
            ": expected a whole number from 1",
        ),
        (
            "scenarios:\n  - then:\n      code: '0811'\n      cod: 1\n",
            4,
            7,
            "scenarios[0].then.cod",
            "unknown field `cod`, expected one of code, unknown, text,",
        ),
        (
            "scenarios:\n  - times: many\n    then: {code: '0811'}",
            2,
            5,
            "scenarios[0].times",
            ": expected a whole number, not below 0",
        ),
        (
            "scenarios:\n  - probability: 2\n    then: {}",
            2,
            5,
            "scenarios[0].probability",
            "a number from 0 to 1",
        ),
        ("scenarios:\n  - then: {after: soon}", 2, 12, "scenarios[0].then.after", "a whole number with `ms`"),
        (
            "scenarioz: []",
            1,
            1,
            "scenarioz",
            "expected one of partners, users, jobs, scenarios, faults, callbacks",
        ),
        ("scenarios: [", 1, 12, "scenarios", "unclosed bracket"),
        ("scenarios:\n\t- then: {}", 2, 2, "", "tabs"),
        (
            "{\"scenarios\": [\n  {\"then\": {\"code\": \"0899\"}}\n]}",
            2,
            13,
            "scenarios[0].then.code",
            "`code` must be one of ",
        ),
        (
            "faults:\n  - then: {reset: {at: never}}\n",
            2,
            20,
            "faults[0].then.reset.at",
            ": unknown variant `never`, expected one of upload_bytes",
        ),
        (
            "callbacks:\n  - then: {drop: 1}\n",
            2,
            12,
            "callbacks[0].then.drop",
            ": expected `true` or `false`",
        ),
        ("callbacks:\n  - then: []\n", 2, 5, "callbacks[0].then", ": expected members, as in `name: value`"),
        ("faults: {}\n", 1, 1, "faults", ": expected a list, as in `[first, second]`"),
        ("scenarios: []\n---\nfaults: []\n", 3, 1, "", "leave out the `---`"),
        (
            "faults:\n  - then: {}\n    then: {}\n",
            3,
            5,
            "faults[0]",
            ": duplicate mapping key `then` is not allowed here",
        ),
        ("partners:\n  - {partner_id: '', api_key: x}", 2, 5, "partners[0]", "partner"),
    ] {
        assert_wrong(file, (line, column), path, says);
    }
}

#[test]
fn a_rule_of_a_file_that_nothing_can_meet_is_refused() {
    for (file, line, column, path, says) in [
        (
            "scenarios:\n  - times: 1\n    when:\n      endpoint: uplaod\n    then: {}\n",
            4,
            7,
            "scenarios[0].when.endpoint",
            "of a scenario rule: expected one of aml, ",
        ),
        ("faults:\n  - {times: 0, then: {}}", 2, 6, "faults[0].times", "use a whole number from 1"),
        (
            "faults:\n  - when: {endpoint: callback}\n    then: {}\n",
            2,
            12,
            "faults[0].when.endpoint",
            "of a fault rule: expected one of aml, ",
        ),
        (
            "callbacks:\n  - when: {partner_id: '1', endpoint: upload}\n    then: {}\n",
            2,
            29,
            "callbacks[0].when.endpoint",
            "of a callback rule: expected one of callback, or",
        ),
    ] {
        assert_wrong(file, (line, column), path, says);
    }
}

#[track_caller]
fn assert_wrong(file: &str, (line, column): (u64, u64), path: &str, says: &str) {
    let error = file.parse::<ScenarioFile>().unwrap_err();
    assert_eq!((error.line, error.column, error.path.as_str()), (line, column, path), "{file}: {error}");
    let shown = error.to_string();
    assert!(shown.starts_with(&format!("line {line}, column {column}: ")) && shown.contains(says), "{shown}");
    assert_eq!((shown.matches("line").count(), shown.matches("Options").count()), (1, 0), "{shown}");
}

#[test]
fn aliases_may_repeat_something_but_not_without_end() {
    let rows = |levels: usize| {
        let mut set = "    - &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..levels {
            let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
            set = format!("{set}    - &a{level} [{aliases}]\n");
        }
        format!(
            "scenarios:\n- then:\n    code: '0811'\n    set:\n      many:\n{}",
            set.replace("    -", "      -")
        )
    };
    let file: ScenarioFile = rows(3).parse().unwrap();
    assert_eq!(file.scenarios.len(), 1);
    let error = rows(9).parse::<ScenarioFile>().unwrap_err();
    assert!(
        error.line > 6 && error.to_string().contains("the aliases up to here expand to too many"),
        "{error}"
    );
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

    let status = mock.status("kwame", "enrolment-of-kwame");
    assert!(status.job_complete && status.job_success);
    assert_eq!(code(mock.status("nia", "rejected-1").result().unwrap()), "0811");

    let flaky = || mock.submit(registration("leo", "flaky-1"));
    assert_eq!([flaky().unwrap_err().status, flaky().unwrap_err().status], [500, 500]);
    flaky().unwrap();

    mock.submit(ImageJob::document_verification(ids("odd", "odd"), selfie(), id_card(), "NG").unwrap())
        .unwrap();
    let reply = mock.reply(&job_status::Request::new("odd", "odd"));
    assert_eq!(reply["result"]["ConfidenceValue"], 97.5);
    assert_eq!(reply["result"]["Actions"]["Document_Check"], "Sent to Human Review");

    for header in guide.split("Smileid-Mock-Scenario: ").skip(1).map(|rest| rest.split_once('\n').unwrap().0)
    {
        let id = IdNumber::new("NG", "BVN", "00000000000").unwrap();
        let job = ready(ImageJob::biometric_kyc(ids("joe", header), selfie(), id)).upload_request(None);
        let response = mock.raw(&asking(&mock, &job, header));
        assert!(response.status() == 200 || refusal_of(&response).1["code"] == header, "{header}");
    }
}
