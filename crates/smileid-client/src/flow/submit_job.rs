//! Flow that submits an image job: requests an upload URL, uploads the archive and, if wanted, waits for the result.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use smileid_protocol::{
    auth::AuthScheme,
    endpoint::Endpoint,
    job::{ContentTag, ReadError, ReadyJob},
    types::{ErrorCode, JobType},
    v1::{
        job_status,
        put_archive::{self, UploadUrl},
        upload,
    },
};

use super::{
    Action, Attempts, AwaitJob, Event, Exchange, Flow, JobState, Reply, SubmitOptions, Submitted, about,
    limits::Limits, ownership::Ownership, status_request,
};
use crate::{
    clock::Now,
    config::Config,
    flow::{Failure, Step, SubmitFailure},
    submission::{Stage, Submission},
    transport::{Body, EndpointName, Outgoing, Piece, TransportError, TransportErrorKind},
};

/// Flow that submits an image job: sends the upload request and the archive, and polls for the result if the delivery requires
/// it.
///
/// If the outcome of a request is unknown, the API is asked for the status of the job before anything is sent again. A
/// job whose archive did not arrive is announced again as a retry, which yields a new upload link and no second job.
///
/// A job of the same ids that has its archive is taken for this one only in one case: this submission may have sent the
/// archive, and the result has the [`ContentTag`] of this job.
///
/// Driven as the [flow](super) of the example. Read the job's files first, with [`read_files`](crate::read_files) or
/// [`ImageJob::read`](smileid_protocol::job::ImageJob::read).
#[derive(Debug)]
pub struct SubmitJob<'s> {
    config: Arc<Config>,
    submission: &'s mut Submission,
    options: SubmitOptions,
    /// Job with its files. It is needed only if something must be sent, because a job that the API already has needs no files.
    ready: Option<ReadyJob<Piece>>,
    /// Reason why the files cannot be read, until it is reported.
    unreadable: Option<ReadError>,
    /// Content tag, a hash of the job's content by which its result is recognized. Known once the files were read.
    tag: Option<ContentTag>,
    seed: u64,
    /// Attempts of the submission as a whole, in addition to the attempts of each request.
    attempts: Attempts,
    /// Time at which the submission started, if that was before the first event.
    start: Option<Duration>,
    limits: Limits,
    state: State,
    /// Failure of the step before the last status request.
    trouble: Option<Failure>,
    /// True if another job has the ids of this one, which was to be sent again.
    was_taken: bool,
    /// True if the API may have the archive, so that it may bill the job.
    may_be_there: bool,
    /// True if another job with the same ids was found. Then the upload request is sent once more, because the API's own error
    /// response is more precise.
    has_rival: bool,
}

#[derive(Debug)]
enum State {
    Beginning,
    /// Sends the upload request. Contains the previous stage, which is restored if the request was not sent.
    Announcing(Box<Exchange<upload::Request>>, Stage),
    Uploading(Box<Put>),
    /// Waits before a status request.
    Pausing,
    Asking(Box<Exchange<job_status::Request>>),
    Awaiting(Box<AwaitJob>),
    Over,
}

/// Upload of an archive.
#[derive(Debug)]
struct Put {
    url: UploadUrl,
    body: Body,
    attempts: Attempts,
}

type Next = Action<Submitted, SubmitFailure>;

impl<'s> SubmitJob<'s> {
    /// Creates the flow for a job whose files were read. `seed` varies the pauses.
    pub fn new(
        config: impl Into<Arc<Config>>,
        submission: &'s mut Submission,
        options: SubmitOptions,
        ready: Option<Result<ReadyJob<Piece>, ReadError>>,
        seed: u64,
    ) -> Self {
        let config = config.into();
        let (ready, unreadable) = match ready.transpose() {
            Ok(ready) => (ready, None),
            Err(error) => (None, Some(error)),
        };
        let read = ready.as_ref().map(|ready| ready.content_tag(&config.credentials));
        let tag = read.or_else(|| submission.tag.clone());
        Self {
            submission,
            options,
            ready,
            unreadable,
            tag,
            seed,
            attempts: Attempts::new(&config.retry, seed),
            config,
            start: None,
            limits: Limits::default(),
            state: State::Beginning,
            trouble: None,
            was_taken: false,
            may_be_there: false,
            has_rival: false,
        }
    }

