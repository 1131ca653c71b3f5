//! Tests the programs of the page about the wire format: they are run one after another in one shell, with a strict mock server.

use std::{fs, path::Path, process::Command};

use smileid_mock_server::{MockServer, Options};

/// Returns the programs of the page, each with the text that its output must contain, if the page shows one.
fn programs(page: &str) -> Vec<(&str, Option<&str>)> {
    let mut programs: Vec<(&str, Option<&str>)> = Vec::new();
    for block in page.split("\n```").skip(1).step_by(2) {
        match block.split_once('\n') {
            Some(("bash", program)) => programs.push((program, None)),
            Some(("text", output)) => {
                programs.last_mut().expect("an output follows its program").1 = Some(output);
            }
            _ => {}
        }
    }
    programs
}

#[cfg(unix)]
#[test]
fn each_program_of_the_page_does_what_it_says() {
    const END: &str = "\n--- the next program ---\n";

    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let page = fs::read_to_string(root.join("docs/guides/wire.md")).unwrap();
    let programs = programs(&page);
    let mut options = Options::new().unwrap();
    options.config.strict = true;
    let mock = MockServer::start_with_blocking(options).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let end = END.replace('\n', "\\n");
    let each: Vec<_> = programs.iter().map(|(program, _)| format!("{program}\nprintf '{end}'\n")).collect();
    let script = each.concat();
    let key = mock.credentials();
    let run = Command::new("bash")
        .args(["-euo", "pipefail", "-c", &script])
        .current_dir(folder.path())
        .env("SMILE_ID_ENVIRONMENT", mock.base_url())
        .env("SMILE_ID_PARTNER_ID", key.partner_id().as_str())
        .env("SMILE_ID_API_KEY", key.api_key().expose())
        .env("SELFIE", root.join("docs/images/selfie.jpg"))
        .env("no_proxy", "127.0.0.1")
        .output()
        .expect("the programs need bash, curl, openssl and python3");
    let (output, errors) = (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    assert!(run.status.success(), "{output}\n{errors}");
    let outputs: Vec<_> = output.split(END).collect();
    assert_eq!(outputs.len(), programs.len() + 1);
    let mut shown = 0;
    for ((program, expected), output) in programs.iter().zip(outputs) {
        if let Some(expected) = expected {
            assert!(output.contains(expected.trim()), "{program}\nprinted {output}");
            shown += 1;
        }
    }
    assert_eq!(shown, 3, "a lookup, a job with images, and a job of version 3");
    // Announced, put, asked for; one lookup; the job of version 3.
    assert_eq!(mock.billing().len(), 3);
    let journal = mock.journal();
    assert!(journal.iter().all(|entry| entry.refusal.is_none()), "{journal:?}");
}
