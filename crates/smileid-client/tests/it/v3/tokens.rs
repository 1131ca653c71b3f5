//! Tests access tokens: one for each job, and one shared by all reading requests.

use std::{
    future::Future,
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
    thread,
    time::Duration,
};

use bytes::Bytes;
use http::Response;
use smileid_client::{
    BlockingTransport, Client, Outgoing, Result, Transport, TransportError, blocking,
    testing::Answer,
    v3::{self, bank_codes, compare, id_status, replay, supported_documents, supported_id_types},
};

use super::*;

#[test]
fn a_job_has_a_token_of_its_product_and_its_person() {
    let (client, script) = client([token("a"), accepted(), token("b"), accepted()]);
    client.submit(lookup_of("leo")).send().unwrap();
    client.submit(lookup_of("leo")).send().unwrap();
    assert_eq!(paths(&script), ["/v3/token", "/v3/enhanced_kyc", "/v3/token", "/v3/enhanced_kyc"]);
    let sent = script.sent();
    for pair in sent.chunks(2) {
        let bound = form(&pair[0]);
        assert_eq!(bound, serde_json::json!({"product": "enhanced_kyc", "user_id": "leo"}));
        assert_eq!(header(&pair[0], "smileid-api-key"), Some("test-api-key-0001"));
        assert_eq!(header(&pair[1], "smileid-api-key"), None);
        assert_eq!(header(&pair[1], "user-id"), Some("leo"));
    }
    assert_eq!(header(&sent[1], "smileid-token"), Some("a"));
    assert_eq!(header(&sent[3], "smileid-token"), Some("b"));
}

#[test]
fn a_residency_token_is_bound_to_the_person_alone() {
    let (client, script) = client([token("a"), accepted()]);
    let passport = v3::Document::new("NG", JPEG).unwrap();
    let job =
        v3::residency_document_verification::Request::new(passport, JPEG, selfie(), person(), consent());
    let job = job.unwrap().with_user_id(UserId::new("leo").unwrap());
    client.submit(job).send().unwrap();
    assert_eq!(form(&script.sent()[0]), serde_json::json!({"user_id": "leo"}));
}

#[test]
fn reads_share_a_token_until_a_minute_before_its_end() {
    let (client, script) = client([token(jwt(1)), status("clear"), status("clear"), status("clear")]);
    let other = client.clone().with(|config| config.timeouts.request = Duration::from_secs(9));
    client.v3().status(&job_id()).unwrap();
    BlockingTransport::sleep(&script, Duration::from_millis(839_999));
    other.v3().status(&job_id()).unwrap();
    assert_eq!(script.sent().len(), 3);
    assert_eq!(form(&script.sent()[0]), serde_json::json!({}));

    BlockingTransport::sleep(&script, Duration::from_millis(1));
    drop(client.v3().status(&job_id()));
    assert_eq!(paths(&script)[3], "/v3/token");
}

#[test]
fn a_token_is_not_shared_with_another_partner_or_host() {
    let (client, script) = client([token(jwt(1)), status("clear")]);
    client.v3().status(&job_id()).unwrap();
    let other_key = smileid_client::protocol::auth::Credentials::new("212", "another-key").unwrap();
    let other_host: Environment = "http://127.0.0.2:9".parse().unwrap();
    drop(client.with(|config| config.credentials = other_key).v3().status(&job_id()));
    drop(client.with(|config| config.origin = other_host.origin().clone()).v3().status(&job_id()));
    assert_eq!(&paths(&script)[2..], ["/v3/token", "/v3/token"]);
}

#[test]
fn a_token_without_a_readable_end_is_used_once() {
    let (client, script) = client([token("x"), status("clear"), token("y"), status("clear")]);
    for _ in 0..2 {
        client.v3().status(&job_id()).unwrap();
    }
    assert_eq!(header(&script.sent()[3], "smileid-token"), Some("y"));
}

#[test]
fn after_a_401_a_read_is_repeated_once_with_another_token() {
    let refused = || Answer::status(401, r#"{"status":"Unauthorized","message":"m"}"#);
    let (client, script) = client([token(jwt(1)), refused(), token(jwt(2)), status("clear")]);
    client.v3().status(&job_id()).unwrap();
    assert_eq!(header(&script.sent()[3], "smileid-token"), Some(jwt(2).as_str()));

    let (client, script) = super::client([token(jwt(1)), refused(), token(jwt(2)), refused()]);
    let error = client.v3().replay(replay::Request::new(job_id())).unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), script.sent().len()), (401, 4));
}

#[test]
fn services_send_no_token() {
    let (client, script) = client([]);
    let v3 = client.v3();
    drop(v3.bank_codes(bank_codes::Request::of_country("NG")));
    drop(v3.supported_id_types(supported_id_types::Request::default()));
    drop(v3.supported_documents(supported_documents::Request::default()));
    assert_eq!(
        paths(&script),
        ["/v3/services/bank_codes", "/v3/services/supported_id_types", "/v3/services/supported_documents"]
    );
    let is_bare =
        |sent: &Sent| ["smileid-token", "smileid-api-key"].iter().all(|name| header(sent, name).is_none());
    assert!(script.sent().iter().all(is_bare));
    drop(v3.id_status(id_status::Request::new("NG", "BVN")));
    assert_eq!(paths(&script)[3], "/v3/token");
}

/// A comparison with a user id would enrol the face.
#[test]
fn a_comparison_gets_no_user_id() {
    let (client, script) = client([token("a"), accepted()]);
    let image = (compare::ComparisonImageType::Portrait, JPEG);
    let job = compare::Request::new(JPEG, image, person(), consent()).unwrap();
    let call = client.submit(job);
    assert_eq!(call.sent_job().user_id(), None);
    assert!(call.sent_job().ids().is_err());
    assert_eq!(call.send().unwrap().user_id(), Some("user-1"));
    assert_eq!(form(&script.sent()[0]), serde_json::json!({"product": "smart_selfie_compare"}));
    assert_eq!(form(&script.sent()[1])["user_id"], Value::Null);
}

