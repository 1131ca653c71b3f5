//! Tests malformed case files of every kind: errors show the line, the column and the problem.

use std::{collections::BTreeMap, fs};

use smileid_conformance::Suite;

/// A valid case of every kind, by its folder.
fn one_of_each_kind() -> BTreeMap<&'static str, (&'static str, &'static str)> {
    let mut kinds = BTreeMap::new();
    for (path, text) in Suite::embedded_files() {
        let kind = path.split('/').next().unwrap();
        // Archives are separate files. Cases that build their own need no other file.
        let is_case = path.strip_suffix(".json").is_some();
        if is_case && (kind != "package" || path.contains("/jt1_two_files")) {
            kinds.entry(kind).or_insert((path, std::str::from_utf8(text).unwrap()));
        }
    }
    kinds
}

fn problems(path: &str, text: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(path);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, text).unwrap();
    let problems = Suite::load(folder.path()).err().map(|error| error.problems).unwrap_or_default();
    problems.iter().map(ToString::to_string).collect()
}

/// Returns the line number of a text in a case.
fn line_of(text: &str, what: &str) -> usize {
    text[..text.find(what).unwrap()].lines().count()
}

fn assert_problem(path: &str, text: &str, line: usize, what: &str) {
    let found = problems(path, text);
    let place = format!("{path}:{line}:");
    assert!(
        matches!(&found[..], [it] if it.starts_with(&place) && it.contains(what)),
        "{place} … {what}\n{found:?}"
    );
}

#[test]
fn every_kind_is_tested() {
    let kinds: Vec<_> = one_of_each_kind().into_keys().collect();
    assert_eq!(
        kinds,
        [
            "callback",
            "client",
            "loose",
            "package",
            "receiver",
            "recorded",
            "server",
            "signature",
            "v1",
            "v3",
            "verdict"
        ]
    );
    for (path, text) in one_of_each_kind().into_values() {
        let found = problems(path, text);
        // A scenario may name archives of other cases.
        assert!(found.iter().all(|it| it.contains("the file `")), "{found:?}");
    }
}

#[test]
fn a_malformed_file_is_reported_with_line_and_problem() {
    for (path, text) in one_of_each_kind().into_values() {
        let description = line_of(text, "\"description\"");
        let with = |from: &str, to: &str| text.replacen(from, to, 1);
        assert_problem(
            path,
            &with("\"description\"", "\"descripton\""),
            description,
            "unknown field `descripton`",
        );
        assert_problem(
            path,
            &with("\"description\": \"", "\"description\": 7, \"x\": \""),
            description,
            "invalid type",
        );
        assert_problem(path, &with("\"description\":", "\"description\""), description, "expected `:`");
        let twice = with("\"description\"", "\"description\": \"d\",\n  \"description\"");
        assert_problem(path, &twice, description + 1, "duplicate member `description`");
        let cut = &text[..text.len() / 2];
        assert!(
            problems(path, cut).iter().all(|it| it.contains("EOF while parsing")),
            "{:?}",
            problems(path, cut)
        );
        assert!(!problems(path, cut).is_empty());
        assert_problem(path, &format!("{text}}}"), text.lines().count() + 1, "trailing characters");
    }
}

#[test]
fn duplicate_members_inside_messages_are_reported() {
    let kinds = one_of_each_kind();
    for (kind, member) in [
        ("loose", "\"job_id\": \"job-1\""),
        ("package", "\"smile_job_id\": \"0000000583\""),
        ("verdict", "\"SmileJobID\": \"0000000001\""),
    ] {
        let (path, text) = kinds[kind];
        let twice = text.replacen(member, &format!("{member},\n{member}"), 1);
        let name = member.split('"').nth(1).unwrap();
        assert_problem(path, &twice, line_of(text, member) + 1, &format!("duplicate member `{name}`"));
    }
}

#[test]
fn unknown_members_of_expectations_are_reported_for_every_kind() {
    for (kind, (path, text)) in one_of_each_kind() {
        // Some kinds expect a list.
        let Some(at) = text.find("\"expect\": {") else { continue };
        let line = text[..at].lines().count();
        let more = text.replacen("\"expect\": {", "\"expect\": {\"unknown_member\": 1,", 1);
        let found = problems(path, &more);
        let place = format!("{path}:{line}:");
        let names_it = |it: &String| it.starts_with(&place) && it.contains("unknown_member");
        assert!(found.iter().any(names_it), "{kind} {place}: {found:?}");
    }
}

