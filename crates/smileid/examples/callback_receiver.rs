//! Web service that receives callbacks, and shows the outcome of each job at `GET /state`.
//!
//! ```sh
//! SMILE_ID_PARTNER_ID=085 SMILE_ID_API_KEY=mock-api-key-0000 SMILE_ID_ENVIRONMENT=http://127.0.0.1:8085 \
//!     cargo run -p smileid --example callback_receiver -- 127.0.0.1:8090
//! ```
//!
//! It prints its address once it listens.

use std::{env, sync::Arc};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, StatusCode},
    routing::{get, post},
};
use serde_json::{Value, json};
use smileid::{Client, callback::Receiver, store::InMemory};

/// State of the service. A service with several processes needs a store in a database instead.
pub(crate) type App = Arc<Receiver<InMemory>>;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let receiver = Receiver::new(Client::from_env()?, InMemory::default()).confirming();
    let address = env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8090".to_owned());
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("http://{}", listener.local_addr()?);
    axum::serve(listener, service(Arc::new(receiver))).await?;
    Ok(())
}

pub(crate) fn service(app: App) -> Router {
    Router::new()
        .route("/callback", post(callback).layer(DefaultBodyLimit::max(4 << 20))) // results have photos
        .route("/state", get(state))
        .with_state(app)
}

/// Handles a callback. Responds with success after the callback is stored and confirmed, so that the sender does not repeat it.
async fn callback(State(app): State<App>, headers: HeaderMap, body: Bytes) -> StatusCode {
    match app.handle(&headers, &body).await {
        Ok(receipt) => {
            eprintln!("{}, confirmed: {}", receipt.verdict().decision, receipt.is_confirmed());
            StatusCode::OK
        }
        Err(error) => {
            eprintln!("refused: {error:?}");
            error.callback_status()
        }
    }
}

/// Returns the outcome of each job, without personal data.
async fn state(State(app): State<App>) -> Json<Value> {
    let jobs = app.store().records().into_iter().map(|record| {
        let verdict = record.verdict();
        // The API's id, if it is known for certain. Only V3 has it in place of one's own.
        let job_id = record.v3_job_id().map_or(record.ids().job_id(), |id| id.as_str());
        json!({
            "job_id": job_id,
            "smile_job_id": record.smile_job_id(),
            "decision": verdict.decision.word(),
            "code": verdict.code,
            "confirmed": record.is_confirmed(),
            "awaited": record.awaited(),
        })
    });
    Json(json!({"jobs": jobs.collect::<Vec<_>>()}))
}
