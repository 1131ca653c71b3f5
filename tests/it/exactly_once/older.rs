//! Tests submissions when an older job has the same ids: its result is never used, and nothing is charged twice.

use bytes::Bytes;
use http::{Request, Response};
use proptest::{prelude::*, sample::select};
use smileid::{
    CallbackUrl, ErrorKind, Image, ImageJob, Outcome, Result, Stage, Submission,
    protocol::{
        auth::AuthScheme,
        endpoint::{Endpoint, SignedEndpoint},
        job::ContentTag,
        timestamp::Timestamp,
        v1::{
            job_status,
            put_archive::{self, UploadUrl},
            upload,
        },
    },
    types::ErrorCode,
};
use smileid_mock_server::Processing;

use super::{
    PNG, is_complete, job,
    line::{BAD, Line, World},
};

/// A job that was submitted earlier with the same ids.
#[derive(Clone, Copy, Debug)]
struct Older {
    content: Content,
    /// True if the older job has a content tag.
    is_tagged: bool,
    came: Came,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Content {
    Same,
    /// The older job has another selfie, and this `sandbox_result`: approved, rejected, provisional.
    Changed(&'static str),
    OtherType,
}

/// Stage that the older job has reached when the new job is submitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Came {
    Announced,
    /// The archive of the older job has arrived, and the job is in progress.
    Archived,
    Complete,
}

/// State from which the new submission starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Start {
    New,
    Resumed,
    /// The submission was stored before the first request, and read back.
    Kept,
}

#[derive(Clone, Debug)]
struct Plan {
    older: Option<Older>,
    start: Start,
    /// True if each call starts with the submission that was stored before the first request.
    forgets: bool,
    /// True if the call waits for the result, false if a callback brings it.
    follows: bool,
    polls: u32,
    lines: Vec<Line>,
}

impl Older {
    fn job(self) -> ImageJob {
        let other = || Image::bytes([PNG, b"another"].concat());
        let ids = job().ids().clone();
        match self.content {
            Content::Same => job(),
            Content::Changed(result) => ImageJob::smart_selfie_registration(ids, other())
                .with_partner_param("sandbox_result", result)
                .unwrap(),
            Content::OtherType => ImageJob::compare_user_info(ids, other()),
        }
    }

    /// Submits the older job without the client under test.
    fn submit(self, world: &World) {
        let ready = self.job().read(|_| -> std::io::Result<Bytes> { unreachable!("no file") }).unwrap();
        let mut request = ready.upload_request(None);
        if self.is_tagged {
            ready.content_tag(&world.credentials).write_to(&mut request.partner_params);
        }
        let response = ask(world, &request);
        let reply = upload::Request::decode_reply(&response).unwrap().trust_without_checking().0;
        if self.came == Came::Announced {
            return;
        }
        let seal =
            <upload::Request as Endpoint>::Auth::prove(&world.credentials, &Timestamp::from_utc_millis(1));
        let layout = ready.archive(&request, &seal, &reply).unwrap();
        let archive: Vec<u8> = layout.segments.into_iter().flat_map(|it| it.into_bytes().to_vec()).collect();
        let url = UploadUrl::parse(&reply.upload_url).unwrap();
        let head = put_archive::request(&url, archive.len() as u64).unwrap();
        assert!(world.handle(&Request::from_parts(head, archive.into())).status().is_success());
        while self.came == Came::Complete && !status(world).job_complete {}
    }
}

fn ask<E: SignedEndpoint>(world: &World, request: &E) -> Response<Bytes>
where
    E::Auth: AuthScheme<Key = smileid::Credentials>,
{
    let proof = E::Auth::prove(&world.credentials, &Timestamp::from_utc_millis(1_700_000_000_000));
    let origin = "http://127.0.0.1:8085".parse().unwrap();
    world.handle(&request.encode(&origin, &proof).unwrap())
}

/// Returns the API's status of the job with these ids.
fn status(world: &World) -> job_status::Response {
    let request = job_status::Request::new(job().ids().user_id(), job().ids().job_id());
    job_status::Request::decode_reply(&ask(world, &request)).unwrap().trust_without_checking().0
}

fn own_tag(world: &World) -> ContentTag {
    let ready = job().read(|_| -> std::io::Result<Bytes> { unreachable!("no file") }).unwrap();
    ready.content_tag(&world.credentials)
}

impl Plan {
    fn submission(&self) -> Submission {
        match self.start {
            Start::New => Submission::new(job()),
            Start::Resumed => Submission::new(job()).resumed(),
            Start::Kept => kept(&Submission::new(job())),
        }
    }

    /// Submits the new job, and returns the outcome of the wait, if there was one.
    fn submit(&self, world: &World, submission: &mut Submission) -> Result<Option<Outcome>> {
        let call = world.client().submit(submission);
        if self.follows { call.wait().send().map(Some) } else { call.callback(hook()).send().map(|_| None) }
    }

    /// Returns true if the older job may count as this one: it has the same content, and this submission may have been sent
    /// before.
    fn may_be_taken(&self) -> bool {
        let Some(older) = self.older else { return false };
        let is_unsure = self.start != Start::New || self.forgets;
        is_unsure && older.content == Content::Same && older.is_tagged
    }

    /// Returns true if there must be a result in the end.
    fn succeeds(&self) -> bool {
        match self.older {
            None => true,
            // It gets its archive, unless it has another type.
            Some(Older { came: Came::Announced, content, .. }) => content != Content::OtherType,
            Some(_) => self.may_be_taken(),
        }
    }

