//! Whatever is lost on the way, a job is made once and paid for once.
//!
//! The client talks to the mock server's core without sockets and in virtual time, through a line that breaks where the
//! test says. The same over sockets is in [`crate::faults`].

use std::{
    cell::{Cell, RefCell},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response};
use proptest::prelude::*;
use serde_json::Value;
use smileid::{
    Budget, Config, Credentials, Delivery, Environment, Error, Follow, Image, ImageJob, JobIds, Retry, Stage,
    Step, Submission, SubmitError, Submitted,
    client::{
        BlockingTransport, Now, Outgoing, TransportError,
        TransportErrorKind::{self, Connect, Interrupted, Timeout},
        blocking::Client,
    },
    types::ErrorCode,
};
use smileid_mock_server::{Config as MockConfig, Millis, Service};

/// The beginning of a PNG of one pixel, which is enough for an image.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0";

/// What happens to an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Line {
    Good,
    /// The request does not arrive, and this is what the client sees of it.
    Lost(TransportErrorKind),
    /// The request arrives; its answer does not.
    Deaf(TransportErrorKind),
    /// Something in between answers a page of its own, after the request was passed on or instead of that.
    ErrorPage {
        arrives: bool,
    },
    /// The request arrives; something in between replaces its answer by an empty one that says yes.
    EmptyYes,
    /// The request does not arrive; the answer is this.
    Says(u16, &'static str),
}

/// What S3 says of a link that is too old.
const EXPIRED: Line =
    Line::Says(403, "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>");
const TAKEN: Line = Line::Says(
    400,
    r#"{"code":"2215","error":"Job already exists. Did you mean to set the retry flag to true?"}"#,
);

const BAD: [Line; 9] = [
    Line::Lost(Connect),
    Line::Lost(Interrupted),
    Line::Lost(Timeout),
    Line::Deaf(Interrupted),
    Line::Deaf(Timeout),
    Line::Deaf(TransportErrorKind::Other),
    Line::ErrorPage { arrives: false },
    Line::ErrorPage { arrives: true },
    Line::EmptyYes,
];

/// A mock server at the end of a line, and a clock that passes when it is waited for.
struct World {
    service: Service,
    credentials: Credentials,
    /// What happens to the exchanges to come. The line is good afterwards.
    plan: RefCell<Vec<Line>>,
    sent: RefCell<Vec<String>>,
    clock: Cell<Duration>,
}

const START: i64 = 1_700_000_000_000;

impl World {
    fn new(plan: &[Line]) -> Self {
        let credentials = Credentials::new("085", "mock-api-key-0000").unwrap();
        let mut config = MockConfig::new([7; 32]);
        config.partners = vec![credentials.clone()];
        let plan = RefCell::new(plan.iter().rev().copied().collect());
        let clock = Cell::new(Duration::ZERO);
        Self { service: Service::new(config), credentials, plan, sent: RefCell::default(), clock }
    }

    fn client(&self) -> Client<&Self> {
        let environment: Environment = "http://127.0.0.1:8085".parse().unwrap();
        Client::new(Config::new(self.credentials.clone(), &environment), self)
    }

    fn millis(&self) -> i64 {
        START + i64::try_from(self.clock.get().as_millis()).unwrap()
    }

    fn handle(&self, request: &Request<Bytes>) -> Response<Bytes> {
        self.service.handle(request, Millis::from_utc(self.millis())).response
    }

    fn asked(&self, path: &str) -> Value {
        let request = Request::get(format!("http://127.0.0.1:8085/_mock/{path}")).body(Bytes::new()).unwrap();
        let reply = self.handle(&request);
        serde_json::from_slice(reply.body()).unwrap()
    }

    /// How many jobs are paid for, and how many there are.
    fn bill_and_jobs(&self) -> (u64, usize) {
        let bill = self.asked("billing?partner_id=085")["total"].as_u64().unwrap();
        (bill, self.asked("jobs?partner_id=085")["jobs"].as_array().unwrap().len())
    }
}

