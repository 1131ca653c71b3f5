//! Callback receiver in AWS Lambda behind an HTTP API, with `lambda_http` 1.

use lambda_http::{Body, Error, Request, Response, http::StatusCode, run, service_fn};
use smileid::{Client, callback::Receiver, store::Store};

/// Runs the function. `store` must be in a database, because a function keeps nothing in memory.
pub async fn serve(store: impl Store) -> Result<(), Error> {
    let receiver = Receiver::new(Client::from_env()?, store).confirming();
    run(service_fn(|request: Request| callback(&receiver, request))).await
}

async fn callback<S: Store>(receiver: &Receiver<S>, request: Request) -> Result<Response<Body>, Error> {
    let mut status = StatusCode::OK;
    match receiver.handle(request.headers(), request.body()).await {
        Ok(receipt) if receipt.is_confirmed() => println!("{}", receipt.verdict().decision), // act on it
        Ok(_) => {} // not confirmed yet: `reconcile` asks the API later
        Err(error) => status = error.callback_status(),
    }
    Ok(Response::builder().status(status).body(Body::Empty)?)
}