    /// Measures the time limit from `start`, such as the time at which the files were opened, instead of from the first event.
    #[must_use]
    pub fn since(self, start: Now) -> Self {
        Self { start: Some(start.monotonic), ..self }
    }

    fn begin(&mut self, now: Now) -> Next {
        self.submission.retry_refused();
        if let Some(Err(failure)) =
            self.tag.as_ref().map(|tag| self.submission.tag(tag, &self.config.credentials))
        {
            return self.fail(Step::Read, failure.into());
        }
        self.limits = Limits::new(&self.config, self.options.timeout, self.start.unwrap_or(now.monotonic));
        self.may_be_there = !matches!(self.submission.stage, Stage::New | Stage::Announcing);
        match &self.submission.stage {
            Stage::New | Stage::Refused { .. } => self.announce(false, now),
            Stage::Announcing | Stage::Unsure | Stage::Announced { .. } => self.ask(now),
            Stage::Uploaded { .. } => self.uploaded(now),
        }
    }

    fn announce(&mut self, is_retry: bool, now: Now) -> Next {
        let (Some(ready), Some(tag)) = (&self.ready, &self.tag) else { return self.cannot_read() };
        let mut request = ready.upload_request(self.submission.callback.as_ref());
        tag.write_to(&mut request.partner_params);
        request.retry = is_retry.then_some(true);
        let before = self.submission.stage.clone();
        if before == Stage::New {
            self.submission.stage = Stage::Announcing;
        }
        let exchange =
            Exchange::new(Arc::clone(&self.config), request, self.seed).until(Some(self.limits.operation));
        self.announcing(Box::new(exchange), before, Event::Start, now)
    }

    fn announcing(
        &mut self,
        mut exchange: Box<Exchange<upload::Request>>,
        before: Stage,
        event: Event,
        now: Now,
    ) -> Next {
        match exchange.on(event, now).ended() {
            Ok(Ok(reply)) => self.announced(&exchange, &reply.value, now),
            Ok(Err(error)) => self.not_announced(error, before, exchange.request().retry, now),
            Err(action) => {
                self.state = State::Announcing(exchange, before);
                action
            }
        }
    }

    fn announced(
        &mut self,
        exchange: &Exchange<upload::Request>,
        reply: &upload::Response,
        now: Now,
    ) -> Next {
        self.submission.stage = Stage::Announced { smile_job_id: reply.smile_job_id.clone() };
        match self.archive(exchange, reply) {
            Ok(put) => self.put(Box::new(put), now),
            Err(error) => self.fail(Step::Upload, error),
        }
    }

    fn archive(
        &self,
        exchange: &Exchange<upload::Request>,
        reply: &upload::Response,
    ) -> Result<Put, Failure> {
        let url = UploadUrl::parse(&reply.upload_url)?;
        let (Some(ready), Some(at)) = (&self.ready, exchange.signed_at()) else { return Err(out_of_step()) };
        let seal = <upload::Request as Endpoint>::Auth::prove(&self.config.credentials, at);
        let body = ready.archive(exchange.request(), &seal, reply)?.into();
        Ok(Put { url, body, attempts: Attempts::new(&self.config.retry, self.seed) })
    }

    fn not_announced(&mut self, error: Failure, before: Stage, retry: Option<bool>, now: Now) -> Next {
        // The name may be taken by this same job, whose archive never came.
        if error.code() == Some(&ErrorCode::JOB_EXISTS) {
            self.submission.stage = before;
            if self.submission.is_ensured && self.submission.stage.order() < Stage::Unsure.order() {
                self.submission.stage = Stage::Unsure; // another call of this submission was faster
            }
            if self.has_rival {
                return self.fail(Step::Announce, error);
            }
            // Or the archive came just now; but that does not happen repeatedly.
            if retry.is_some() && std::mem::replace(&mut self.was_taken, true) {
                return self.ask_after(Step::Announce, error, now);
            }
            self.trouble = Some(error);
            return self.ask(now);
        }
        if error.is_outcome_unknown() || error.is_retryable() && !error.not_sent() {
            return self.ask_after(Step::Announce, error, now);
        }
        self.submission.stage = error.refusal_of_content().filter(|_| !self.may_be_there).unwrap_or(before);
        self.fail(Step::Announce, error)
    }

