//! Baseline for `cargo xtask bench`: an axum server with two handlers that return prepared responses.

use std::net::{Ipv4Addr, SocketAddr};

use axum::{
    Json, Router,
    http::header::CONTENT_TYPE,
    routing::{get, post},
};
use bytes::Bytes;
use serde_json::{Value, json};
use smileid_mock_server::{Config, Service, UtcMillis};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let services = services()?;
    let router = Router::new()
        .route("/v1/services", get(async move || ([(CONTENT_TYPE, "application/json")], services.clone())))
        .route("/v1/job_status", post(job_status));
    let listener = tokio::net::TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await?;
    println!("{}", json!({"http": format!("http://{}", listener.local_addr()?)}));
    axum::serve(listener, router).await?;
    Ok(())
}

/// Returns the same bytes that the mock server sends.
fn services() -> Result<Bytes, http::Error> {
    let request = http::Request::get("/v1/services").body(Bytes::new())?;
    Ok(Service::new(Config::new([0; 32]))
        .handle(&request, UtcMillis::from_utc_millis(0))
        .response
        .into_body())
}

/// Returns the response of a simple stub: it reads the request, but checks and signs nothing.
async fn job_status(Json(question): Json<Value>) -> Json<Value> {
    Json(json!({
        "timestamp": question["timestamp"],
        "signature": question["signature"],
        "job_complete": true,
        "job_success": true,
        "code": "2302",
        "result": {
            "JSONVersion": "1.0.0",
            "SmileJobID": "0000000001",
            "PartnerParams": {
                "user_id": question["user_id"],
                "job_id": question["job_id"],
                "job_type": 4,
            },
            "ResultType": "SAIA",
            "ResultText": "Enroll User",
            "ResultCode": "0840",
            "IsFinalResult": "true",
            "IsMachineResult": "true",
            "ConfidenceValue": "99",
            "Source": "WebAPI",
            "Actions": {"Register_Selfie": "Approved", "Selfie_Check": "Passed", "Selfie_Provided": "Passed"},
        },
    }))
}