impl BlockingTransport for &World {
    fn send(&self, outgoing: Outgoing) -> Result<Response<Bytes>, TransportError> {
        let timeout = outgoing.timeout;
        let (head, body) = outgoing.request.into_parts();
        self.sent.borrow_mut().push(format!("{} {}", head.method, outgoing.endpoint.name));
        let request = Request::from_parts(head, body.to_bytes().unwrap());
        let handle = || self.handle(&request);
        let page = || Response::builder().status(502).body(Bytes::from("<html>Bad Gateway</html>")).unwrap();
        let failed = |kind| {
            if kind == Timeout {
                self.clock.set(self.clock.get() + timeout);
            }
            Err(TransportError::new(kind))
        };
        match self.plan.borrow_mut().pop().unwrap_or(Line::Good) {
            Line::Good => Ok(handle()),
            Line::Lost(kind) => failed(kind),
            Line::Deaf(kind) => {
                handle();
                failed(kind)
            }
            Line::ErrorPage { arrives } => {
                if arrives {
                    handle();
                }
                Ok(page())
            }
            Line::EmptyYes => {
                handle();
                Ok(Response::new(Bytes::new()))
            }
            Line::Says(status, body) => {
                Ok(Response::builder().status(status).body(Bytes::from_static(body.as_bytes())).unwrap())
            }
        }
    }

    fn sleep(&self, duration: Duration) {
        self.clock.set(self.clock.get() + duration);
    }

    fn now(&self) -> Now {
        // A little behind the server's, so that questions and answers are not signed at one moment.
        Now { utc_millis: self.millis() - 1, monotonic: self.clock.get() }
    }

    fn seed(&self) -> u64 {
        7
    }
}

fn job() -> ImageJob {
    let ids = JobIds::from_key("user-1", "application 4711").unwrap();
    ImageJob::smart_selfie_registration(ids, Image::bytes(PNG))
}

fn submission() -> Submission {
    Submission::new(job(), Delivery::follow(Follow::result()))
}

fn is_complete(submitted: &Submitted) -> bool {
    submitted.state.as_ref().is_some_and(|state| state.complete().is_some())
}

/// Submits until there is a result; the line gets better in the end. At every stop the bill is looked at, and what is
/// gone on with is what the process has in its hand, or what was kept before the first request.
fn carry_through(world: &World, forgets: bool) -> Submitted {
    let mut submission = submission();
    let kept = serde_json::to_string(&submission).unwrap();
    for _ in 0..20 {
        let outcome = world.client().submit(&mut submission);
        let (bill, jobs) = world.bill_and_jobs();
        assert!(bill <= 1 && jobs <= 1, "{bill} bills for {jobs} jobs after {:?}", world.sent.borrow());
        match outcome {
            Ok(submitted) if is_complete(&submitted) => {
                assert_eq!((bill, jobs), (1, 1));
                assert_eq!(submitted.ids.job_id(), job().ids().job_id());
                return submitted;
            }
            Ok(_) => {}
            Err(error) => assert!(error.source.is_retryable() || error.source.never_left(), "{error:?}"),
        }
        if forgets {
            submission = serde_json::from_str(&kept).unwrap();
            assert_eq!(submission.stage(), &Stage::Unsure);
        }
    }
    panic!("no result after {:?}", world.sent.borrow());
}

#[test]
fn on_a_good_line_three_exchanges_do() {
    let world = World::new(&[]);
    carry_through(&world, false);
    assert_eq!(*world.sent.borrow(), ["POST v1::upload", "PUT v1::put_archive", "POST v1::job_status"]);
}

#[test]
fn one_break_anywhere_is_mended_in_the_same_call() {
    for broken in 0..3 {
        for bad in BAD {
            let mut plan = vec![Line::Good; broken];
            plan.push(bad);
            let world = World::new(&plan);
            let submitted = world.client().submit(&mut submission());
            let submitted = submitted.unwrap_or_else(|error| panic!("{bad:?} at {broken}: {error:?}"));
            assert!(is_complete(&submitted), "{bad:?} at {broken}");
            assert_eq!(world.bill_and_jobs(), (1, 1), "{bad:?} at {broken}: {:?}", world.sent.borrow());
        }
    }
}