    fn put(&mut self, mut put: Box<Put>, now: Now) -> Next {
        let head = match put_archive::request(&put.url, put.body.length()) {
            Ok(head) => head,
            Err(error) => return self.fail(Step::Upload, error.into()),
        };
        let outgoing = Outgoing {
            request: http::Request::from_parts(head, put.body.clone()), // pieces are shared
            endpoint: EndpointName::ARCHIVE,
            resend_count: put.attempts.made,
            timeout: self.config.timeouts.upload.min(self.limits.left(now)),
            reply_limit: self.config.reply_limit,
            progress: self.options.progress.clone(),
        };
        put.attempts.made += 1;
        self.may_be_there = true;
        self.state = State::Uploading(put);
        Action::Send(outgoing)
    }

    fn was_put(&mut self, mut put: Box<Put>, response: &http::Response<Bytes>, now: Now) -> Next {
        match put_archive::read_reply(response).map_err(Failure::from) {
            Ok(()) => {
                put.attempts.succeeded();
                let smile_job_id = self.submission.stage.smile_job_id().map(str::to_owned);
                self.submission.stage = Stage::Uploaded { smile_job_id };
                self.uploaded(now)
            }
            Err(error) => self.not_put(put, error, now),
        }
    }

    fn not_put(&mut self, mut put: Box<Put>, error: Failure, now: Now) -> Next {
        if !error.is_outcome_unknown() {
            self.may_be_there = false;
        }
        if error.not_sent() {
            return match put.attempts.next(&error, self.limits.left(now)) {
                Some(pause) => {
                    self.state = State::Uploading(put);
                    Action::Wait(pause)
                }
                None => self.fail(Step::Upload, error),
            };
        }
        // S3 responds 403 if a link has expired, and if it does not know the link. A new link may work.
        let is_refused_link = error.status() == Some(http::StatusCode::FORBIDDEN);
        if is_refused_link || error.is_outcome_unknown() || error.is_retryable() {
            return self.ask_after(Step::Upload, error, now);
        }
        self.fail(Step::Upload, error)
    }

    /// Requests the status of the job after a pause. The response decides what must be sent again.
    fn ask_after(&mut self, step: Step, error: Failure, now: Now) -> Next {
        self.attempts.made += 1;
        match self.attempts.next(&error, self.limits.left(now)) {
            Some(pause) => {
                self.trouble = Some(error);
                self.state = State::Pausing;
                Action::Wait(pause)
            }
            None => self.fail(step, error),
        }
    }

    fn ask(&mut self, now: Now) -> Next {
        let request = status_request(self.submission.ids(), self.options.poll);
        let exchange =
            Exchange::new(Arc::clone(&self.config), request, self.seed).until(Some(self.limits.operation));
        self.asking(Box::new(exchange), Event::Start, now)
    }

    fn asking(&mut self, mut exchange: Box<Exchange<job_status::Request>>, event: Event, now: Now) -> Next {
        match exchange.on(event, now).ended() {
            Ok(Ok(reply)) => match about(exchange.request(), reply) {
                Ok(reply) => self.answered(&reply, now),
                Err(error) => self.fail(self.step(), error),
            },
            Ok(Err(error)) => self.not_answered(error, now),
            Err(action) => {
                self.state = State::Asking(exchange);
                action
            }
        }
    }

    fn answered(&mut self, reply: &Reply<job_status::Response>, now: Now) -> Next {
        let trouble = self.trouble.take();
        if reply.value.lacks_archive() {
            self.may_be_there = false;
            return self.announce(true, now);
        }
        match self.submission.stage {
            // This submission sent no archive, but the API has one: another program submitted a job of these ids
            // before.
            Stage::New | Stage::Announcing if !self.submission.is_ensured => self.found(reply, trouble, now),
            Stage::New | Stage::Announcing | Stage::Unsure if !reply.value.job_complete => {
                self.unsettled(reply, now)
            }
            _ => match self.refuted(reply) {
                None => {
                    self.settle(reply);
                    self.uploaded(now)
                }
                Some(end) => end,
            },
        }
    }

