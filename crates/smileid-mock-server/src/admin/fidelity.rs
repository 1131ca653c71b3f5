//! Route that lists what the mock simulates, and how certain it is that the platform behaves the same.

use http::Method;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Call, Failure, Json, Nothing, Operation};
use crate::fidelity::{Row, rows};

/// Lists what the mock simulates, what it does not, and the evidence that the platform behaves the same.
pub(super) struct Fidelity;

#[derive(Serialize, JsonSchema)]
pub(super) struct Rows {
    rows: &'static [Row],
}

impl Operation for Fidelity {
    const METHOD: Method = Method::GET;
    const PATH: &'static str = "/fidelity";
    const SUMMARY: &'static str =
        "Lists the mock's behaviour, with the evidence that the platform does the same";
    const IS_OPEN: bool = true;
    type Params = Nothing;
    type Body = Nothing;
    type Reply = Json<Rows>;

    fn answer(_: Call<'_>, _: Nothing, _: Nothing) -> Result<Json<Rows>, Failure> {
        Ok(Json(Rows { rows: rows() }))
    }
}
