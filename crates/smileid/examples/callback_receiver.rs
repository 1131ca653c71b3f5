//! A service that receives callbacks, and says at `GET /state` what became of each job.
//!
//! ```sh
//! SMILE_ID_PARTNER_ID=085 SMILE_ID_API_KEY=mock-api-key-0000 SMILE_ID_ENVIRONMENT=http://127.0.0.1:8085 \
//!     cargo run -p smileid --features axum --example callback_receiver -- 127.0.0.1:8090
//! ```
//!
//! It prints its address once it listens. Without `SMILE_ID_ENVIRONMENT` there is nobody to confirm what callbacks say:
//! `confirmed` is then never true, and nothing that cannot be undone should rest on a `decision`.

use std::{env, error::Error, sync::Arc};

use axum::{
    Json, Router,
    extract::{FromRef, State},
    http::StatusCode,
    routing::{get, post},
};
use serde_json::{Value, json};
use smileid::{
    Config, Credentials, Environment, ReqwestTransport,
    axum::{Callbacks, SignedCallback},
    client::{
        Client, ConfirmError, Transport,
        callback::{Change, InMemory, JobRecord, Receiver, Store as _, Verifier},
    },
    protocol::{auth::trust::OriginProven, v1::job_status},
    types::JobResult,
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let key = Credentials::new(env::var("SMILE_ID_PARTNER_ID")?, env::var("SMILE_ID_API_KEY")?)?;
    // While a key is being replaced, name both.
    let mut verifier = Verifier::new([key.clone()]);
    let client = match env::var("SMILE_ID_ENVIRONMENT") {
        Ok(environment) => {
            let environment: Environment = environment.parse()?;
            verifier.api = Some(environment.origin().clone());
            Some(Client::new(Config::new(key.clone(), &environment), ReqwestTransport::new()?))
        }
        Err(_) => None,
    };
    let address = env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8090".to_owned());
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("http://{}", listener.local_addr()?);
    axum::serve(listener, service(App::new(verifier, client))).await?;
    Ok(())
}

/// The service itself, over any transport.
pub(crate) fn service<T: Transport + Clone + 'static>(app: App<T>) -> Router {
    Router::new().route("/callback", post(callback)).route("/state", get(state)).with_state(app)
}

/// What the service needs.
#[derive(Clone)]
pub(crate) struct App<T> {
    callbacks: Callbacks,
    receiver: Receiver<Arc<InMemory>>, // a service of several processes has a store in its database
    client: Option<Client<T>>,
}

impl<T: Transport> App<T> {
    pub(crate) fn new(verifier: Verifier, client: Option<Client<T>>) -> Self {
        Self {
            callbacks: Callbacks::new(verifier.clone()),
            receiver: Receiver::new(verifier, Arc::default()),
            client,
        }
    }

    /// Has the API say whether what a callback claims is so, and keeps the answer. `asked` is a time before that.
    async fn confirm(&self, claimed: &OriginProven<JobResult>, asked: i64) -> StatusCode {
        let Some(client) = &self.client else { return StatusCode::OK };
        match client.confirm(claimed).await {
            Ok(confirmed) => match self.receiver.settle(&confirmed, asked).await {
                Ok(_) => StatusCode::OK,
                Err(error) => error.status(),
            },
            // It will be confirmed with the callback of the final result.
            Err(ConfirmError::Unconfirmed(job_status::ConfirmError::NotComplete)) => StatusCode::OK,
            // Have it sent again, and ask again then.
            Err(error) if error.is_retryable() => StatusCode::SERVICE_UNAVAILABLE,
            // The API does not bear it out, so it stays unconfirmed.
            Err(_) => StatusCode::OK,
        }
    }

    async fn is_confirmed(&self, claimed: &JobResult) -> bool {
        let Some(ids) = JobRecord::ids_of(claimed) else { return false };
        let known = self.receiver.store().load(&ids).await;
        matches!(known, Ok(Some((record, _))) if record.is_confirmed())
    }
}

impl<T> FromRef<App<T>> for Callbacks {
    fn from_ref(app: &App<T>) -> Self {
        app.callbacks.clone()
    }
}

/// Answers with success once the callback is kept and confirmed, so that the sender stops; what goes wrong meanwhile is
/// tried again when it is sent again.
async fn callback<T: Transport + Clone + 'static>(
    State(app): State<App<T>>,
    SignedCallback(received): SignedCallback,
) -> StatusCode {
    let at = received.at_utc_millis();
    let receipt = match app.receiver.keep(received).await {
        Ok(receipt) => receipt,
        Err(error) => return error.status(),
    };
    let is_ignored = matches!(receipt.change, Change::Ignored(_));
    match receipt.into_result() {
        // A duplicate may be of one that could not be confirmed at its time.
        Some(claimed) if !(is_ignored && app.is_confirmed(&claimed).await) => app.confirm(&claimed, at).await,
        _ => StatusCode::OK,
    }
}

/// What became of each job. Nothing personal.
async fn state<T: Transport + Clone + 'static>(State(app): State<App<T>>) -> Json<Value> {
    let jobs = app.receiver.store().records().into_iter().map(|record| {
        let verdict = record.verdict();
        json!({
            "job_id": record.job_id(),
            "smile_job_id": record.smile_job_id(),
            "decision": verdict.decision.word(),
            "code": verdict.code,
            "confirmed": record.is_confirmed(),
            "awaited": record.awaited().iter().map(|part| format!("{part:?}").to_lowercase()).collect::<Vec<_>>(),
        })
    });
    Json(json!({"jobs": jobs.collect::<Vec<_>>()}))
}
