//! Tests `smileid completions` and `smileid man`.

use std::process::Stdio;

use crate::command::*;

#[test]
fn every_shell_gets_a_script_with_the_commands() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = run(smileid(), ["completions", shell], "");
        assert_eq!(script.status, 0, "{}", script.stderr);
        for word in ["submit", "--max-age", "completions"] {
            assert!(script.stdout.contains(word.trim_start_matches('-')), "{shell}: {word}");
        }
    }
    let unknown = run(smileid(), ["completions", "tcsh-of-old"], "");
    assert_eq!((unknown.status, unknown.error()["kind"].as_str()), (2, Some("invalid_input")));
}

#[test]
fn pages_name_the_options_and_no_value_of_the_environment() {
    let page = |words: &[&str]| {
        let mut command = smileid();
        command.env("SMILE_ID_ENVIRONMENT", "https://secret.example").env("SMILE_ID_PARTNER_ID", "4711");
        let page = run(command, ["man"].iter().chain(words), "");
        assert_eq!(page.status, 0, "{}", page.stderr);
        assert!(page.stdout.contains("SMILE_ID_ENVIRONMENT"), "{words:?}");
        assert!(!page.stdout.contains("secret.example") && !page.stdout.contains("4711"), "{words:?}");
        page.stdout
    };
    assert!(page(&[]).contains(".TH smileid 1"));
    assert!(page(&["verify"]).contains(".TH smileid-verify 1"));
    assert!(page(&["package", "build"]).contains(r"\-\-output"));
    for words in [&["man", "destroy"][..], &["man", "verify", "more"]] {
        let unknown = run(smileid(), words, "");
        assert_eq!((unknown.status, unknown.error()["field"].as_str()), (2, Some("command")), "{words:?}");
    }
}

#[test]
fn a_closed_pipe_is_no_error() {
    for words in [&["man"][..], &["completions", "bash"]] {
        let mut child =
            smileid().args(words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        drop(child.stdout.take());
        let ended = child.wait_with_output().expect("it ends");
        assert!(ended.status.success() && ended.stderr.is_empty(), "{words:?}: {ended:?}");
    }
}
