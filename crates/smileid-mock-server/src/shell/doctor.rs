//! Searches for the mistakes in wrong signatures in the background, after the response was sent.

use std::sync::Arc;

use tokio::{sync::mpsc, task::spawn_blocking};

use crate::{diagnose::proof::Puzzle, service::Service};

/// Maximum number of waiting searches. Each takes about ten milliseconds of CPU time.
const WAITING: usize = 16;

/// Queue of searches for signature mistakes, which run one at a time. Searches beyond the limit are skipped, and the journal says
/// so.
#[derive(Clone)]
pub(crate) struct Doctor {
    service: Arc<Service>,
    waiting: mpsc::Sender<Puzzle>,
}

impl Doctor {
    /// Creates the queue. Must be called in a Tokio runtime, with which the queue ends.
    pub(crate) fn new(service: Arc<Service>) -> Self {
        let (waiting, mut puzzles) = mpsc::channel(WAITING);
        let solver = Arc::clone(&service);
        tokio::spawn(async move {
            while let Some(puzzle) = puzzles.recv().await {
                let solver = Arc::clone(&solver);
                let _ = spawn_blocking(move || solver.solve(&puzzle)).await; // after a panic, only this diagnosis is missing
            }
        });
        Self { service, waiting }
    }

    /// Adds a search to the queue, or skips it if the queue is full.
    pub(super) fn ask(&self, puzzle: Puzzle) {
        if let Err(full) = self.waiting.try_send(puzzle) {
            self.service.skip(&full.into_inner());
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::Request;

    use super::*;
    use crate::model::{config::Config, utc_millis::UtcMillis};

    #[tokio::test]
    async fn searches_beyond_the_limit_are_skipped_and_the_journal_says_so() {
        let service = Arc::new(Service::new(Config::new([42; 32])));
        let doctor = Doctor::new(Arc::clone(&service));
        let body = r#"{"partner_id":"085","timestamp":"2023-03-09T21:35:00.279Z","user_id":"leo","job_id":"job",
            "signature":"ANyq/KI902w+R4faE+AToTtKkbGnJVcfRJftgGdw8XE="}"#;
        let request = Request::post("/v1/job_status").body(Bytes::from(body)).unwrap();
        // Nothing is awaited, so no search begins.
        for _ in 0..=WAITING {
            let explained = service.respond(&request, UtcMillis::from_utc_millis(1_700_000_000_000));
            doctor.ask(explained.puzzle.expect("a mistake to search for"));
        }
        let journal = Request::get("http://localhost/_mock/journal").body(Bytes::new()).unwrap();
        let journal =
            service.handle(&journal, UtcMillis::from_utc_millis(1_700_000_000_000)).response.into_body();
        let journal: serde_json::Value = serde_json::from_slice(&journal).unwrap();
        let codes =
            journal["entries"].as_array().unwrap().iter().map(|entry| entry["diagnosis"][1]["code"].as_str());
        let mut codes: Vec<_> = codes.map(Option::unwrap).collect();
        codes.sort_unstable();
        assert_eq!(codes.pop(), Some("search-skipped"));
        assert_eq!(codes, ["search-continues"; WAITING]);
    }
}