#[test]
fn a_client_that_sends_nothing_twice_ends_with_what_can_be_gone_on_with() {
    for broken in 0..3 {
        for bad in BAD {
            let mut plan = vec![Line::Good; broken];
            plan.push(bad);
            let world = World::new(&plan);
            let client = world.client().with_retry(Retry::never());
            let mut submission = submission();
            match client.submit(&mut submission) {
                // What is put into an empty yes is an empty yes.
                Ok(_) => assert_eq!((broken, bad), (1, Line::EmptyYes)),
                Err(SubmitError { step, .. }) => {
                    assert_eq!(step, [Step::Announce, Step::Upload, Step::Await][broken]);
                    assert!(is_complete(&client.submit(&mut submission).unwrap()), "{bad:?} at {broken}");
                }
            }
            assert_eq!(world.bill_and_jobs(), (1, 1), "{bad:?} at {broken}: {:?}", world.sent.borrow());
        }
    }
}

#[test]
fn nothing_is_sent_again_before_the_api_was_asked() {
    for (plan, sent) in [
        // The announcement arrived, or not: asked, and announced again as what it is.
        (vec![Line::Deaf(Interrupted)], ["upload", "job_status", "upload", "put_archive", "job_status"]),
        (vec![Line::Lost(Interrupted)], ["upload", "job_status", "upload", "put_archive", "job_status"]),
        // The archive did not arrive: a new link.
        (
            vec![Line::Good, Line::Lost(Interrupted), Line::Good, Line::Good, Line::Good],
            ["upload", "put_archive", "job_status", "upload", "put_archive"],
        ),
        // The archive arrived: nothing to send.
        (
            vec![Line::Good, Line::Deaf(Interrupted)],
            ["upload", "put_archive", "job_status", "job_status", ""],
        ),
        // What never left is sent again without a question.
        (vec![Line::Lost(Connect)], ["upload", "upload", "put_archive", "job_status", ""]),
        (vec![Line::Good, Line::Lost(Connect)], ["upload", "put_archive", "put_archive", "job_status", ""]),
    ] {
        let world = World::new(&plan);
        world.client().submit(&mut submission()).unwrap();
        let names: Vec<_> =
            world.sent.borrow().iter().map(|it| it.rsplit(':').next().unwrap().to_owned()).collect();
        let expected: Vec<_> = sent.into_iter().filter(|it| !it.is_empty()).collect();
        assert_eq!(names[..expected.len()], expected[..], "{plan:?}");
    }
}

#[test]
fn a_link_that_expired_is_renewed() {
    let world = World::new(&[Line::Good, Line::Lost(Interrupted)]);
    let mut submission = submission();
    let error = world.client().with_retry(Retry::never()).submit(&mut submission).unwrap_err();
    assert_eq!((error.step, error.smile_job_id.is_some()), (Step::Upload, true));
    world.clock.set(world.clock.get() + Duration::from_secs(48 * 3600));
    assert!(is_complete(&world.client().submit(&mut submission).unwrap()));
    assert_eq!(world.bill_and_jobs(), (1, 1));

    let world = World::new(&[Line::Good, EXPIRED]);
    carry_through(&world, false);
    let names = ["upload", "put_archive", "job_status", "upload", "put_archive", "job_status"];
    assert!(world.sent.borrow().iter().map(|it| it.rsplit(':').next().unwrap()).eq(names));
}

#[test]
fn an_archive_that_was_taken_by_nobody_is_sent_again() {
    // Something in between says yes, and passes nothing on.
    let world = World::new(&[Line::Good, Line::Says(200, "")]);
    let mut submission = submission();
    let submitted = world.client().submit(&mut submission).unwrap();
    assert!(!is_complete(&submitted), "the API waits for it");
    assert!(matches!(submission.stage(), Stage::Announced { .. }), "{:?}", submission.stage());
    assert!(is_complete(&world.client().submit(&mut submission).unwrap()));
    assert_eq!(world.bill_and_jobs(), (1, 1));
}

#[test]
fn a_server_that_goes_round_in_circles_is_left() {
    let no_archive = Line::Good; // the job is announced, and its archive is not there
    let round = [TAKEN, no_archive];
    let plan: Vec<_> =
        [Line::Good, Line::Lost(Interrupted), no_archive].into_iter().chain(round.repeat(50)).collect();
    let world = World::new(&plan);
    let error = world.client().submit(&mut submission()).unwrap_err();
    assert_eq!(error.source.code(), Some(&ErrorCode::JOB_EXISTS));
    assert!(world.sent.borrow().len() < 12, "{:?}", world.sent.borrow());

    let plan: Vec<_> = [Line::Good, EXPIRED, no_archive].repeat(50);
    let world = World::new(&plan);
    let error = world.client().submit(&mut submission()).unwrap_err();
    assert_eq!((error.step, error.source.status().unwrap().as_u16()), (Step::Upload, 403));
    assert!(world.sent.borrow().len() < 12, "{:?}", world.sent.borrow());
}

