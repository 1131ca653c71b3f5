//! Route with metrics of the mock server in the text format of Prometheus.

use std::fmt::{self, Write as _};

use bytes::Bytes;
use http::Method;
use schemars::{JsonSchema as _, Schema, SchemaGenerator};

use super::{Call, Failure, Nothing, Operation, Reply};

/// Returns metrics in the text format of Prometheus. Counters start at zero when the mock server starts.
pub(super) struct Metrics;

impl Operation for Metrics {
    const METHOD: Method = Method::GET;
    const PATH: &'static str = "/metrics";
    const SUMMARY: &'static str = "Exports metrics for Prometheus";
    type Params = Nothing;
    type Body = Nothing;
    type Reply = Exposition;

    fn answer(call: Call<'_>, _: Nothing, _: Nothing) -> Result<Exposition, Failure> {
        let engine = call.service.engine();
        let state = &engine.state;
        let partners = state.tenants.len();
        let jobs: usize = state.tenants.values().map(|tenant| tenant.jobs.list().count()).sum();
        drop(engine);

        let journal = call.service.lock_journal();
        let mut text = Exposition::default();
        let requests = "Requests to the API, by endpoint and HTTP status.";
        text.family("smileid_mock_requests_total", "counter", requests);
        for (endpoint, status, count) in journal.counts().requests() {
            text.sample(
                "smileid_mock_requests_total",
                &[("endpoint", endpoint), ("status", &status.to_string())],
                count,
            );
        }
        let refused = "Refused requests, by the code of the diagnosis.";
        text.family("smileid_mock_refused_total", "counter", refused);
        for (code, count) in journal.counts().refused() {
            text.sample("smileid_mock_refused_total", &[("code", code)], count);
        }
        let dropped = "Journal entries that were removed for newer ones.";
        text.one("smileid_mock_journal_dropped_total", "counter", dropped, journal.dropped());
        text.one(
            "smileid_mock_journal_entries",
            "gauge",
            "Journal entries (requests with their responses).",
            journal.len(),
        );
        text.one("smileid_mock_journal_bytes", "gauge", "Size of the journal in bytes.", journal.bytes());
        text.one("smileid_mock_jobs", "gauge", "Stored image jobs.", jobs);
        text.one("smileid_mock_partners", "gauge", "Partners that the mock server knows.", partners);
        Ok(text)
    }
}

/// Metrics in version 0.0.4 of Prometheus' text format.
#[derive(Default)]
pub(super) struct Exposition(String);

impl Exposition {
    fn family(&mut self, name: &str, kind: &str, help: &str) {
        let _ = write!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}\n"); // cannot fail for a `String`
    }

    fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: impl fmt::Display) {
        let escaped = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
        let labels: Vec<_> =
            labels.iter().map(|(name, text)| format!("{name}=\"{}\"", escaped(text))).collect();
        let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
        let _ = writeln!(self.0, "{name}{labels} {value}");
    }

    fn one(&mut self, name: &str, kind: &str, help: &str, value: impl fmt::Display) {
        self.family(name, kind, help);
        self.sample(name, &[], value);
    }
}

impl Reply for Exposition {
    const CONTENT_TYPE: &'static str = "text/plain; version=0.0.4; charset=utf-8";

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        String::json_schema(generator)
    }

    fn into_body(self) -> Bytes {
        self.0.into()
    }
}
