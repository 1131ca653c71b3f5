//! Route that lists the simulated behaviours, each with the evidence that the real API behaves the same.

use http::Method;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Call, Failure, Json, Nothing, Operation};
use crate::fidelity::{Row, rows};

/// Lists the behaviours that the mock server simulates or lacks, with the evidence that the real API behaves the same.
pub(super) struct Fidelity;

#[derive(Serialize, JsonSchema)]
pub(super) struct Rows {
    rows: &'static [Row],
}

impl Operation for Fidelity {
    const METHOD: Method = Method::GET;
    const PATH: &'static str = "/fidelity";
    const SUMMARY: &'static str =
        "Lists the behaviours of the mock server, with the evidence that the real API behaves the same";
    const IS_OPEN: bool = true;
    type Params = Nothing;
    type Body = Nothing;
    type Reply = Json<Rows>;

    fn answer(_: Call<'_>, _: Nothing, _: Nothing) -> Result<Json<Rows>, Failure> {
        Ok(Json(Rows { rows: rows() }))
    }
}
