//! Tests calls whose future is dropped, at any point.

use std::{
    env, fs,
    future::{Future, poll_fn},
    pin::pin,
    process::Command,
    task::Poll,
    time::{Duration, Instant},
};

use smileid::{Client, Config, Image, ImageJob, JobRef, Submission};
use smileid_mock_server::MockServer;
use tokio::runtime::Handle;

use crate::subjects::image_file;

/// Environment variable that is set in the separate process of the test below, in which no other test opens files.
const CHILD: &str = "SMILEID_TEST_DROPPING";

#[test]
fn a_dropped_call_leaves_nothing_and_a_client_that_works() {
    if env::var_os(CHILD).is_some() {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        return runtime.block_on(dropped());
    }
    let child = Command::new(env::current_exe().unwrap())
        .args(["--exact", "dropping::a_dropped_call_leaves_nothing_and_a_client_that_works", "--nocapture"])
        .env(CHILD, "1")
        .output()
        .unwrap();
    let said = String::from_utf8([child.stdout, child.stderr].concat()).unwrap();
    assert!(child.status.success(), "{said}");
    print!("{said}");
}

async fn dropped() {
    let server = MockServer::start().await.unwrap();
    let config = Config::new(server.credentials().clone(), &server.base_url().parse().unwrap());
    let file = image_file(4);
    let submission = |name: String| {
        let job = ImageJob::smart_selfie_registration(
            JobRef::new(&*name, name.clone()).unwrap(),
            Image::file(file.path()),
        );
        Submission::new(job)
    };
    let nothing = (tasks(), open_files());

    for polls in 0.. {
        let client = Client::new(config.clone()).unwrap();
        let is_done = {
            let mut submission = submission(format!("dropped-{polls}"));
            let mut call = pin!(client.submit(&mut submission).wait().send());
            polled(call.as_mut(), polls).await.map(Result::unwrap).is_some()
        };
        // Of a call that is over, a connection may be kept for the next, and one more that was being made: each by a task,
        // with another that ends it one day, and by a file on either side.
        until(|| tasks() <= nothing.0 + 4 && open_files() <= nothing.1 + 4, polls).await;
        client.submit(submission(format!("after-{polls}"))).wait().await.unwrap();
        drop(client);
        until(|| (tasks(), open_files()) == nothing, polls).await;
        if is_done {
            assert!(polls > 2, "it waits more often than {polls} times");
            println!("done after {polls} polls");
            return;
        }
    }
}

/// Polls a future at most this number of times. Returns its output if it is ready.
async fn polled<F: Future + Unpin>(mut future: F, polls: usize) -> Option<F::Output> {
    let mut left = polls;
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        let polled = std::pin::Pin::new(&mut future).poll(context).map(Some);
        if left == 0 && polled.is_pending() { Poll::Ready(None) } else { polled }
    })
    .await
}

/// Waits until connections and threads have ended their work after a call was dropped.
async fn until(is_over: impl Fn() -> bool, polls: usize) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while !is_over() {
        let left = (tasks(), open_files());
        assert!(Instant::now() < deadline, "after {polls} polls: {left:?} tasks and files");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

fn tasks() -> usize {
    Handle::current().metrics().num_alive_tasks()
}

fn open_files() -> usize {
    fs::read_dir("/proc/self/fd").unwrap().count()
}
