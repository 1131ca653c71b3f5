//! Tests that each example runs against its own mock server, prints the output shown in its head, and is listed in the
//! documentation.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use smileid_mock_server::{MockServer, Options, Processing};

/// Examples that run until they are stopped.
const SERVICES: &[&str] = &["callback_receiver"];

/// Files that are not examples: `cargo xtask bench` runs them.
const TOOLS: &[&str] = &["bench_waits"];

const MANIFEST_DIR: &str = env!("CARGO_MANIFEST_DIR");

#[test]
fn every_example_prints_what_it_says() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.expect("a runtime");
    // All at once: what takes time is waiting.
    let mut running = Vec::new();
    for path in examples() {
        if !SERVICES.contains(&name(&path)) {
            let mock = runtime.block_on(mock(name(&path)));
            running.push((start(name(&path), &mock), mock, path));
        }
    }
    assert!(running.len() > 5, "there are examples");
    for (child, _mock, path) in running {
        let name = name(&path);
        let output = child.wait_with_output().expect("it is ours to wait for");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{name}: {}\n{errors}", output.status);
        assert_eq!(String::from_utf8_lossy(&output.stdout), promised(&path), "{name}");
    }
}

#[test]
fn every_example_is_in_the_documentation() {
    let docs = fs::read_to_string(Path::new(MANIFEST_DIR).join("src/lib.rs")).expect("it is there");
    for path in examples() {
        let name = name(&path);
        assert!(docs.contains(&format!("`{name}`")), "the crate's documentation does not name `{name}`");
    }
}

fn examples() -> Vec<PathBuf> {
    let folder = Path::new(MANIFEST_DIR).join("examples");
    let entries = fs::read_dir(folder).expect("the folder of the examples");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|it| it == "rs") && !TOOLS.contains(&name(path)));
    paths.sort();
    paths
}

fn name(path: &Path) -> &str {
    path.file_stem().and_then(|stem| stem.to_str()).expect("a name in ASCII")
}

/// Starts a mock server for one example.
async fn mock(name: &str) -> MockServer {
    let mut options = Options::new().expect("options");
    if name == "waiting" {
        options.config.processing = Processing::Polls(3);
    }
    MockServer::start_with(options).await.expect("a server")
}

/// Starts an example. `cargo test` builds the examples beside the tests.
fn start(name: &str, mock: &MockServer) -> Child {
    let test = std::env::current_exe().expect("this test");
    let folder = test.parent().and_then(Path::parent).expect("it is in `deps`").join("examples");
    let program = folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    let mut command = Command::new(&program);
    for (variable, _) in std::env::vars_os() {
        // A developer's own key is not for tests.
        if variable.to_string_lossy().starts_with("SMILE_ID_") {
            command.env_remove(variable);
        }
    }
    let credentials = mock.credentials();
    command.env("SMILE_ID_PARTNER_ID", credentials.partner_id().as_str());
    command.env("SMILE_ID_API_KEY", credentials.api_key().expose());
    command.env("SMILE_ID_ENVIRONMENT", mock.base_url());
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    child.unwrap_or_else(|error| {
        panic!(
            "{}: {error}; `cargo test -p smileid` builds it, `--test it` alone does not",
            program.display()
        )
    })
}

/// Returns the output that the head of an example shows.
fn promised(path: &Path) -> String {
    let source = fs::read_to_string(path).expect("it is there");
    let lines = source.lines().skip_while(|line| *line != "//! ```text").skip(1);
    let block = lines.take_while(|line| *line != "//! ```");
    block.flat_map(|line| [line.trim_start_matches("//!").trim_start(), "\n"]).collect()
}
