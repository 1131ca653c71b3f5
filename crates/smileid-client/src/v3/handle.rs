//! V3 methods of both clients, except for submitting jobs.

use std::{
    future::{Future, IntoFuture},
    pin::Pin,
    sync::Arc,
};

use smileid_protocol::{
    types::v3::JobStatus,
    v3::{
        self, JobId, bank_codes, enhanced_kyc, id_status, replay, report_fraud, status, supported_documents,
        supported_id_types,
    },
};
use tracing::Instrument as _;

use super::{
    Accepted, LookUp, Outcome, Submit, WaitForResult,
    await_status::{AwaitStatus, about},
    read::{Read, TokenEndpoint},
    submit_job::Submitted,
};
use crate::{
    blocking,
    client::Client,
    error::{Error, Result},
    flow::{Failure, Reply},
    trace,
};

/// V3 methods of a client: [`Client::v3`](crate::Client::v3) and [`blocking::Client::v3`](crate::blocking::Client::v3).
///
/// ```
/// use smileid_client::{Client, Result, v3::{JobId, UserId, V3, bank_codes, id_status, replay, report_fraud}};
/// use smileid_client::v3::{report_fraud::Reason, supported_documents, supported_id_types};
///
/// async fn ask(client: &Client, job_id: &JobId) -> Result<()> {
///     let v3: V3<Client> = client.v3();
///     println!("{}", v3.status(job_id).await?.decision());
///     println!("{}", v3.wait(job_id).of_accepted().await?.decision());
///     let report = report_fraud::Request::fraud(UserId::new("user-1")?, Reason::DocumentForgery, "ops@partner.example", None)?;
///     v3.report_fraud(report).await?;
///     v3.replay(replay::Request::new(job_id.clone())).await?; // makes the API send the callback again
///     println!("{:?}", v3.id_status(id_status::Request::new("NG", "BVN")).await?.last_known_status);
///     v3.bank_codes(bank_codes::Request::of_country("NG")).await?;
///     v3.supported_id_types(supported_id_types::Request::default()).await?;
///     v3.supported_documents(supported_documents::Request::of_country("NG")).await?;
///     Ok(())
/// }
/// ```
#[derive(Clone, Debug)]
pub struct V3<C> {
    client: C,
}

type Boxed<T> = Pin<Box<dyn Future<Output = Result<T>> + Send>>;

