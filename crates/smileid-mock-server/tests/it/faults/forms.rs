//! Tests the JSON format of faults.

use serde_json::{Value, json};
use smileid_mock_server::{Fault, Rule};

#[test]
fn every_form_reads_and_is_written_back() {
    let points = [
        json!({"upload_bytes": 100}),
        json!("before_handling"),
        json!("after_handling"),
        json!({"reply_bytes": 1}),
        json!("half_reply"),
    ];
    let mut forms = vec![
        json!({}),
        json!({"latency": "200ms"}),
        json!({"latency": {"uniform": {"min": "50ms", "max": "2s"}}}),
        json!({"latency": {"log_normal": {"median": "200ms", "sigma": 0.5, "max": "5m"}}}),
        json!({"latency": "2s", "slow_upload": {"bytes_per_second": 10000}}),
        json!({"slow_reply": {"bytes_per_second": 1}}),
        json!({"malformed_chunk": {"at": "half_reply"}}),
        json!({"malformed_chunk": {"at": {"reply_bytes": 10}}}),
        json!({"stall": {"at": "half_reply", "for": "26h"}}),
        json!({"reply": {"status": 502}}),
        json!({"reply": {"status": 204, "body": "empty"}}),
        json!({"reply": {"status": 503, "retry_after": "2m", "headers": {"x-a": "b", "x-b": "c"}}}),
        json!({"reply": {"status": 503, "retry_after": {"date": "30s"}}}),
        json!({"reply": {"status": 504, "body": {"html": "<p>"}, "after_handling": true}}),
        json!({"reply": {"status": 200, "body": {"json": [1, null]}}}),
        json!({"reply": {"status": 200, "body": {"text": "{"}, "headers": {"content-type": "application/json"}}}),
    ];
    for effect in ["reset", "close", "stall", "garbage"] {
        forms.extend(points.iter().map(|at| json!({effect: {"at": at}})));
    }
    for form in forms {
        let rule: Rule<Fault> =
            serde_json::from_value(json!({"then": form})).unwrap_or_else(|error| panic!("{form}: {error}"));
        assert_eq!(serde_json::to_value(&rule).unwrap(), json!({"then": form}));
        let text = serde_json::to_string(&rule.then).unwrap();
        assert_eq!(serde_json::from_str::<Fault>(&text).unwrap(), rule.then);
    }
}

#[test]
fn a_wrong_form_is_refused_by_its_member() {
    let wrong: [(Value, &[&str]); 34] = [
        (json!({"explode": {}}), &["unknown field `explode`", "`malformed_chunk`"]),
        (
            json!({"reset": {"at": "half_reply"}, "close": {"at": "half_reply"}}),
            &["`reset` and `close`", "one effect"],
        ),
        (json!({"latency": 200}), &["`latency`", "200", "`\"200ms\"`"]),
        (json!({"latency": "200"}), &["`latency`", "expected a duration", "`500ms`"]),
        (json!({"latency": "6m"}), &["`latency`", "`5m`"]),
        (json!({"latency": {"normal": {}}}), &["`latency", "`log_normal`"]),
        (json!({"latency": {"uniform": {"min": "1s"}}}), &["`latency", "missing field `max`"]),
        (
            json!({"latency": {"uniform": {"min": "x", "max": "1s"}}}),
            &["`latency.uniform.min`", "expected a duration"],
        ),
        (
            json!({"latency": {"uniform": {"min": "2s", "max": "1s"}}}),
            &["`latency`", "`min` is longer than `max`"],
        ),
        (
            json!({"latency": {"log_normal": {"median": "1s", "sigma": -1, "max": "2s"}}}),
            &["`latency`", "`sigma`", "0 to 10"],
        ),
        (
            json!({"latency": {"log_normal": {"median": "3s", "sigma": 1, "max": "2s"}}}),
            &["`latency`", "`median`"],
        ),
        (json!({"reset": "half_reply"}), &["`reset`"]),
        (json!({"reset": {}}), &["`reset`", "missing field `at`"]),
        (json!({"reset": {"at": "later"}}), &["`reset.at`", "`later`", "`before_handling`"]),
        (json!({"reset": {"at": {"reply_bytes": -1}}}), &["`reset.at.reply_bytes`", "-1"]),
        (json!({"reset": {"at": {"reply_bytes": "7"}}}), &["`reset.at.reply_bytes`"]),
        (json!({"reset": {"at": "half_reply", "for": "1s"}}), &["`reset", "unknown field `for`"]),
        (json!({"stall": {"at": "half_reply", "for": "forever"}}), &["`stall.for`", "expected a duration"]),
        (
            json!({"malformed_chunk": {"at": "before_handling"}}),
            &["`malformed_chunk.at`", "`reply_bytes` or `half_reply`"],
        ),
        (json!({"slow_upload": {"bytes_per_second": 0}}), &["`slow_upload.bytes_per_second`", "nonzero"]),
        (json!({"slow_reply": {"bytes_per_second": 0.5}}), &["`slow_reply.bytes_per_second`"]),
        (json!({"slow_reply": {}}), &["`slow_reply`", "missing field `bytes_per_second`"]),
        (json!({"reply": {}}), &["`reply", "missing field `status`"]),
        (json!({"reply": {"status": "503"}}), &["`reply.status`"]),
        (json!({"reply": {"status": 100}}), &["`reply`", "`status`", "200 to 599"]),
        (json!({"reply": {"status": 600}}), &["`reply`", "`status`", "200 to 599"]),
        (json!({"reply": {"status": 204, "body": {"text": "x"}}}), &["`reply`", "`body`", "204"]),
        (
            json!({"reply": {"status": 200, "body": {"xml": "x"}}}),
            &["`reply.body", "unknown variant `xml`", "`html`"],
        ),
        (json!({"reply": {"status": 200, "headers": {"a b": "x"}}}), &["`reply`", "`headers`", "`a b`"]),
        (json!({"reply": {"status": 200, "headers": {"a": "x\ny"}}}), &["`reply`", "`headers`", "`a`"]),
        (
            json!({"reply": {"status": 200, "headers": {"Content-Length": "1"}}}),
            &["`reply`", "`headers`", "`content-length`"],
        ),
        (json!({"reply": {"status": 200, "headers": {"a": 1}}}), &["`reply.headers.a`"]),
        (json!({"reply": {"status": 503, "retry_after": 2}}), &["`reply.retry_after`", "120s"]),
        (json!({"reply": {"status": 503, "retry_after": {"date": "2"}}}), &["`reply.retry_after`", "120s"]),
    ];
    for (form, says) in wrong {
        let written = json!({"then": form}).to_string();
        let mut read = serde_json::Deserializer::from_str(&written);
        let error = serde_path_to_error::deserialize::<_, Rule<Fault>>(&mut read).expect_err(&written);
        let member = error.path().to_string();
        let error = format!("`{}`: {}", member.trim_start_matches("then."), error.inner());
        for part in says {
            assert!(error.contains(part), "{written}: {error} has no {part}");
        }
        assert_eq!(error.matches("line").count(), 1, "{error}");
        assert!(serde_json::from_value::<Rule<Fault>>(json!({"then": form})).is_err());
    }
}