    /// Handles ids that another job with an archive already has. The upload request is sent once more, because the API's own
    /// error response is more precise. If that response is lost too, the other job does not count as this one, because it is
    /// older.
    fn found(&mut self, reply: &Reply<job_status::Response>, trouble: Option<Failure>, now: Now) -> Next {
        if trouble.as_ref().and_then(Failure::code) == Some(&ErrorCode::JOB_EXISTS) {
            return self.fail(Step::Announce, trouble.unwrap_or(Failure::Unsettled));
        }
        let is_asked_twice = std::mem::replace(&mut self.has_rival, true);
        if !is_asked_twice {
            return self.announce(false, now);
        }
        let is_another = reply.value.job_complete && self.owned(reply).is_err();
        let lost = || trouble.unwrap_or(Failure::Unsettled);
        self.fail(Step::Announce, if is_another { Failure::OtherContent } else { lost() })
    }

    /// Handles a job with the same ids that has no result yet. It counts as this job only if a store says so.
    fn unsettled(&mut self, reply: &Reply<job_status::Response>, now: Now) -> Next {
        match self.options.wait {
            Some(_) => self.await_result(now),
            None if self.submission.is_ensured => {
                self.settle(reply);
                self.uploaded(now)
            }
            None => self.fail(Step::Announce, Failure::Unsettled),
        }
    }

    /// Ends the submission if a result belongs to another job.
    fn refuted(&mut self, reply: &Reply<job_status::Response>) -> Option<Next> {
        if !self.is_named() && self.tag.is_none() {
            return Some(self.cannot_read());
        }
        self.owned(reply).err().map(|error| self.fail(self.step(), error))
    }

    /// Checks that the result, if there is one, belongs to this job.
    fn owned(&self, reply: &Reply<job_status::Response>) -> Result<(), Failure> {
        let job_type = self.submission.job_type();
        let (is_named, smile_job_id) = (self.is_named(), self.submission.stage.smile_job_id());
        Ownership { job_type, tag: self.tag.as_ref(), is_named, smile_job_id }.check(&reply.value)
    }

    /// Returns true if the API returned the number of this job.
    fn is_named(&self) -> bool {
        matches!(self.submission.stage, Stage::Announced { .. } | Stage::Uploaded { .. })
    }

    /// Records that the status response is about this job, and that the API has its archive.
    fn settle(&mut self, reply: &Reply<job_status::Response>) {
        let told = reply.value.result().and_then(|result| result.smile_job_id.clone());
        let smile_job_id = self.submission.stage.smile_job_id().map(str::to_owned).or(told);
        self.submission.stage = Stage::Uploaded { smile_job_id };
    }

    fn cannot_read(&mut self) -> Next {
        // Without an error there are no images: they were dropped when the API said that it has them.
        let error = self.unreadable.take().map_or(Failure::NoArchive, Failure::from);
        self.fail(Step::Read, error)
    }

    fn not_answered(&mut self, error: Failure, now: Now) -> Next {
        let trouble = self.trouble.take();
        let is_unknown = error.is_unknown_job();
        let is_taken = trouble.as_ref().and_then(Failure::code) == Some(&ErrorCode::JOB_EXISTS);
        match trouble {
            // The name is taken by another program's job.
            Some(trouble) if is_unknown && is_taken => self.fail(Step::Announce, trouble),
            _ if is_unknown => {
                self.may_be_there = false;
                self.announce(false, now)
            }
            // "Job already exists" is not reported as the error, since the existing job may be this one.
            Some(trouble) if !is_taken && !matches!(error, Failure::Forged(_)) => {
                self.fail(self.step(), trouble)
            }
            _ => self.fail(self.step(), error),
        }
    }

    fn uploaded(&mut self, now: Now) -> Next {
        if self.attempts.made > 0 {
            self.attempts.succeeded();
        }
        self.await_result(now)
    }

