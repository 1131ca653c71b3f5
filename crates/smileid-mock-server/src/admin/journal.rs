//! Routes that list and clear the journal, the record of all requests to the mock server.

use std::sync::Arc;

use http::Method;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Call, Failure, Json, Nothing, OfPartner, Operation};
use crate::journal::{Entry, Filter};

/// Lists the journal entries (requests with their responses), masked.
pub(super) struct Journal;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    /// Only entries of this partner.
    partner_id: Option<String>,
    /// Only entries with a number above this one.
    since: Option<u64>,
    /// `true`: only refused requests. `false`: only accepted requests.
    refused: Option<bool>,
    /// Only requests to the endpoint with this name: `upload`, `job_status`, `put_archive`.
    endpoint: Option<String>,
    /// Maximum number of entries: the first ones after `since`, or without `since` the last ones.
    limit: Option<usize>,
}

impl Wanted {
    /// Returns the journal entries, the oldest first.
    pub(super) fn entries(&self, call: Call<'_>) -> Vec<Arc<Entry>> {
        let mut entries = call.service.lock_journal().entries(&Filter {
            partner_id: self.partner_id.as_deref(),
            since: self.since,
            refused: self.refused,
            endpoint: self.endpoint.as_deref(),
        });
        let limit = self.limit.unwrap_or(usize::MAX);
        if self.since.is_some() {
            entries.truncate(limit);
        } else {
            entries.drain(..entries.len().saturating_sub(limit));
        }
        entries
    }
}

#[derive(Serialize, JsonSchema)]
pub(super) struct Written {
    /// Journal entries, the oldest first.
    #[schemars(with = "Vec<Entry>")]
    entries: Vec<Shared>,
    /// Size of the journal of all partners, in bytes.
    bytes: usize,
    /// Number of entries of all partners that were removed to stay below the size limit.
    dropped: u64,
}

/// Journal entry that is shared with the journal.
struct Shared(Arc<Entry>);

impl Serialize for Shared {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl Operation for Journal {
    const METHOD: Method = Method::GET;
    const PATH: &'static str = "/journal";
    const SUMMARY: &'static str = "Lists requests and responses, masked, with the reasons for refusals";
    type Params = Wanted;
    type Body = Nothing;
    type Reply = Json<Written>;

    fn answer(call: Call<'_>, wanted: Wanted, _: Nothing) -> Result<Json<Written>, Failure> {
        let entries = wanted.entries(call).into_iter().map(Shared).collect();
        let journal = call.service.lock_journal();
        Ok(Json(Written { entries, bytes: journal.bytes(), dropped: journal.dropped() }))
    }
}

/// Removes all entries of the journal.
pub(super) struct Clear;

#[derive(Serialize, JsonSchema)]
pub(super) struct Cleared {
    /// Number of journal entries that were removed.
    removed: usize,
}

impl Operation for Clear {
    const METHOD: Method = Method::DELETE;
    const PATH: &'static str = "/journal";
    const SUMMARY: &'static str = "Clears the journal";
    type Params = OfPartner;
    type Body = Nothing;
    type Reply = Json<Cleared>;

    fn answer(call: Call<'_>, of: OfPartner, _: Nothing) -> Result<Json<Cleared>, Failure> {
        let partner = of.partner(call)?;
        Ok(Json(Cleared { removed: call.service.lock_journal().clear(partner.as_ref()) }))
    }
}
