//! Looks up an ID number in one request: a token for it, then the lookup.

use std::{
    fmt,
    future::{Future, IntoFuture},
    pin::Pin,
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use http::Response;
use smileid_protocol::{
    types::{Decision, Verdict, v3::JobResult},
    v3::{JobId, enhanced_kyc, enhanced_kyc_sync},
};
use tracing::Instrument as _;

use super::{
    NotSubmitted, SentJob,
    job::Job,
    read::token_of,
    submit::{check_sandbox, prepared},
    submit_job::BoundToken,
};
use crate::{
    blocking,
    client::Client,
    clock::Now,
    config::Config,
    error::{Error, Result},
    flow::{Action, Event, Exchange, Failure, Flow, Reply, Step},
    submit::HasConfig,
    trace,
};

/// A call that looks up an ID number and waits for the result in the same request:
/// [`V3::enhanced_kyc_sync`](super::V3::enhanced_kyc_sync). Nothing is sent until it is awaited, or [sent](Self::send).
///
/// The API sends no callback. **The lookup is sent once**, as any other job: if no readable response arrives, or the
/// authority is too slow or not available (408, 424), the job may exist and is billed. The error's [outcome is
/// unknown](Error::is_outcome_unknown) then. Do not repeat the lookup: if the error's
/// [`sent_job`](Error::sent_job) has a `job_id`, ask for its [status](super::V3::status).
#[must_use = "nothing is sent until it is awaited or sent"]
pub struct LookUp<C> {
    client: C,
    job: enhanced_kyc::Request,
    sent: SentJob,
    timeout: Option<Duration>,
    problem: Option<Error>,
}

impl<C: HasConfig> LookUp<C> {
    pub(crate) fn new(client: C, mut job: enhanced_kyc::Request) -> Self {
        let (sent, problem) = prepared(&client, &mut job);
        Self { client, job, sent, timeout: None, problem }
    }

    /// Limits the time of the call: the token, the lookup and retries.
    pub fn timeout(self, limit: Duration) -> Self {
        Self { timeout: Some(limit), ..self }
    }

    /// Returns the ids that the lookup is sent with.
    pub fn sent_job(&self) -> &SentJob {
        &self.sent
    }

    fn into_flow(self, seed: u64) -> Result<LookUpOnce> {
        let config = Arc::clone(self.client.config());
        if let Some(error) = self.problem {
            return Err(error);
        }
        check_sandbox(&self.job, &config)?;
        let limit = self.timeout.map_or(config.timeouts.operation, |it| it.min(config.timeouts.operation));
        let Self { job, sent, .. } = self;
        Ok(LookUpOnce { config, job, sent, limit, seed, deadline: None, stage: Stage::Start })
    }
}

impl<C> fmt::Debug for LookUp<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LookUp").field("job", &self.job).field("sent", &self.sent).finish_non_exhaustive()
    }
}

/// Result of a lookup, as the API returned it. The response came from the API's host and has its signature.
///
/// ```
/// use std::time::Duration;
///
/// use smileid_client::{Client, Result, v3::{Found, LookUp, enhanced_kyc}};
///
/// async fn look_up(client: &Client, job: enhanced_kyc::Request) -> Result<()> {
///     let call: LookUp<Client> = client.v3().enhanced_kyc_sync(job).timeout(Duration::from_secs(40));
///     println!("{}", call.sent_job().correlation());
///     let found: Found = call.await?;
///     println!("{} {} {:?}", found.decision(), found.verdict().reason(), found.job_id());
///     println!("{:?}", found.result().id_fields.as_ref().and_then(|it| it.country.as_deref()));
///     println!("{:?} {}", found.sent_job().job_id(), found.raw().status());
///     Ok(())
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Found {
    sent: SentJob,
    reply: Reply<JobResult>,
}

impl Found {
    fn new(mut sent: SentJob, reply: Reply<JobResult>) -> Self {
        // The body may have it without the header.
        let job_id = reply.value.job_id.as_deref().and_then(|id| id.parse().ok());
        sent.job_id = job_id.or(sent.job_id);
        Self { sent, reply }
    }

    /// Returns the decision about the person.
    pub fn decision(&self) -> Decision {
        self.verdict().decision
    }

