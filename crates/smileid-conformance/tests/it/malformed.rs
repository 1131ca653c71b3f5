//! Case files that are wrong, of every kind: each is named with line, column and what is wrong.

use std::{collections::BTreeMap, fs};

use smileid_conformance::Suite;

/// One good case of every kind, by the folder that says the kind.
fn one_of_each_kind() -> BTreeMap<&'static str, (&'static str, &'static str)> {
    let mut kinds = BTreeMap::new();
    for (path, text) in Suite::embedded_files() {
        let kind = path.split('/').next().unwrap();
        // Archives stand beside their cases: one that builds its own needs no other file.
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

/// Where `what` stands, as problems say it.
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
fn every_kind_is_tried() {
    let kinds: Vec<_> = one_of_each_kind().into_keys().collect();
    assert_eq!(
        kinds,
        [
            "callback",
            "client",
            "doctor",
            "loose",
            "package",
            "receiver",
            "recorded",
            "server",
            "signature",
            "strict",
            "v1",
            "verdict"
        ]
    );
    for (path, text) in one_of_each_kind().into_values() {
        let found = problems(path, text);
        // A scenario may name archives of other cases.
        assert!(found.iter().all(|it| it.contains("there is no `")), "{found:?}");
    }
}

#[test]
fn a_malformed_file_is_named_with_line_and_what_is_wrong() {
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
        assert_problem(path, &twice, description + 1, "there are two members `description`");
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
fn two_members_of_one_name_are_found_inside_a_message_too() {
    let kinds = one_of_each_kind();
    for (kind, member) in [
        ("loose", "\"job_id\": \"job-1\""),
        ("package", "\"smile_job_id\": \"0000000583\""),
        ("verdict", "\"SmileJobID\": \"0000000001\""),
    ] {
        let (path, text) = kinds[kind];
        let twice = text.replacen(member, &format!("{member},\n{member}"), 1);
        let name = member.split('"').nth(1).unwrap();
        assert_problem(path, &twice, line_of(text, member) + 1, &format!("there are two members `{name}`"));
    }
}

#[test]
fn a_member_of_what_is_expected_that_nobody_reads_is_found_in_every_kind() {
    for (kind, (path, text)) in one_of_each_kind() {
        // `doctor` and `strict` expect a list of what is found, in the words of the code under test.
        let Some(at) = text.find("\"expect\": {") else { continue };
        let line = text[..at].lines().count();
        let more = text.replacen("\"expect\": {", "\"expect\": {\"nobody_reads_this\": 1,", 1);
        let found = problems(path, &more);
        let place = format!("{path}:{line}:");
        let names_it = |it: &String| it.starts_with(&place) && it.contains("nobody_reads_this");
        assert!(found.iter().any(names_it), "{kind} {place}: {found:?}");
    }
}
