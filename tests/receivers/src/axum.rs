//! Callback receiver with axum 0.8.

use std::sync::Arc;

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, StatusCode},
    routing::post,
};
use smileid::{callback::Receiver, store::InMemory};

type App = Arc<Receiver<InMemory>>;

/// Returns a router that receives callbacks at `/callback`. `receiver` must be `confirming()`.
pub fn routes(receiver: App) -> Router {
    let limit = DefaultBodyLimit::max(4 << 20); // results have photos
    Router::new().route("/callback", post(callback)).layer(limit).with_state(receiver)
}

async fn callback(State(receiver): State<App>, headers: HeaderMap, body: Bytes) -> StatusCode {
    match receiver.handle(&headers, &body).await {
        Ok(receipt) if receipt.is_confirmed() => println!("{}", receipt.verdict().decision), // act on it
        Ok(_) => {} // not confirmed yet: `reconcile` asks the API later
        Err(error) => return error.callback_status(),
    }
    StatusCode::OK
}