/// Transport that responds to a token request only after other callers had time to wait for it.
struct Slow {
    tokens: AtomicUsize,
    is_refusing: bool,
}

impl Slow {
    fn answer(&self, path: &str) -> Response<Bytes> {
        if path != "/v3/token" {
            return Response::new(r#"{"status":"clear"}"#.into());
        }
        let number = self.tokens.fetch_add(1, Ordering::SeqCst);
        // The clocks here are the real ones: the end is in the year 2100.
        let token = format!("eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjQxMDI0NDQ4MDB9.{number}");
        let mut response = Response::new(serde_json::json!({"token": token}).to_string().into());
        if self.is_refusing {
            *response.status_mut() = http::StatusCode::UNAUTHORIZED;
        }
        response
    }
}

struct SlowThreads(Arc<Slow>);

impl BlockingTransport for SlowThreads {
    fn send(&self, outgoing: Outgoing) -> Result<Response<Bytes>, TransportError> {
        let path = outgoing.request.uri().path();
        if path == "/v3/token" {
            // Long enough for all threads to have begun; a slower one makes the test weaker, and not fail.
            thread::park_timeout(Duration::from_millis(200));
        }
        Ok(self.0.answer(path))
    }
}

#[test]
fn twenty_threads_request_one_token() {
    for is_refusing in [false, true] {
        let slow = Arc::new(Slow { tokens: AtomicUsize::new(0), is_refusing });
        let client = blocking::Client::new(once(), SlowThreads(Arc::clone(&slow)));
        let begin = Arc::new(std::sync::Barrier::new(20));
        let threads: Vec<_> = (0..20)
            .map(|_| {
                let (client, begin) = (client.clone(), Arc::clone(&begin));
                thread::spawn(move || {
                    begin.wait();
                    client.v3().status(&job_id()).map_err(|error| error.status().unwrap().as_u16())
                })
            })
            .collect();
        for thread in threads {
            let outcome = thread.join().unwrap();
            assert_eq!(outcome.err(), is_refusing.then_some(401));
        }
        assert_eq!(slow.tokens.load(Ordering::SeqCst), 1);
    }
}

/// Asynchronous form of [`Slow`]: the token response comes when the test releases it, and sleeps never end.
#[derive(Clone)]
struct SlowTasks(Arc<Slow>, Arc<Mutex<(bool, Vec<Waker>)>>);

impl SlowTasks {
    fn let_go(&self) {
        let mut gate = self.1.lock().unwrap();
        gate.0 = true;
        gate.1.drain(..).for_each(Waker::wake);
    }
}

impl Transport for SlowTasks {
    async fn send(&self, outgoing: Outgoing) -> Result<Response<Bytes>, TransportError> {
        let path = outgoing.request.uri().path().to_owned();
        let response = self.0.answer(&path);
        std::future::poll_fn(|context| {
            let mut gate = self.1.lock().unwrap();
            if gate.0 || path != "/v3/token" {
                return Poll::Ready(());
            }
            gate.1.push(context.waker().clone());
            Poll::Pending
        })
        .await;
        Ok(response)
    }

    async fn sleep(&self, _: Duration) {
        std::future::pending::<()>().await;
    }
}

#[derive(Default)]
struct Woken(std::sync::atomic::AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// A future that is polled only after it was woken.
struct Task<T>(Pin<Box<dyn Future<Output = T>>>, Arc<Woken>);

impl<T> Task<T> {
    fn new(future: impl Future<Output = T> + 'static) -> Self {
        let woken = Arc::new(Woken::default());
        woken.0.store(true, Ordering::SeqCst);
        Self(Box::pin(future), woken)
    }

    fn run(&mut self) -> Option<T> {
        while self.1.0.swap(false, Ordering::SeqCst) {
            let waker = Waker::from(Arc::clone(&self.1));
            if let Poll::Ready(output) = self.0.as_mut().poll(&mut Context::from_waker(&waker)) {
                return Some(output);
            }
        }
        None
    }
}

fn tasks(transport: &SlowTasks) -> Vec<Task<Result<v3::Outcome>>> {
    let client = Client::new(once(), transport.clone());
    (0..20).map(|_| Task::new(client.v3().status(&job_id()))).collect()
}

#[test]
fn twenty_tasks_request_one_token() {
    for is_refusing in [false, true] {
        let slow = Arc::new(Slow { tokens: AtomicUsize::new(0), is_refusing });
        let transport = SlowTasks(Arc::clone(&slow), Arc::default());
        let mut tasks = tasks(&transport);
        assert!(tasks.iter_mut().all(|task| task.run().is_none()));
        transport.let_go();
        // The first was woken by its reply, and wakes the others.
        for task in &mut tasks {
            assert_eq!(task.run().expect("it was woken").is_err(), is_refusing);
        }
        assert_eq!(slow.tokens.load(Ordering::SeqCst), 1);
    }
}

#[test]
fn a_dropped_request_for_a_token_is_made_by_another_caller() {
    let slow = Arc::new(Slow { tokens: AtomicUsize::new(0), is_refusing: false });
    let transport = SlowTasks(Arc::clone(&slow), Arc::default());
    let mut tasks = tasks(&transport);
    assert!(tasks.iter_mut().all(|task| task.run().is_none()));
    drop(tasks.remove(0));
    transport.let_go();
    for task in &mut tasks {
        assert!(task.run().expect("it was woken").is_ok());
    }
    assert_eq!(slow.tokens.load(Ordering::SeqCst), 2);
}
