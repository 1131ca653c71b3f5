//! Tests the example of a callback receiver with the conformance suite, over sockets: it passes every case.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
    thread,
    time::{Duration, SystemTime},
};

use axum::{Router, body::to_bytes, extract::Request, response::Response};
use bytes::Bytes;
use http::{Method, StatusCode};
use smileid::{
    Client, Config, Credentials, Environment,
    callback::{self, Receiver},
    store::InMemory,
};
use smileid_conformance::{
    Broken, Case, Outcome, Suite,
    case::ApiVersion,
    receiver::{Api, Outgoing, ReceiverHarness, ReceiverTarget, State, grade, look_again},
};
use tokio::{net::TcpListener, runtime::Runtime};

use crate::try_all;

#[expect(dead_code, reason = "an example has a main function")]
#[path = "../../crates/smileid/examples/callback_receiver.rs"]
mod example;

#[test]
fn the_example_passes_every_case() {
    grade_the_example(true, |_| Outcome::Passed);
}

#[test]
fn without_an_api_to_ask_it_passes_whatever_needs_none() {
    grade_the_example(false, |case| {
        if case.receiver().is_some_and(|it| !it.needs.is_empty()) {
            let why = "not graded: the receiver has no API to ask".to_owned();
            Outcome::Skipped { why }
        } else {
            Outcome::Passed
        }
    });
}

#[track_caller]
fn grade_the_example(has_api: bool, expected: impl Fn(&Case) -> Outcome + Sync) {
    let runtime = Runtime::new().unwrap();
    let _inside = runtime.enter();
    let key = Credentials::new("085", "mock-api-key-0000").unwrap();
    let suite = Suite::embedded().unwrap();
    let versions = [ApiVersion::V1, ApiVersion::V3];
    let cases: Vec<_> = versions.into_iter().flat_map(|version| suite.receiver_cases(version)).collect();
    assert!(cases.len() >= 130, "there are {}", cases.len());

    let url = |address: SocketAddr| format!("http://{address}/callback").parse().unwrap();
    let mut target = ReceiverTarget::new(url(([127, 0, 0, 1], 0).into()), key.clone(), "run");
    let api = Arc::new(Mutex::new(Api::new(cases.iter().copied(), &target).unwrap()));
    let line = Line {
        receiver: start_the_example(&runtime, &key, has_api.then_some(&api)),
        api,
        last: Arc::default(),
    };
    target.url = url(line.receiver);
    target.has_api = has_api;
    let reports = Mutex::new(Vec::new());
    try_all(&cases, |case| {
        let report = grade(case, &target, &mut line.clone());
        assert_eq!((&report.outcome, &report.ungraded), (&expected(case), &Vec::new()), "{report}");
        reports.lock().unwrap().push(report);
    });
    let mut reports = reports.into_inner().unwrap();
    look_again(&cases, &target, &mut line.clone(), &mut reports);
    for case in cases {
        let report = reports.iter().find(|report| report.id == case.id()).unwrap();
        assert_eq!(report.outcome, expected(case), "{report}");
    }
}

/// Starts the example, and the API for its status requests.
fn start_the_example(runtime: &Runtime, key: &Credentials, api: Option<&Arc<Mutex<Api>>>) -> SocketAddr {
    let receiver = if let Some(api) = api {
        let api = Arc::clone(api);
        let origin = serve(runtime, Router::new().fallback(move |request| answer(Arc::clone(&api), request)));
        let environment: Environment = format!("http://{origin}").parse().unwrap();
        let client = Client::new(Config::new(key.clone(), &environment)).unwrap();
        Receiver::new(client, InMemory::default()).confirming()
    } else {
        Receiver::new(callback::Api::Nobody, InMemory::default())
            .verifying(|verifier| verifier.keys.push(key.clone()))
    };
    serve(runtime, example::service(Arc::new(receiver)))
}

fn serve(runtime: &Runtime, service: Router) -> SocketAddr {
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    runtime.spawn(async { axum::serve(listener, service).await });
    address
}

async fn answer(api: Arc<Mutex<Api>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let answer = api.lock().unwrap().answer(&Request::from_parts(head, body), utc_millis());
    answer.map(Into::into)
}

fn utc_millis() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    since.as_millis().try_into().unwrap()
}

/// Sender of callbacks over sockets. Clones never use the same time twice.
#[derive(Clone)]
struct Line {
    receiver: SocketAddr,
    api: Arc<Mutex<Api>>,
    last: Arc<AtomicI64>,
}

impl Line {
    fn exchange(&self, path: &str, outgoing: &Outgoing) -> Result<(StatusCode, Vec<u8>), Broken> {
        let (request, pace) = (&outgoing.request, outgoing.pace);
        let mut stream = TcpStream::connect(self.receiver)?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        write!(stream, "{} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n", request.method())?;
        for (name, value) in request.headers() {
            write!(stream, "{name}: {}\r\n", value.to_str()?)?;
        }
        let length = request.body().len();
        if pace.chunked {
            write!(stream, "Transfer-Encoding: chunked\r\n\r\n")?;
        } else {
            write!(stream, "Content-Length: {length}\r\n\r\n")?;
        }
        let until = if pace.cut_off { length / 2 } else { length };
        for piece in request.body()[..until].chunks(length.div_ceil(pace.pieces).max(1)) {
            if pace.chunked {
                write!(stream, "{:x}\r\n", piece.len())?;
            }
            // The response may come before the end of the body.
            if stream.write_all(piece).is_err() {
                break;
            }
            if pace.chunked {
                stream.write_all(b"\r\n")?;
            }
            thread::sleep(Duration::from_millis(pace.every));
        }
        if pace.cut_off {
            return Err("the connection was cut".into());
        }
        if pace.chunked {
            stream.write_all(b"0\r\n\r\n")?;
        }
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer); // the bytes before a broken connection may be the response
        let end = answer.windows(4).position(|it| it == b"\r\n\r\n").ok_or("no answer came")?;
        let status = std::str::from_utf8(&answer)?.split(' ').nth(1).ok_or("no status came")?.parse()?;
        Ok((status, answer.split_off(end + 4)))
    }
}

impl ReceiverHarness for Line {
    fn deliver(&mut self, at_once: &[Outgoing]) -> Vec<Result<StatusCode, Broken>> {
        let line = &*self;
        let deliver = |it| move || line.exchange("/callback", it).map(|(status, _)| status);
        thread::scope(|scope| {
            let sent: Vec<_> = at_once.iter().map(|it| scope.spawn(deliver(it))).collect();
            sent.into_iter().map(|it| it.join().unwrap()).collect()
        })
    }

    fn state(&mut self) -> Result<State, Broken> {
        let mut request = http::Request::new(Bytes::new());
        *request.method_mut() = Method::GET;
        let (_, body) = self.exchange("/state", &Outgoing::new(request))?;
        Ok(serde_json::from_slice(&body)?)
    }

    fn now_utc_millis(&mut self) -> i64 {
        let now = utc_millis();
        let later = |last: i64| now.max(last + 1);
        let last = self.last.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| Some(later(last)));
        later(last.unwrap())
    }

    fn pause(&mut self, time: Duration) {
        thread::sleep(time);
    }

    fn asked(&self, job_id: &str) -> usize {
        self.api.lock().unwrap().asked(job_id)
    }
}
