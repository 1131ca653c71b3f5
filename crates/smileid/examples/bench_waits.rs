//! Benchmark program of `cargo xtask bench`: one client waits for many jobs on one thread. For comparison, it can also run tasks
//! that only sleep.
//!
//! `bench_waits wait|sleep URL COUNT SECONDS`, where the URL is of a server that leaves jobs undone. What it costs is read
//! where Linux says it.

use std::{
    env,
    error::Error,
    fs,
    future::poll_fn,
    pin::pin,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use bytes::Bytes;
use serde_json::json;
use smileid::{
    Config, Credentials, Environment, Image, ImageJob, JobRef, ReqwestTransport, Submission,
    client::{Client, Outgoing, Transport, TransportError},
};
use smileid_mock_server::{DEFAULT_API_KEY, DEFAULT_PARTNER_ID};
use tokio::time::sleep;

type Failure = Box<dyn Error + Send + Sync>;

static POLLS: AtomicU64 = AtomicU64::new(0);
static REQUESTS: AtomicU64 = AtomicU64::new(0);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let [what, url, count, seconds] = arguments.as_slice() else {
        return Err("usage: bench_waits wait|sleep URL COUNT SECONDS".into());
    };
    let is_wait = what == "wait";
    let count: usize = count.parse()?;
    let time = Duration::from_secs(seconds.parse()?);

    let environment: Environment = url.parse()?;
    let config = Config::new(Credentials::new(DEFAULT_PARTNER_ID, DEFAULT_API_KEY)?, &environment);
    let client = Client::new(config, Counting(ReqwestTransport::new()?));
    let ids = JobRef::from_key("bench-user", "bench-job")?;
    submit(&client, &ids).await?;

    REQUESTS.store(0, Ordering::Relaxed);
    let (memory, cpu) = (resident_kib(), cpu_seconds());
    let watch = tokio::spawn(peaks(time + Duration::from_secs(1)));
    let mut tasks = Vec::with_capacity(count);
    for _ in 0..count {
        tasks.push(if is_wait {
            let wait = client.wait(&ids).up_to(time).send();
            tokio::spawn(counted(async move { wait.await.is_ok() }))
        } else {
            tokio::spawn(counted(async move {
                sleep(time).await;
                true
            }))
        });
    }
    let mut failed = 0;
    for task in tasks {
        failed += usize::from(!task.await?);
    }
    let cpu = cpu_seconds() - cpu;
    let (peak, quiet, descriptors) = watch.await?;
    let figures = json!({
        "count": count,
        "failed": failed,
        "seconds": time.as_secs(),
        "future_bytes": if is_wait { size_of_val(&*client.wait(&ids).send()) } else { size_of_val(&sleep(time)) },
        "memory_kib": quiet.saturating_sub(memory),
        "peak_kib": peak.saturating_sub(memory),
        "open_files": descriptors,
        "requests": REQUESTS.load(Ordering::Relaxed),
        "polls": POLLS.load(Ordering::Relaxed),
        "cpu_seconds": cpu,
    });
    println!("{figures}");
    Ok(())
}

async fn submit(client: &Client, ids: &JobRef) -> Result<(), Failure> {
    let mut image = vec![0; 8 << 10];
    image[..4].copy_from_slice(&[0xff, 0xd8, 0xff, 0xe0]);
    let job = ImageJob::smart_selfie_registration(ids.clone(), Image::bytes(image));
    // Two programs may ask the same server one after the other.
    let submission = Submission::new(job).resumed();
    client.submit(submission).wait_for(Duration::ZERO).await?;
    Ok(())
}

/// Runs a future and counts how often it is woken.
async fn counted<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    poll_fn(|context| {
        POLLS.fetch_add(1, Ordering::Relaxed);
        future.as_mut().poll(context)
    })
    .await
}

/// Transport that counts the requests.
struct Counting(ReqwestTransport);

impl Transport for Counting {
    fn send(
        &self,
        request: Outgoing,
    ) -> impl Future<Output = Result<http::Response<Bytes>, TransportError>> + Send {
        REQUESTS.fetch_add(1, Ordering::Relaxed);
        self.0.send(request)
    }

    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send {
        self.0.sleep(duration)
    }
}

/// Measures this process for a time: its maximum memory, its minimum memory in the second half of the time, and its maximum
/// number of open files.
async fn peaks(time: Duration) -> (u64, u64, usize) {
    const EVERY: Duration = Duration::from_millis(20);
    let looks = time.as_millis() / EVERY.as_millis();
    let (mut peak, mut quiet, mut files) = (0, u64::MAX, 0);
    for look in 0..looks {
        let now = resident_kib();
        peak = peak.max(now);
        if (looks / 2..looks * 3 / 4).contains(&look) {
            quiet = quiet.min(now);
        }
        files = files.max(fs::read_dir("/proc/self/fd").map_or(0, Iterator::count));
        sleep(EVERY).await;
    }
    (peak, quiet, files)
}

fn resident_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or_default()
}

/// Returns the CPU time of the main thread, in seconds.
fn cpu_seconds() -> f64 {
    let times = fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    let nanos: u64 = times.split(' ').next().and_then(|nanos| nanos.parse().ok()).unwrap_or_default();
    Duration::from_nanos(nanos).as_secs_f64()
}