    fn await_result(&mut self, now: Now) -> Next {
        let Some(mut wait) = self.options.wait else { return self.finish(None) };
        wait.of_accepted |= is_lookup(self.submission.job_type());
        let Some(wait) = self.limits.wait(wait, now) else {
            return self.finish(Some(JobState::Pending(None)));
        };
        let waiting = AwaitJob::new(
            Arc::clone(&self.config),
            self.submission.ids(),
            self.options.poll,
            wait,
            self.seed,
        );
        self.awaiting(Box::new(waiting), Event::Start, now)
    }

    fn awaiting(&mut self, mut waiting: Box<AwaitJob>, event: Event, now: Now) -> Next {
        match waiting.on(event, now).ended() {
            Ok(Ok(state)) => {
                if let Some(reply) = state.complete() {
                    if let Some(end) = self.refuted(reply) {
                        return end;
                    }
                    self.settle(reply);
                }
                if matches!(state, JobState::NoArchive(_)) {
                    self.lost_archive();
                }
                self.finish(Some(state))
            }
            Ok(Err(error)) => self.fail(Step::Await, error),
            Err(action) => {
                self.state = State::Awaiting(waiting);
                action
            }
        }
    }

    /// Records that the archive may not have arrived: the upload response did not come from the storage host, or the API has not
    /// received the archive yet. The next call requests the status first, and sends the archive again if it is still missing.
    fn lost_archive(&mut self) {
        self.submission.stage = match self.submission.stage.smile_job_id() {
            Some(smile_job_id) => Stage::Announced { smile_job_id: smile_job_id.to_owned() },
            None => Stage::Unsure,
        };
    }

    fn finish(&mut self, state: Option<JobState>) -> Next {
        if !matches!(state, Some(JobState::NoArchive(_))) {
            self.submission.drop_content_if_sent();
        }
        let smile_job_id = self.submission.stage.smile_job_id().map(str::to_owned);
        Action::Done(Ok(Submitted { ids: self.submission.ids().clone(), smile_job_id, state }))
    }

    fn fail(&self, step: Step, source: Failure) -> Next {
        let smile_job_id = self.submission.stage.smile_job_id().map(str::to_owned);
        let may_be_billed = self.may_be_there && !matches!(source, Failure::OtherContent);
        Action::Done(Err(SubmitFailure { step, smile_job_id, may_be_billed, source: Box::new(source) }))
    }

    /// Returns the first step that may not be done yet.
    fn step(&self) -> Step {
        match self.submission.stage {
            Stage::New | Stage::Announcing | Stage::Unsure | Stage::Refused { .. } => Step::Announce,
            Stage::Announced { .. } => Step::Upload,
            Stage::Uploaded { .. } => Step::Await,
        }
    }
}

impl Flow for SubmitJob<'_> {
    type Output = Submitted;
    type Error = SubmitFailure;

    fn on(&mut self, event: Event, now: Now) -> Next {
        // A server's `Retry-After` is respected, whatever the request.
        if let Event::Response(response) = &event {
            self.attempts.note(response, now);
        }
        match (std::mem::replace(&mut self.state, State::Over), event) {
            (State::Beginning, _) => self.begin(now),
            (State::Announcing(exchange, before), event) => self.announcing(exchange, before, event, now),
            (State::Uploading(put), Event::Response(response)) => self.was_put(put, &response, now),
            (State::Uploading(put), Event::Failed(error)) => self.not_put(put, error.into(), now),
            (State::Uploading(put), Event::Start | Event::Elapsed) => self.put(put, now),
            (State::Pausing, _) => self.ask(now),
            (State::Asking(exchange), event) => self.asking(exchange, event, now),
            (State::Awaiting(waiting), event) => self.awaiting(waiting, event, now),
            (State::Over, _) => self.fail(self.step(), out_of_step()),
        }
    }
}

/// Returns true if jobs of this type have no archive, so that the API may know them late.
fn is_lookup(job_type: JobType) -> bool {
    matches!(job_type, JobType::EnhancedKyc | JobType::BusinessVerification)
}

/// Returns the failure for a driver that passed an unexpected event.
pub(super) fn out_of_step() -> Failure {
    TransportError::new(TransportErrorKind::Other)
        .with_source("unexpected event for the current state")
        .into()
}
