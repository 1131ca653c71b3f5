//! Environment of scenarios with the core of the mock server: no sockets, and a clock that moves only while a test waits.

use std::{collections::BTreeMap, mem, time::Duration};

use bytes::Bytes;
use http::{Request, Response};
use smileid_conformance::{
    Broken, Case, Item,
    server::{REFUSING, REFUSING_ALL, ServerHarness, ServerTarget, play},
};
use smileid_mock_server::{Advance, ClockAdvance, Config, Outgoing, Received, Service, UtcMillis};

use crate::mutations::Mutation;

const RECEIVER: &str = "http://127.0.0.1:9";

/// Runs a scenario against a new mock, with mutations.
pub(crate) fn play_alone(case: &Case, mutations: &[Mutation]) -> Item {
    let config = Config::new([42; 32]);
    let credentials = config.partners[0].clone();
    let mut target = ServerTarget::new("http://127.0.0.1:8085".parse().unwrap(), credentials, "run");
    target.is_mock = true;
    let mut stage = Stage {
        service: Service::new(config),
        now: UtcMillis::from_utc_millis(1_700_000_000_123),
        mailbox: BTreeMap::new(),
        mutations,
        seen: vec![0; mutations.len()],
    };
    play(case, &target, &mut stage)
}

struct Stage<'a> {
    service: Service,
    now: UtcMillis,
    mailbox: BTreeMap<String, Vec<Request<Bytes>>>,
    mutations: &'a [Mutation],
    /// Number of exchanges that each mutation affected.
    seen: Vec<usize>,
}

impl Stage<'_> {
    fn handle(&self, request: &Request<Bytes>) -> Response<Bytes> {
        self.service.handle(request, self.now).response
    }

    /// Moves the clock before the response, and delivers the callbacks that become due.
    fn run_advance(&mut self, advance: &ClockAdvance) -> Response<Bytes> {
        loop {
            match self.service.advance(advance, self.now) {
                Advance::Send(callback) => self.deliver(&callback),
                Advance::Wait => {}
                _ => return self.service.reply_after(advance, self.now),
            }
        }
    }

    fn deliver(&mut self, callback: &Outgoing) {
        let mut request = Request::new(callback.body.clone());
        *request.headers_mut() = callback.headers.clone();
        let mut sent = vec![request];
        for (mutation, seen) in self.mutations.iter().zip(&mut self.seen) {
            sent = sent.into_iter().flat_map(|request| mutation.callback(request, seen)).collect();
        }
        let earlier = self.mailbox.entry(callback.url.clone()).or_default();
        let is_refused = earlier.is_empty() && callback.url.ends_with(REFUSING);
        let status = if is_refused || callback.url.ends_with(REFUSING_ALL) { 503 } else { 200 };
        earlier.extend(sent);
        self.service.callback_sent(callback, Received::Status(status), self.now);
    }

    fn deliver_all(&mut self) {
        loop {
            let due = self.service.take_callbacks(self.now);
            if due.is_empty() {
                return;
            }
            for callback in &due {
                self.deliver(callback);
            }
        }
    }
}

/// Handles a request as a server with all these mutations does.
fn exchange(
    mutations: &[Mutation],
    seen: &mut [usize],
    request: Request<Bytes>,
    handle: &dyn Fn(&Request<Bytes>) -> Response<Bytes>,
) -> Response<Bytes> {
    let (Some((mutation, others)), Some((seen, rest))) = (mutations.split_first(), seen.split_first_mut())
    else {
        return handle(&request);
    };
    mutation.exchange(request, seen, |request| exchange(others, rest, request.clone(), handle))
}

impl ServerHarness for Stage<'_> {
    fn send(&mut self, request: Request<Bytes>) -> Result<Response<Bytes>, Broken> {
        let mut seen = mem::take(&mut self.seen);
        let mut response = exchange(self.mutations, &mut seen, request, &|request| self.handle(request));
        self.seen = seen;
        if let Some(advance) = response.extensions_mut().remove::<ClockAdvance>() {
            response = self.run_advance(&advance);
        }
        self.deliver_all();
        Ok(response)
    }

    fn now_utc_millis(&self) -> i64 {
        self.now.to_utc_millis()
    }

    fn pause(&mut self, time: Duration) {
        self.now = self.now.after(time);
        self.deliver_all();
    }

    fn receiver(&self) -> Option<String> {
        Some(RECEIVER.to_owned())
    }

    fn received(&mut self, address: &str) -> Vec<Request<Bytes>> {
        self.mailbox.get(address).cloned().unwrap_or_default()
    }
}
