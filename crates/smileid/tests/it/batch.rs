//! The example `batch`, killed again and again: each row is one job.
#![cfg(unix)]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use smileid_mock_server::{MockServer, Options, Processing};

const ROWS: usize = 30;

/// A batch that is running. It is killed when the value is dropped.
struct Batch(Child);

impl Batch {
    fn start(server: &MockServer, folder: &Path) -> Self {
        let test = std::env::current_exe().unwrap();
        let program = test.parent().and_then(Path::parent).unwrap().join("examples/batch");
        let key = server.credentials();
        let mut command = Command::new(program);
        command.args(["people.csv", "decisions.csv"].map(|name| folder.join(name)));
        command.env("SMILE_ID_ENVIRONMENT", server.base_url()).env_remove("SMILE_ID_CALLBACK_URL");
        command.env("SMILE_ID_PARTNER_ID", key.partner_id().as_str());
        command.env("SMILE_ID_API_KEY", key.api_key().expose());
        let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        Self(child.expect("`cargo test -p smileid` builds the example"))
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        // SIGKILL: it cannot clean up.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_batch_that_is_killed_continues_and_bills_each_row_once() {
    let mut options = Options::new().unwrap();
    options.config.processing = Processing::After(Duration::from_millis(200));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let server = runtime.block_on(MockServer::start_with(options)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let selfie = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/images/selfie.jpg"));
    let rows = (0..ROWS).map(|row| format!("row-{row},user-{row},{}\n", selfie.display()));
    fs::write(folder.path().join("people.csv"), format!("id,user_id,selfie\n{}", rows.collect::<String>()))
        .unwrap();
    let written = || fs::read_to_string(folder.path().join("decisions.csv")).unwrap_or_default();

    // Killed while jobs are announced, uploaded and awaited, and right after a decision.
    for kill in 0..6 {
        let batch = Batch::start(&server, folder.path());
        let (begun, before) = (Instant::now(), written().lines().count());
        let patience = Duration::from_millis(60 + 90 * kill);
        while begun.elapsed() < patience && written().lines().count() < before + 3 {
            thread::sleep(Duration::from_millis(5));
        }
        drop(batch);
    }
    let (billed, decided) = (server.billing().len(), written().lines().count());
    assert!(
        (1..ROWS).contains(&billed) && decided < ROWS,
        "{billed} billed and {decided} decided when it was killed"
    );
    // A row that was being written.
    fs::write(folder.path().join("decisions.csv"), format!("{}row-29,job-", written())).unwrap();

    let mut batch = Batch::start(&server, folder.path());
    let status = batch.0.wait().unwrap();
    let mut printed = String::new();
    std::io::Read::read_to_string(batch.0.stdout.as_mut().unwrap(), &mut printed).unwrap();
    assert!(status.success(), "{printed}");
    let last = format!("{ROWS} rows: {} decided now, {decided} before, 0 left\n", ROWS - decided);
    assert_eq!(printed, last);
    assert_eq!(server.billing().len(), ROWS);
    let text = written();
    let ids: BTreeSet<_> = text.lines().map(|line| line.split(',').next().unwrap()).collect();
    assert_eq!((text.lines().count(), ids.len()), (ROWS, ROWS), "{text}");
    assert!(text.lines().all(|line| line.ends_with(",approved,0840")), "{text}");
}
