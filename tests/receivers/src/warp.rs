//! Callback receiver with warp 0.4.

use std::sync::Arc;

use smileid::{callback::Receiver, store::InMemory};
use warp::{
    Filter, Rejection,
    http::{HeaderMap, StatusCode},
    hyper::body::Bytes,
};

/// Returns a filter that receives callbacks at `/callback`. `receiver` must be `confirming()`.
pub fn routes(
    receiver: Arc<Receiver<InMemory>>,
) -> impl Filter<Extract = (StatusCode,), Error = Rejection> + Clone {
    let limit = warp::body::content_length_limit(4 << 20); // results have photos
    let request = warp::post().and(warp::path!("callback")).and(limit);
    let callback = move |headers: HeaderMap, body: Bytes| {
        let receiver = Arc::clone(&receiver);
        async move {
            match receiver.handle(&headers, &body).await {
                Ok(receipt) if receipt.is_confirmed() => println!("{}", receipt.verdict().decision), // act on it
                Ok(_) => {} // not confirmed yet: `reconcile` asks the API later
                Err(error) => return error.callback_status(),
            }
            StatusCode::OK
        }
    };
    request.and(warp::header::headers_cloned()).and(warp::body::bytes()).then(callback)
}