    fn check(&self, world: &World, outcome: &Result<Option<Outcome>>) {
        let (bill, jobs) = world.bill_and_jobs();
        assert!(bill <= 1 && jobs <= 1, "{bill} bills for {jobs} jobs after {:?}", world.sent());
        match outcome {
            Ok(Some(outcome)) if is_complete(outcome) => {
                assert!(self.succeeds(), "another job's result after {:?}", world.sent());
                let tag = outcome.result().and_then(ContentTag::of_result);
                assert_eq!(tag, Some(own_tag(world)));
            }
            // Without a result, another job's state is never reported as this one's.
            Ok(None) => assert!(self.succeeds(), "another job is called this one after {:?}", world.sent()),
            _ => {}
        }
    }

    fn carry_out(&self) {
        let world = World::processing(&self.lines, Processing::Polls(self.polls));
        if let Some(older) = self.older {
            older.submit(&world);
        }
        let mut submission = self.submission();
        let first = kept(&submission);
        for _ in 0..40 {
            let outcome = self.submit(&world, &mut submission);
            self.check(&world, &outcome);
            match outcome {
                Ok(outcome) if outcome.as_ref().is_none_or(is_complete) => {
                    assert!(matches!(submission.stage(), Stage::Uploaded { .. }));
                    return;
                }
                Ok(_) => {}
                Err(error) if error.is_retryable() || error.not_sent() => {}
                Err(error) => {
                    // A new submission is refused, even if the older job has the same content.
                    let is_refused_as_new = self.start == Start::New && self.may_be_taken();
                    let context = format!("{error:?} after {:?}", world.sent());
                    assert!(is_refused_as_new || !self.succeeds(), "{context}");
                    let is_taken = error.code() == Some(&ErrorCode::JOB_EXISTS);
                    assert!(is_taken || error.kind() == ErrorKind::OtherContent, "{error:?}");
                    return;
                }
            }
            if self.forgets {
                submission = first.clone();
            }
        }
        panic!("no end after {:?}", world.sent());
    }
}

fn hook() -> CallbackUrl {
    CallbackUrl::parse("http://127.0.0.1:9/hook").unwrap()
}

fn kept(submission: &Submission) -> Submission {
    serde_json::from_str(&serde_json::to_string(submission).unwrap()).unwrap()
}

fn older() -> impl Strategy<Value = Older> {
    let contents = [
        Content::Same,
        Content::Changed("0"),
        Content::Changed("1"),
        Content::Changed("2"),
        Content::OtherType,
    ];
    let came = [Came::Announced, Came::Archived, Came::Complete];
    (select(contents.to_vec()), any::<bool>(), select(came.to_vec()))
        .prop_map(|(content, is_tagged, came)| Older { content, is_tagged, came })
}

fn plan() -> impl Strategy<Value = Plan> {
    let lines = proptest::collection::vec(
        prop_oneof![Just(Line::Good), Just(Line::Twice), select(BAD.to_vec())],
        0..16,
    );
    let starts = select(vec![Start::New, Start::Resumed, Start::Kept]);
    let older = proptest::option::weighted(0.9, older());
    (older, starts, any::<bool>(), any::<bool>(), 0..4_u32, lines).prop_map(
        |(older, start, forgets, follows, polls, lines)| Plan {
            older,
            start,
            forgets,
            follows,
            polls,
            lines,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn any_older_job_and_any_breaks(plan in plan()) {
        plan.carry_out();
    }
}

/// The error must be the API's own, whatever happened to the upload request.
#[test]
fn an_older_job_s_result_is_not_taken_whatever_became_of_the_announcement() {
    for bad in BAD.into_iter().chain([Line::Twice, Line::Good]) {
        for came in [Came::Archived, Came::Complete] {
            for content in [Content::Same, Content::Changed("0"), Content::OtherType] {
                let world = World::processing(&[bad], Processing::Polls(2));
                Older { content, is_tagged: true, came }.submit(&world);
                let mut submission = Submission::new(job());
                let error = world.client().submit(&mut submission).wait().send().unwrap_err();
                let context = format!("{bad:?}, {came:?}, {content:?}: {error:?} {:?}", world.sent());
                assert_eq!(error.code(), Some(&ErrorCode::JOB_EXISTS), "{context}");
                assert!(!world.sent().iter().any(|it| it.contains("put_archive")), "{context}");
            }
        }
    }
}

#[test]
fn a_job_of_the_same_key_and_other_content_is_an_error() {
    for came in [Came::Archived, Came::Complete] {
        for (content, is_tagged) in
            [(Content::Changed("0"), true), (Content::Changed("0"), false), (Content::Same, false)]
        {
            let world = World::processing(&[], Processing::Polls(3));
            Older { content, is_tagged, came }.submit(&world);
            let mut submission = Submission::new(job()).resumed();
            let error = world.client().submit(&mut submission).wait().send().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::OtherContent, "{error:?}");
        }
        let world = World::processing(&[], Processing::Polls(3));
        Older { content: Content::Same, is_tagged: true, came }.submit(&world);
        let mut submission = Submission::new(job()).resumed();
        let outcome = world.client().submit(&mut submission).wait().send().unwrap();
        assert!(is_complete(&outcome));
        assert!(outcome.smile_job_id().is_some());
    }
}

/// Only the result shows to which submission a job belongs, so without a result there is no answer.
#[test]
fn a_job_that_is_processed_is_nobody_s_yet() {
    let world = World::processing(&[], Processing::Polls(1));
    Older { content: Content::Changed("0"), is_tagged: true, came: Came::Archived }.submit(&world);
    let mut submission = Submission::new(job()).resumed();
    let error = world.client().submit(&mut submission).callback(hook()).send().unwrap_err();
    assert!(error.kind() == ErrorKind::Unsettled && error.is_retryable(), "{error:?}");
    assert_eq!(submission.stage(), &Stage::Unsure);
    let error = world.client().submit(&mut submission).send().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OtherContent, "{error:?}");
}
