//! Callback receiver with actix-web 4.

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    http::StatusCode,
    web::{Bytes, Data, PayloadConfig, ServiceConfig, post},
};
use smileid::{callback::Receiver, store::InMemory};

/// Adds a route that receives callbacks at `/callback`. `receiver` must be `confirming()`.
pub fn routes(config: &mut ServiceConfig, receiver: Data<Receiver<InMemory>>) {
    let limit = PayloadConfig::new(4 << 20); // results have photos
    config.app_data(receiver).app_data(limit).route("/callback", post().to(callback));
}

async fn callback(receiver: Data<Receiver<InMemory>>, request: HttpRequest, body: Bytes) -> HttpResponse {
    match receiver.handle(request.headers(), &body).await {
        Ok(receipt) if receipt.is_confirmed() => println!("{}", receipt.verdict().decision), // act on it
        Ok(_) => {} // not confirmed yet: `reconcile` asks the API later
        Err(error) => {
            let status = StatusCode::from_u16(error.callback_status().as_u16());
            return HttpResponseBuilder::new(status.unwrap_or(StatusCode::SERVICE_UNAVAILABLE)).finish();
        }
    }
    HttpResponse::Ok().finish()
}
