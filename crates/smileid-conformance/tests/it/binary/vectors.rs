//! Tests the command `vectors --exec` with programs that give valid, wrong and missing answers.

use std::process::Output;

use super::{RECORDED, path, read, run, text};

/// Pattern for the question that most tests ask.
const ONE: &str = "^signature/plain::sign$";

/// The genuine signature of that case: the first vector of the wire reference, section 2.5.
const RIGHT: &str =
    r#"{"id":"signature/plain::sign","signature":"ANyq/KI902w+R4faE+AToTtKkbGnJVcfRJftgGdw8XE="}"#;

fn ask(only: &str, more: &[&str], script: &str) -> Output {
    let arguments = [&["vectors", "--only", only], more, &["--exec", "sh", "--", "-c", script]].concat();
    run(&arguments, RECORDED)
}

/// Returns a script that answers one question.
fn once(response: &str) -> String {
    format!("read -r question; printf '%s\\n' '{response}'; read -r more")
}

/// Returns a script that gives the same answer to every question. The answer may contain `'"$id"'`.
fn each(response: &str) -> String {
    format!(
        r#"while read -r question; do
            id=${{question#*'"id":"'}}; id=${{id%%'"'*}}
            printf '%s\n' '{response}'
        done"#
    )
}

#[test]
fn a_correct_response_passes_and_a_wrong_one_fails() {
    let folder = tempfile::tempdir().unwrap();
    let (json, junit) = (path(&folder, "report.json"), path(&folder, "report.xml"));
    let reports = ["--json", &json, "--junit", &junit];
    let output = ask(ONE, &reports, &once(RIGHT));
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stdout).ends_with("1 questions: 1 passed, 0 failed, 0 unsupported\n"));
    assert!(read(&json).contains(r#""outcome": "passed""#), "{}", read(&json));
    assert!(
        read(&junit).contains(r#"name="plain::sign" classname="signature" time="0.000"/>"#),
        "{}",
        read(&junit)
    );

    let output = ask(ONE, &reports, &once(&RIGHT.replace("ANyq", "ANyr")));
    let out = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{out}");
    assert!(out.contains("FAILED       signature/plain::sign: "), "{out}");
    assert!(out.contains("  expected the signature ANyq/"), "{out}");
    assert!(out.contains("  - creates another signature: ANyr/"), "{out}");
    assert!(read(&junit).contains(r#"failures="1""#), "{}", read(&junit));

    for (answer, said) in [
        (r#"{"id":"signature/plain::sign","crashed":"KeyError"}"#, "- crashes: KeyError"),
        (r#"{"id":"signature/plain::sign","refused":{"message":"no"}}"#, "- refuses to sign: no"),
    ] {
        let output = ask(ONE, &[], &once(answer));
        assert_eq!((output.status.code(), text(&output.stdout).contains(said)), (Some(1), true), "{said}");
    }
}

#[test]
fn a_program_that_supports_nothing_exits_with_2() {
    let nothing = each(r#"{"id":"'"$id"'","unsupported":"it is a sieve"}"#);
    let output = ask("^signature/key_", &[], &nothing);
    let out = text(&output.stdout);
    assert_eq!(output.status.code(), Some(2), "{out}");
    assert!(out.contains("unsupported  signature/key_tab::sign: it is a sieve\n"), "{out}");
    assert!(out.contains(" 0 passed, 0 failed, "), "{out}");
}

#[test]
fn required_tasks_must_be_supported() {
    let folder = tempfile::tempdir().unwrap();
    let junit = path(&folder, "report.xml");
    let only_signs = format!(
        r"read -r question; printf '%s\n' '{RIGHT}'
        {}",
        each(r#"{"id":"'"$id"'","unsupported":"the method is gone"}"#)
    );
    let two = "^signature/plain::(sign|verify)$";
    for (require, code) in
        [(&[][..], 0), (&["--require", "sign"], 0), (&["--require", "sign", "--require", "verify"], 1)]
    {
        let output = ask(two, &[require, &["--junit", &junit]].concat(), &only_signs);
        let out = text(&output.stdout);
        assert_eq!(output.status.code(), Some(code), "{require:?}: {out}{}", text(&output.stderr));
        assert_eq!(
            out.contains("- does not support it, but it is required: the method is gone\n"),
            code == 1,
            "{out}"
        );
        assert!(read(&junit).contains(&format!(r#"failures="{code}""#)), "{}", read(&junit));
    }
    for (require, said) in [
        ("archive", "no question has the required task `archive`"),
        ("archives", "expected one of: sign, verify, job, archive, verdict"),
    ] {
        let output = ask(two, &["--require", require], &only_signs);
        let err = text(&output.stderr);
        assert_eq!((output.status.code(), err.contains(said)), (Some(2), true), "{err}");
    }
}

#[test]
fn programs_without_a_valid_response_cannot_be_judged() {
    let wrong_id = once(&RIGHT.replace("plain", "no_fraction"));
    let misplaced = once(r#"{"id":"signature/plain::sign","accepted":true}"#);
    let two_answers = once(r#"{"id":"signature/plain::sign","signature":"x","refused":{"message":"y"}}"#);
    let two_ids = once(&RIGHT.replace('{', r#"{"id":"signature/no_fraction::sign","#));
    let two_signatures = once(&RIGHT.replace('{', r#"{"signature":"x","#));
    let unknown = once(r#"{"id":"signature/plain::sign","signatur":"x"}"#);
    let twice = once(&format!("{RIGHT}\n{RIGHT}"));
    for (script, said) in [
        (
            "read -r question; echo the key is missing >&2; exit 3",
            "the program ended without a response (exit status: 3)",
        ),
        ("read -r question; echo the key is missing >&2; exit 3", "\n  the key is missing"),
        ("echo the key is missing >&2; exec sleep 60", "no response within 1 s"),
        ("echo the key is missing >&2; exec sleep 60", "\n  the key is missing"),
        ("read -r question; exec 1>&-; sleep 0.1", "ended without a response"),
        (
            "read -r question; echo ready",
            ": the line is not a valid response: expected value at line 1 column 1; it begins with `ready`\n",
        ),
        ("read -r question; head -c 17000000 /dev/zero", "more than 16777216 bytes"),
        ("read -r question; echo '{}'", "the line has no `id`"),
        (&wrong_id, "the line has the id `signature/no_fraction::sign`, which is not the id of the question"),
        (&misplaced, "`accepted` is not a response to this task; expected one of: signature, refused"),
        (&two_answers, "the line is not a valid response"),
        (&two_ids, "the line contains `id` several times"),
        (&two_signatures, "the line contains `signature` several times"),
        (&unknown, "unknown variant `signatur`, expected one of `signature`"),
        ("echo ready; sleep 5", "ready"),
        (&twice, "the program wrote an unexpected line"),
    ] {
        let output = ask(ONE, &["--timeout", "1"], script);
        let err = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{script}: {err}");
        assert!(err.contains(said), "{script}: {err}");
    }
    let output = run(&["vectors", "--exec", "/nowhere/at/all"], RECORDED);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("failed to start `/nowhere/at/all`"), "{}", text(&output.stderr));
    let output = ask("^nothing$", &[], "cat");
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("no question matches --only"), "{}", text(&output.stderr));
}

#[test]
fn the_images_of_a_job_are_at_their_paths() {
    // It prints the size of the file at the first path in the question.
    let script = r#"read -r question
        path=$(printf '%s' "$question" | sed 's/.*"image":"\([^"]*selfie.jpg\)".*/\1/')
        size=$(wc -c < "$path" | tr -d ' ')
        printf '{"id":"loose/all_files_there::job","crashed":"%s bytes at %s"}\n' "$size" "$path""#;
    let output = ask("^loose/all_files_there", &[], script);
    let out = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{out}{}", text(&output.stderr));
    // The folder differs in each run, so it is removed.
    assert!(out.contains("- crashes: 139 bytes at selfie.jpg\n"), "{out}");
}

#[test]
fn questions_do_not_contain_expected_values() {
    let folder = tempfile::tempdir().unwrap();
    let heard = path(&folder, "heard");
    let answers = each(r#"{"id":"'"$id"'","unsupported":"it listens"}"#);
    let script = format!("tee '{heard}' | {answers}");
    ask("", &[], &script);
    let heard = read(&heard);
    assert!(heard.lines().count() > 400, "{}", heard.lines().count());
    for line in heard.lines() {
        let question: serde_json::Value = serde_json::from_str(line).unwrap();
        for name in question.as_object().unwrap().keys() {
            let known = [
                "id",
                "do",
                "partner_id",
                "api_key",
                "timestamp",
                "signature",
                "job",
                "default_callback",
                "reply",
                "message",
                "body",
            ];
            assert!(known.contains(&name.as_str()), "{name}");
        }
    }
    // A question about creating a signature does not contain one.
    assert!(
        heard
            .lines()
            .filter(|line| line.contains(r#""do":"sign""#))
            .all(|line| !line.contains("signature\":"))
    );
}
