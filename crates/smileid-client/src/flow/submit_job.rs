//! Announce, upload and, if wanted, await.

use bytes::Bytes;
use smileid_protocol::{
    auth::{AuthScheme, Seal},
    endpoint::Endpoint,
    job::{Delivery, JobIds, ReadyJob},
    package::layout::Segment,
    v1::{
        put_archive::{self, UploadUrl},
        upload,
    },
};

use super::{Action, AwaitJob, Event, Flow, JobState};
use crate::{
    clock::Now,
    config::Config,
    error::{Error, Step, SubmitError},
    transport::{Body, Outgoing, TransportError, TransportErrorKind},
};

/// Announces a job, puts its archive where the API says, and asks for the result if the delivery says so.
#[derive(Debug)]
pub struct SubmitJob<'c> {
    config: &'c Config,
    job: ReadyJob,
    delivery: Delivery,
    state: State<'c>,
    smile_job_id: Option<String>,
}

#[derive(Debug)]
enum State<'c> {
    New,
    Announced(Box<upload::Request>, Seal),
    Uploaded,
    Awaiting(Box<AwaitJob<'c>>),
    Over,
}

impl<'c> SubmitJob<'c> {
    /// Submits `job`.
    pub fn new(config: &'c Config, job: ReadyJob, delivery: Delivery) -> Self {
        Self { config, job, delivery, state: State::New, smile_job_id: None }
    }

    fn announce(&mut self, now: Now) -> Action<Submission, SubmitError> {
        let request = self.job.upload_request(self.delivery.callback_url());
        let seal = <upload::Request as Endpoint>::Auth::prove(&self.config.credentials, &now.timestamp());
        match request.encode(&self.config.origin, &seal) {
            Ok(encoded) => {
                let timeout = self.config.timeouts.request;
                let outgoing = Outgoing::new(encoded.map(Body::from), timeout, self.config.reply_limit);
                self.state = State::Announced(Box::new(request), seal);
                Action::Send(outgoing)
            }
            Err(error) => self.fail(Step::Announce, error.into()),
        }
    }

    fn upload(
        &mut self,
        request: &upload::Request,
        seal: &Seal,
        response: &http::Response<Bytes>,
    ) -> Action<Submission, SubmitError> {
        let reply = match upload::Request::decode_reply(response) {
            Ok(reply) => reply.trust_without_checking().0, // uploads are not signed
            Err(error) => return self.fail(Step::Announce, error.into()),
        };
        self.smile_job_id = Some(reply.smile_job_id.clone());
        match self.archive(request, seal, &reply) {
            Ok(outgoing) => {
                self.state = State::Uploaded;
                Action::Send(outgoing)
            }
            Err(error) => self.fail(Step::Upload, error),
        }
    }

    fn archive(
        &self,
        request: &upload::Request,
        seal: &Seal,
        reply: &upload::Response,
    ) -> Result<Outgoing, Error> {
        let url = UploadUrl::parse(&reply.upload_url)?;
        let archive = self.job.archive(request, seal, reply)?;
        let head = put_archive::request(&url, archive.length)?;
        let segments = archive.segments.into_iter().map(Segment::into_bytes);
        let request = http::Request::from_parts(head, Body { segments: segments.collect() });
        Ok(Outgoing::new(request, self.config.timeouts.upload, self.config.reply_limit))
    }

    fn uploaded(&mut self, response: &http::Response<Bytes>, now: Now) -> Action<Submission, SubmitError> {
        if let Err(error) = put_archive::read_reply(response) {
            return self.fail(Step::Upload, error.into());
        }
        match self.delivery.following() {
            None => self.finish(None),
            Some(follow) => {
                let waiting = AwaitJob::new(self.config, self.job.ids(), follow, self.config.wait);
                self.await_result(Box::new(waiting), Event::Start, now)
            }
        }
    }

    fn await_result(
        &mut self,
        mut waiting: Box<AwaitJob<'c>>,
        event: Event,
        now: Now,
    ) -> Action<Submission, SubmitError> {
        let action = waiting.on(event, now);
        self.state = State::Awaiting(waiting);
        match action {
            Action::Send(outgoing) => Action::Send(outgoing),
            Action::Wait(duration) => Action::Wait(duration),
            Action::Done(Ok(state)) => self.finish(Some(state)),
            Action::Done(Err(error)) => self.fail(Step::Await, error),
        }
    }

    fn finish(&self, state: Option<JobState>) -> Action<Submission, SubmitError> {
        let smile_job_id = self.smile_job_id.clone().unwrap_or_default();
        Action::Done(Ok(Submission { ids: self.job.ids().clone(), smile_job_id, state }))
    }

    fn fail(&self, step: Step, source: Error) -> Action<Submission, SubmitError> {
        Action::Done(Err(SubmitError {
            step,
            smile_job_id: self.smile_job_id.clone(),
            source: Box::new(source),
        }))
    }
}

impl Flow for SubmitJob<'_> {
    type Output = Submission;
    type Error = SubmitError;

    fn on(&mut self, event: Event, now: Now) -> Action<Submission, SubmitError> {
        match (std::mem::replace(&mut self.state, State::Over), event) {
            (State::New, Event::Start | Event::Elapsed) => self.announce(now),
            (State::Announced(request, seal), Event::Response(response)) => {
                self.upload(&request, &seal, &response)
            }
            (State::Uploaded, Event::Response(response)) => self.uploaded(&response, now),
            (State::Awaiting(waiting), event) => self.await_result(waiting, event, now),
            (State::Uploaded, Event::Failed(error)) => self.fail(Step::Upload, error.into()),
            (_, Event::Failed(error)) => self.fail(Step::Announce, error.into()),
            (_, Event::Start | Event::Elapsed | Event::Response(_)) => {
                let error = TransportError::new(TransportErrorKind::Other);
                self.fail(Step::Announce, error.with_source("nothing of the kind was asked for").into())
            }
        }
    }
}

/// A job that the API has.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Submission {
    /// The partner's names for it, with which its result can be asked for.
    pub ids: JobIds,
    /// The API's number for it.
    pub smile_job_id: String,
    /// How it stands, if the delivery said to ask.
    pub state: Option<JobState>,
}