    /// Returns the decision, with the status and the reason that caused it.
    pub fn verdict(&self) -> Verdict {
        self.reply.value.verdict()
    }

    /// Returns the result, with the data of the ID.
    pub fn result(&self) -> &JobResult {
        &self.reply.value
    }

    /// Returns the API's id of the job, if the response has one.
    pub fn job_id(&self) -> Option<&JobId> {
        self.sent.job_id.as_ref()
    }

    /// Returns the key of the job in a store.
    pub fn sent_job(&self) -> &SentJob {
        &self.sent
    }

    /// Returns the response as received: status, headers and body.
    pub fn raw(&self) -> &Response<Bytes> {
        &self.reply.raw
    }
}

/// Flow of the call.
struct LookUpOnce {
    config: Arc<Config>,
    job: enhanced_kyc::Request,
    sent: SentJob,
    limit: Duration,
    seed: u64,
    deadline: Option<Duration>,
    stage: Stage,
}

enum Stage {
    Start,
    Token(BoundToken),
    Asking(Box<Exchange<enhanced_kyc_sync::Request>>),
}

impl LookUpOnce {
    fn failed(&self, source: Failure) -> Action<Found, NotSubmitted> {
        let is_unknown = matches!(self.stage, Stage::Asking(_)) && source.is_job_unknown();
        let sent = self.sent.clone();
        Action::Done(Err(NotSubmitted { step: Step::Submit, is_unknown, sent, source: Box::new(source) }))
    }
}

impl Flow for LookUpOnce {
    type Output = Found;
    type Error = NotSubmitted;

    fn on(&mut self, mut event: Event, now: Now) -> Action<Found, NotSubmitted> {
        let deadline = *self.deadline.get_or_insert_with(|| now.monotonic.saturating_add(self.limit));
        loop {
            match &mut self.stage {
                Stage::Start => {
                    let exchange =
                        Exchange::new(Arc::clone(&self.config), (&self.job as &dyn Job).token(), self.seed);
                    self.stage = Stage::Token(Box::new(exchange.until(Some(deadline))));
                }
                Stage::Token(exchange) => match exchange.on(event, now).ended() {
                    Err(action) => return action,
                    Ok(Err(failure)) => return self.failed(failure),
                    Ok(Ok(reply)) => {
                        let token = token_of(&self.config, &reply);
                        let request = enhanced_kyc_sync::Request::new(self.job.clone());
                        let exchange =
                            Exchange::with_key(Arc::clone(&self.config), request, token, self.seed);
                        let limit = self.job.limit(&self.config.timeouts);
                        self.stage = Stage::Asking(Box::new(exchange.within(limit).until(Some(deadline))));
                    }
                },
                Stage::Asking(exchange) => {
                    if let Event::Response(response) = &event {
                        self.sent.job_id = enhanced_kyc_sync::job_of(response);
                    }
                    return match exchange.on(event, now).ended() {
                        Err(action) => action,
                        Ok(Err(failure)) => self.failed(failure),
                        Ok(Ok(reply)) => Action::Done(Ok(Found::new(self.sent.clone(), reply))),
                    };
                }
            }
            event = Event::Start;
        }
    }
}

impl LookUp<Client> {
    /// Makes the call, as `.await` does.
    ///
    /// # Errors
    ///
    /// If the lookup is invalid for this client, or the API refused it, or no readable response came.
    pub fn send(self) -> Pin<Box<dyn Future<Output = Result<Found>> + Send>> {
        Box::pin(async move {
            let client = self.client.clone();
            let flow = self.into_flow(client.transport().seed())?;
            Ok(client.run(flow).instrument(trace::v3_call("look_up", None)).await?)
        })
    }
}

impl IntoFuture for LookUp<Client> {
    type Output = Result<Found>;
    type IntoFuture = Pin<Box<dyn Future<Output = Result<Found>> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        self.send()
    }
}

impl LookUp<blocking::Client> {
    /// Makes the call.
    ///
    /// # Errors
    ///
    /// If the lookup is invalid for this client, or the API refused it, or no readable response came.
    pub fn send(self) -> Result<Found> {
        let client = self.client.clone();
        let flow = self.into_flow(client.transport().seed())?;
        Ok(trace::v3_call("look_up", None).in_scope(|| client.run(flow))?)
    }
}
