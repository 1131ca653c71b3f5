//! Routes for health checks of the mock server.

use http::Method;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Call, Failure, Json, Nothing, Operation};

/// Reports that the mock server is running.
pub(super) struct Health;

/// Reports that the mock server is ready. The server only listens when it is ready, so every response means ready.
pub(super) struct Ready;

#[derive(Serialize, JsonSchema)]
pub(super) struct Status {
    /// Health of the mock server: always `ok`.
    status: &'static str,
}

impl Operation for Health {
    const METHOD: Method = Method::GET;
    const PATH: &'static str = "/health";
    const SUMMARY: &'static str = "Reports that the mock is running";
    const IS_OPEN: bool = true;
    type Params = Nothing;
    type Body = Nothing;
    type Reply = Json<Status>;

    fn answer(_: Call<'_>, _: Nothing, _: Nothing) -> Result<Json<Status>, Failure> {
        Ok(Json(Status { status: "ok" }))
    }
}

impl Operation for Ready {
    const METHOD: Method = Method::GET;
    const PATH: &'static str = "/ready";
    const SUMMARY: &'static str = "Reports that the mock is ready";
    const IS_OPEN: bool = true;
    type Params = Nothing;
    type Body = Nothing;
    type Reply = Json<Status>;

    fn answer(call: Call<'_>, params: Nothing, body: Nothing) -> Result<Json<Status>, Failure> {
        Health::answer(call, params, body)
    }
}