macro_rules! calls {
    (async $($kind:ident $(#[$doc:meta])* $name:ident: $endpoint:ident => $response:ty;)*) => {$(
        $(#[$doc])*
        ///
        /// # Errors
        ///
        /// If no usable response arrived.
        pub fn $name(
            &self,
            request: $endpoint::Request,
        ) -> impl Future<Output = Result<Reply<$response>>> + Send + use<> {
            let client = self.client.clone();
            async move { calls!(@async $kind client request) }
        }
    )*};
    (blocking $($kind:ident $(#[$doc:meta])* $name:ident: $endpoint:ident => $response:ty;)*) => {$(
        $(#[$doc])*
        ///
        /// # Errors
        ///
        /// If no usable response arrived.
        pub fn $name(&self, request: $endpoint::Request) -> Result<Reply<$response>> {
            calls!(@blocking $kind self request)
        }
    )*};
    (@async question $client:ident $request:ident) => { $client.read_v3($request, None).await.map_err(Error::of_question) };
    (@async order $client:ident $request:ident) => { $client.read_v3($request, None).await.map_err(Error::of_order) };
    (@async service $client:ident $request:ident) => { $client.send($request).await };
    (@blocking question $self:ident $request:ident) => {
        $self.client.read_v3($request, None).map_err(Error::of_question)
    };
    (@blocking order $self:ident $request:ident) => { $self.client.read_v3($request, None).map_err(Error::of_order) };
    (@blocking service $self:ident $request:ident) => { $self.client.send($request) };
    (each $form:ident) => {
        calls! { $form
            question
            /// Asks the API to send the callback of a completed job again: to the URL in the request, or otherwise to the job's
            /// callback URL. The URL in [`Config::callback`](crate::Config::callback) is not used. While the job is processed,
            /// the API refuses it with 409.
            replay: replay => v3::Accepted;
            order
            /// Reports fraud by a person, or withdraws a report.
            report_fraud: report_fraud => v3::Accepted;
            question
            /// Returns the current availability of an ID authority.
            id_status: id_status => id_status::Response;
            service
            /// Lists banks and their codes. The request needs no access token.
            bank_codes: bank_codes => bank_codes::Response;
            service
            /// Lists ID types with their required fields. The request needs no access token.
            supported_id_types: supported_id_types => supported_id_types::Response;
            service
            /// Lists the documents that can be verified. The request needs no access token.
            supported_documents: supported_documents => smileid_protocol::v1::valid_documents::Response;
        }
    };
}

impl<C> V3<C> {
    pub(crate) fn new(client: C) -> Self {
        Self { client }
    }
}

impl V3<Client> {
    /// Requests the status of a V3 job once. An unknown job is an error ([`is_unknown_job`](Error::is_unknown_job)).
    ///
    /// # Errors
    ///
    /// If no usable response arrived, or the API does not know the job (yet).
    pub fn status(&self, job_id: &JobId) -> impl Future<Output = Result<Outcome>> + Send + use<> {
        let (client, job_id) = (self.client.clone(), job_id.clone());
        async move {
            let reply = client.status_v3(&job_id).await.map_err(Error::of_question)?;
            Ok(Outcome::new(job_id, Some(Box::new(reply))))
        }
    }

    /// Polls the status of a V3 job until there is a result. Another program may have submitted the job.
    pub fn wait(&self, job_id: &JobId) -> WaitForResult<Client> {
        let wait = self.client.config().wait;
        WaitForResult { client: self.client.clone(), job_id: job_id.clone(), wait }
    }

    /// Looks up an ID number and returns the result, in one request. The API sends no callback.
    pub fn enhanced_kyc_sync(&self, job: enhanced_kyc::Request) -> LookUp<Client> {
        LookUp::new(self.client.clone(), job)
    }

    calls!(each async);
}

impl V3<blocking::Client> {
    /// Requests the status of a V3 job once. An unknown job is an error ([`is_unknown_job`](Error::is_unknown_job)).
    ///
    /// # Errors
    ///
    /// If no usable response arrived, or the API does not know the job (yet).
    pub fn status(&self, job_id: &JobId) -> Result<Outcome> {
        let reply = self.client.status_v3(job_id).map_err(Error::of_question)?;
        Ok(Outcome::new(job_id.clone(), Some(Box::new(reply))))
    }

    /// Polls the status of a V3 job until there is a result. Another program may have submitted the job.
    pub fn wait(&self, job_id: &JobId) -> WaitForResult<blocking::Client> {
        let wait = self.client.config().wait;
        WaitForResult { client: self.client.clone(), job_id: job_id.clone(), wait }
    }

    /// Looks up an ID number and returns the result, in one request. The API sends no callback.
    pub fn enhanced_kyc_sync(&self, job: enhanced_kyc::Request) -> LookUp<blocking::Client> {
        LookUp::new(self.client.clone(), job)
    }

    calls!(each blocking);
}

impl Client {
    /// Returns the [V3](crate::v3) methods of the client, except for [`submit`](Client::submit), which also accepts V3 jobs.
    pub fn v3(&self) -> V3<Self> {
        V3::new(self.clone())
    }

    pub(crate) async fn status_v3(&self, job_id: &JobId) -> Result<Reply<JobStatus>, Failure> {
        let reply = self.read_v3(status::Request::new(job_id.clone()), Some(job_id)).await;
        reply.and_then(|reply| about(job_id, reply))
    }

    async fn read_v3<E: TokenEndpoint + Clone + Send>(
        &self,
        request: E,
        job_id: Option<&JobId>,
    ) -> Result<Reply<E::Response>, Failure> {
        let span = trace::v3_call(E::SPEC.name, job_id);
        let seed = self.transport().seed();
        let flow = Read::new(Arc::clone(self.config()), self.tokens().clone(), request, seed);
        self.run(flow).instrument(span).await
    }
}

impl blocking::Client {
    /// Returns the [V3](crate::v3) methods of the client, except for [`submit`](Self::submit), which also accepts V3 jobs.
    pub fn v3(&self) -> V3<Self> {
        V3::new(self.clone())
    }

    pub(crate) fn status_v3(&self, job_id: &JobId) -> Result<Reply<JobStatus>, Failure> {
        let reply = self.read_v3(status::Request::new(job_id.clone()), Some(job_id));
        reply.and_then(|reply| about(job_id, reply))
    }

    fn read_v3<E: TokenEndpoint + Clone>(
        &self,
        request: E,
        job_id: Option<&JobId>,
    ) -> Result<Reply<E::Response>, Failure> {
        let span = trace::v3_call(E::SPEC.name, job_id);
        let seed = self.transport().seed();
        let flow = Read::new(Arc::clone(self.config()), self.tokens().clone(), request, seed);
        span.in_scope(|| self.run(flow))
    }
}

impl<Y> Submit<Client, Y> {
    async fn run(self) -> Result<Submitted> {
        let client = self.client.clone();
        let flow = self.into_flow(client.tokens().clone(), client.transport().seed())?;
        Ok(client.run(flow).instrument(trace::v3_call("submit", None)).await?)
    }
}

impl Submit<Client, Accepted> {
    /// Submits the V3 job and returns once the API has accepted it, as `.await` does.
    ///
    /// # Errors
    ///
    /// If the job is invalid for this client, or was not accepted, or no readable response came.
    pub fn send(self) -> Boxed<Accepted> {
        Box::pin(async move { Ok(self.run().await?.0) })
    }
}

impl Submit<Client, Outcome> {
    /// Submits the V3 job and waits for its result, as `.await` does.
    ///
    /// # Errors
    ///
    /// If the job is invalid for this client, or was not accepted, or no readable response came. A wait that times out is
    /// no error: the outcome is pending.
    pub fn send(self) -> Boxed<Outcome> {
        Box::pin(async move {
            let (accepted, latest) = self.run().await?;
            Ok(accepted.into_outcome(latest))
        })
    }
}

impl WaitForResult<Client> {
    /// Polls the status of the V3 job until there is a result, as `.await` does.
    ///
    /// # Errors
    ///
    /// If no usable response arrived. A wait that times out is no error: the outcome is pending.
    pub fn send(self) -> Boxed<Outcome> {
        Box::pin(async move {
            let Self { client, job_id, wait } = self;
            let (tokens, seed) = (client.tokens().clone(), client.transport().seed());
            let flow = AwaitStatus::new(client.config(), tokens, job_id.clone(), wait, seed);
            let waiting = client.run(flow).instrument(trace::v3_call("wait", Some(&job_id)));
            Ok(Outcome::new(job_id, waiting.await.map_err(Error::of_question)?))
        })
    }
}

macro_rules! awaited {
    ($($call:ty => $output:ty,)*) => {$(
        impl IntoFuture for $call {
            type Output = Result<$output>;
            type IntoFuture = Boxed<$output>;

            fn into_future(self) -> Self::IntoFuture {
                self.send()
            }
        }
    )*};
}

awaited! {
    Submit<Client, Accepted> => Accepted,
    Submit<Client, Outcome> => Outcome,
    WaitForResult<Client> => Outcome,
}

impl<Y> Submit<blocking::Client, Y> {
    fn run(self) -> Result<Submitted> {
        let client = self.client.clone();
        let flow = self.into_flow(client.tokens().clone(), client.transport().seed())?;
        Ok(trace::v3_call("submit", None).in_scope(|| client.run(flow))?)
    }
}

impl Submit<blocking::Client, Accepted> {
    /// Submits the V3 job and returns once the API has accepted it.
    ///
    /// # Errors
    ///
    /// If the job is invalid for this client, or was not accepted, or no readable response came.
    pub fn send(self) -> Result<Accepted> {
        Ok(self.run()?.0)
    }
}

impl Submit<blocking::Client, Outcome> {
    /// Submits the V3 job and waits for its result.
    ///
    /// # Errors
    ///
    /// If the job is invalid for this client, or was not accepted, or no readable response came. A wait that times out is
    /// no error: the outcome is pending.
    pub fn send(self) -> Result<Outcome> {
        let (accepted, latest) = self.run()?;
        Ok(accepted.into_outcome(latest))
    }
}

impl WaitForResult<blocking::Client> {
    /// Polls the status of the V3 job until there is a result.
    ///
    /// # Errors
    ///
    /// If no usable response arrived. A wait that times out is no error: the outcome is pending.
    pub fn send(self) -> Result<Outcome> {
        let Self { client, job_id, wait } = self;
        let (tokens, seed) = (client.tokens().clone(), client.transport().seed());
        let flow = AwaitStatus::new(client.config(), tokens, job_id.clone(), wait, seed);
        let waited = trace::v3_call("wait", Some(&job_id)).in_scope(|| client.run(flow));
        Ok(Outcome::new(job_id, waited.map_err(Error::of_question)?))
    }
}
