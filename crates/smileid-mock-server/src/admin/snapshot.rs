//! Routes that save and load the state of partners.

use std::borrow::Cow;

use bytes::Bytes;
use http::{Method, StatusCode};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;

use super::{Call, Failure, Json, Nothing, OfPartner, Operation, ROOT, Reply};
use crate::state::snapshot::Stored;

/// Maximum size of a snapshot in a request, in bytes.
pub(crate) const MOST_BYTES: usize = 8 << 20;

/// Path of the routes, after [`ROOT`].
const PATH: &str = "/snapshot";

/// Saves the state of one partner, or of all.
pub(super) struct Save;

/// Snapshot in JSON.
pub(super) struct Document(Bytes);

impl Reply for Document {
    fn schema(_: &mut SchemaGenerator) -> Schema {
        schema()
    }

    fn into_body(self) -> Bytes {
        self.0
    }
}

impl Operation for Save {
    const METHOD: Method = Method::GET;
    const PATH: &'static str = PATH;
    const SUMMARY: &'static str = "Saves clock, jobs, users, lookups and billing of one partner, or of all, with the personal data in them";
    type Params = OfPartner;
    type Body = Nothing;
    type Reply = Document;

    fn answer(call: Call<'_>, of: OfPartner, _: Nothing) -> Result<Document, Failure> {
        let partner = of.partner(call)?;
        Ok(Document(call.service.snapshot(partner.as_ref())))
    }
}

/// Loads a snapshot.
pub(super) struct Load;

#[derive(Serialize, JsonSchema)]
pub(super) struct Loaded {
    /// Ids of the partners whose state was replaced.
    partners: Vec<String>,
}

impl Operation for Load {
    const METHOD: Method = Method::PUT;
    const PATH: &'static str = PATH;
    const SUMMARY: &'static str =
        "Loads a snapshot: replaces the state of its partners, and adds those that do not exist";
    type Params = Nothing;
    type Body = Stored;
    type Reply = Json<Loaded>;

    fn answer(call: Call<'_>, _: Nothing, stored: Stored) -> Result<Json<Loaded>, Failure> {
        let partners = call.service.restore_stored(stored);
        let partners = partners.map_err(|error| Failure::new(StatusCode::BAD_REQUEST, error.to_string()))?;
        Ok(Json(Loaded { partners: partners.iter().map(ToString::to_string).collect() }))
    }
}

/// Returns true for the path of the routes, whose bodies may be larger than those of others.
pub(crate) fn is_snapshot(path: &str) -> bool {
    path.strip_prefix(ROOT) == Some(PATH)
}

impl JsonSchema for Stored {
    fn schema_name() -> Cow<'static, str> {
        "Snapshot".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schema()
    }
}

/// The content of a partner may differ between versions of the mock.
fn schema() -> Schema {
    json_schema!({
        "type": "object",
        "description": "State of partners, as `GET /_mock/snapshot` returns it.",
        "properties": {
            "version": {"type": "integer", "minimum": 1},
            "partners": {"type": "array", "items": {"type": "object"}},
        },
        "required": ["version", "partners"],
        "additionalProperties": false,
    })
}