#[test]
fn a_name_that_is_taken_is_a_refusal() {
    let world = World::new(&[]);
    carry_through(&world, false);

    // The same job, submitted as one that never was.
    let error = world.client().submit(&mut submission()).unwrap_err();
    assert_eq!(error.source.code(), Some(&ErrorCode::JOB_EXISTS));
    // The same job, gone on with.
    let mut resumed = Submission::resume(job(), Delivery::follow(Follow::result()));
    assert!(is_complete(&world.client().submit(&mut resumed).unwrap()));
    // Somebody else's job of that name, new or gone on with.
    let taken = JobIds::new("user-2", job().ids().job_id()).unwrap();
    let other = ImageJob::smart_selfie_registration(taken, Image::bytes(PNG));
    for mut submission in [
        Submission::new(other.clone(), Delivery::follow(Follow::result())),
        Submission::resume(other, Delivery::follow(Follow::result())),
    ] {
        let error = world.client().submit(&mut submission).unwrap_err();
        assert_eq!(error.source.code(), Some(&ErrorCode::JOB_EXISTS));
    }
    // The same person's job of that name, and it was something else.
    let other = ImageJob::update_photo(job().ids().clone(), Image::bytes(PNG));
    let mut submission = Submission::resume(other, Delivery::follow(Follow::result()));
    let error = world.client().submit(&mut submission).unwrap_err();
    assert!(matches!(*error.source, Error::AnotherJob), "{error:?}");
    assert_eq!(world.bill_and_jobs(), (1, 1));
}

#[test]
fn a_job_announced_by_a_process_that_is_gone_is_made_whole() {
    let world = World::new(&[Line::Good, Line::Lost(Interrupted)]);
    world.client().with_retry(Retry::never()).submit(&mut submission()).unwrap_err();
    // Whoever comes next knows nothing of it.
    assert!(is_complete(&world.client().submit(&mut submission()).unwrap()));
    assert_eq!(world.bill_and_jobs(), (1, 1));
}

#[test]
fn a_refusal_is_an_answer() {
    let world = World::new(&[]);
    carry_through(&world, false);
    let again = JobIds::new("user-1", "another").unwrap();
    let job = ImageJob::smart_selfie_registration(again, Image::bytes(PNG));
    let mut submission = Submission::new(job, Delivery::follow(Follow::result()));
    let before = world.sent.borrow().len();
    let error = world.client().submit(&mut submission).unwrap_err();
    assert_eq!(error.source.code(), Some(&ErrorCode::ALREADY_ENROLLED));
    assert_eq!(world.sent.borrow().len(), before + 1);
    assert_eq!(submission.stage(), &Stage::New, "nothing came of it");
}

#[test]
fn a_line_that_stays_bad_costs_no_more_than_the_budget() {
    for bad in BAD {
        let world = World::new(&vec![bad; 1000]);
        let mut client = world.client();
        let retry = || {
            let mut retry = Retry::up_to(50);
            retry.budget = Budget::new(100);
            retry
        };
        client = client.with_retry(retry());
        let mut submission = submission();
        match client.submit(&mut submission) {
            Err(error) => assert!(matches!(
                *error.source,
                Error::Transport(_) | Error::Refused(_) | Error::Malformed(_)
            )),
            Ok(submitted) => panic!("{bad:?}: {submitted:?}"),
        }
        assert!(world.sent.borrow().len() <= 22, "{bad:?}: {}", world.sent.borrow().len());
        assert!(world.clock.get() <= Duration::from_secs(600 + 30), "{bad:?}: {:?}", world.clock.get());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_breaks_in_any_order(
        plan in proptest::collection::vec(prop_oneof![Just(Line::Good), proptest::sample::select(&BAD[..])], 0..24),
        forgets: bool,
    ) {
        carry_through(&World::new(&plan), forgets);
    }
}