#[test]
fn errors_in_receiver_cases_are_reported_with_their_line() {
    let case = r#"{
        "id": "receiver/a", "description": "d", "source": "synthetic", "advice": "Do.",
        "messages": {"face": {"callback": "callback/biometric"}},
        "deliveries": [
            {
                "message": "face",
                "sign": {
                    "time": "{date}T{clock}Z",
                    "by": {"partner_id": "{partner_id}0", "api_key": "{api_key}"}, "ago": 0
                },
                "change": {
                    "headers": {"x-one": "two"},
                    "set": {"/PartnerParams/job_id": "other-{run}"}
                },
                "method": "POST",
                "expect": ["2xx"]
            }
        ],
        "state": {
            "job-{run}": {"$one_of": [
                {"$absent": true},
                {
                    "decision": {"$one_of": ["approved", "not_done"]},
                    "code": "0810"
                }
            ]}
        }
    }"#;
    // A wrong value is detected after reading it, so the line is that of its end.
    let path = "receiver/a.json";
    assert_eq!(problems(path, case), Vec::<String>::new());
    for (from, to, line, problem) in [
        ("POST", "G T", 15, "\"G T\" is not an HTTP method"),
        ("x-one", "x one", 12, "\"x one\" is not a header name"),
        ("two", "t\\u0000o", 12, "a header cannot have the value"),
        (
            "/PartnerParams/job_id",
            "/a/b/c",
            13,
            "delivery 1 cannot be created: invalid case: the request has no `/a/b/c`",
        ),
        ("/PartnerParams/job_id", "PartnerParams", 13, "the request has no `PartnerParams`"),
        ("{partner_id}0", "", 9, "`partner_id` cannot be empty in a signature"),
        ("{api_key}", " ", 9, "`api_key` cannot be empty in a signature"),
        (
            "{clock}",
            "{klock}",
            8,
            "unknown part of a time `{klock}`: expected date, clock, milliseconds, unix_milliseconds",
        ),
        ("{date}T{clock}Z", "", 8, "a time cannot be empty"),
        (
            "\"decision\"",
            "\"decison\"",
            23,
            "a job in `state` has the unknown member `decison`: expected decision, code, confirmed or user_id",
        ),
        (
            "\"approved\"",
            "\"aproved\"",
            23,
            "unknown decision `aproved`: expected one of approved, provisional",
        ),
        (
            "{\"$one_of\": [\"approved\", \"not_done\"]}",
            "\"done\"",
            23,
            "unknown decision `done`: expected one of",
        ),
        ("{\"$one_of\": [\"approved\", \"not_done\"]}", "7", 23, "`decision` must be a text"),
        ("{\"$absent\": true}", "7", 19, "a job in `state` must be an object or absent"),
        (
            "\"callback\": ",
            "\"set\": {\"/a/b\": 1}, \"callback\": ",
            3,
            "message `face` cannot be created: invalid case: the request has no `/a/b`",
        ),
    ] {
        let text = case.replacen(from, to, 1);
        assert_ne!(text, case, "{from}");
        assert_problem(path, &text, line, problem);
    }
}

#[test]
fn unknown_decisions_are_reported() {
    let (path, text) = one_of_each_kind()["verdict"];
    let line = line_of(text, "\"decision\"");
    let with = |from: &str, to: &str| text.replacen(&format!("\"decision\": \"{from}\""), to, 1);
    let misspelt = with("finding", "\"decision\": \"findng\"");
    assert_ne!(misspelt, text);
    assert_problem(
        path,
        &misspelt,
        line,
        "unknown variant `findng`, expected one of `approved`, `pending`, `provisional`",
    );
}

#[test]
fn invalid_signatures_and_changes_in_scenarios_are_reported() {
    let case = r#"{
        "id": "server/a", "description": "d", "source": "synthetic",
        "steps": [{"ask": {
            "endpoint": "v1::services",
            "sign": {"by": {"partner_id": "1", "api_key": "k"}, "time": "{date}"},
            "change": {"headers": {"x-one": null}},
            "expect": {"status": 200}
        }}]
    }"#;
    let path = "server/a.json";
    assert_eq!(problems(path, case), Vec::<String>::new());
    for (from, to, problem) in [
        ("\"1\"", "\"\"", "`partner_id` cannot be empty in a signature"),
        ("{date}", "{day}", "unknown part of a time `{day}`"),
        ("x-one", "x one", "\"x one\" is not a header name"),
    ] {
        let found = problems(path, &case.replacen(from, to, 1));
        // A step is parsed as a whole before its kind is known.
        assert!(
            matches!(&found[..], [it] if it.starts_with("server/a.json:") && it.contains(problem)),
            "{found:?}"
        );
    }
}
