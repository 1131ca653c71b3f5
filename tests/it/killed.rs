//! Tests that after a process was killed, the next one finishes the same job, which is created and charged once.

use std::{
    io::Read as _,
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
};

use serde_json::Value;
use smileid_mock_server::{DEFAULT_API_KEY, DEFAULT_PARTNER_ID, MockServer};
use tokio::runtime::Runtime;

use crate::{
    books::Books,
    image,
    proxy::{self, Fault, Moment},
    try_all,
};

/// The running process that the test kills.
type Current = Arc<Mutex<Option<Child>>>;

/// Runs the program and returns its output, or `None` if it was killed.
fn run(file: &Path, proxy: SocketAddr, current: &Current) -> Option<Value> {
    let mut stdout = {
        let mut current = current.lock().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_keeps-its-submission"));
        command.arg(file).arg(format!("http://{proxy}")).args([DEFAULT_PARTNER_ID, DEFAULT_API_KEY]);
        let mut child = command.arg(image("selfie.jpg")).stdout(Stdio::piped()).spawn().unwrap();
        let stdout = child.stdout.take().unwrap();
        *current = Some(child);
        stdout
    };
    let mut printed = String::new();
    stdout.read_to_string(&mut printed).unwrap();
    let status = current.lock().unwrap().as_mut().unwrap().wait().unwrap();
    if status.success() {
        return Some(serde_json::from_str(&printed).unwrap());
    }
    assert!(is_kill(status), "{status}");
    None
}

#[cfg(unix)]
fn is_kill(status: std::process::ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt as _;

    status.signal() == Some(9)
}

#[cfg(not(unix))]
fn is_kill(status: std::process::ExitStatus) -> bool {
    !status.success()
}

/// Points at which the program is killed. Requests are counted over all its runs.
type Deaths = Vec<(usize, Moment)>;

/// Runs the program again until it ends by itself.
fn submit_and_die_at(deaths: &Deaths, runtime: &Runtime) {
    let server = runtime.block_on(MockServer::start()).unwrap();
    let address: SocketAddr = server.base_url().trim_start_matches("http://").parse().unwrap();
    let current = Current::default();
    let plan = deaths.clone();
    let victim = Arc::clone(&current);
    let proxy = proxy::start_and_tell(
        address,
        move |exchange| plan.iter().find(|(at, _)| *at == exchange).map(|(_, moment)| Fault::Cut(*moment)),
        move || {
            let mut victim = victim.lock().unwrap();
            let victim = victim.as_mut().unwrap();
            victim.kill().unwrap();
            // The process ends before its connection.
            victim.wait().unwrap();
        },
    );
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("submission.json");

    let mut lives = 0;
    let printed = loop {
        lives += 1;
        let printed = run(&file, proxy, &current);
        Books::of(address).check();
        if let Some(printed) = printed {
            break printed;
        }
    };
    assert_eq!(lives, deaths.len() + 1);
    assert_eq!(printed["result_code"], "0840");

    // Another run changes nothing: the last may have been killed before it stored its result.
    assert_eq!(run(&file, proxy, &current), Some(printed.clone()));
    let text = |name: &str| printed[name].as_str().unwrap().to_owned();
    let books = Books::of(address);
    assert_eq!((books.bill, books.jobs), (1, vec![(text("job_id"), text("smile_job_id"))]));
}

fn try_all_deaths(deaths: &[Deaths]) {
    let runtime = Runtime::new().unwrap();
    try_all(deaths, |deaths| submit_and_die_at(deaths, &runtime));
}

/// A submission has an upload request, an archive and a status request.
#[test]
fn one_death_at_any_step() {
    let deaths = (0..3).flat_map(|exchange| Moment::ALL.map(|moment| vec![(exchange, moment)]));
    try_all_deaths(&deaths.collect::<Vec<_>>());
}

/// The next run requests the status, sends the upload request if needed, and so on; it is killed at each of these points too.
#[test]
fn a_second_death_at_any_step_of_the_life_after() {
    let mut deaths = Vec::new();
    for (first, exchanges) in
        [((0, Moment::Asked), 4), ((0, Moment::Answered), 4), ((1, Moment::Answered), 2)]
    {
        for second in 1..=exchanges {
            deaths.extend(Moment::ALL.map(|moment| vec![first, (first.0 + second, moment)]));
        }
    }
    try_all_deaths(&deaths);
}
