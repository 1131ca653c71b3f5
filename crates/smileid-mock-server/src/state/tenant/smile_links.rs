//! Smile Links of a partner: links to web pages that guide a person through a verification.

use serde::{Deserialize, Serialize};
use smileid_protocol::v1::create_smile_link::Request;

use crate::model::bounded::{BoundedFifo, Limits, text_weight};

const LINKS: Limits = Limits { entries: 10_000, bytes: 16 << 20 };

/// Smile Links of a partner, by `ref_id`.
#[derive(Serialize, Deserialize)]
pub(crate) struct SmileLinks(pub(super) BoundedFifo<String, Link>);

/// A Smile Link.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Link {
    /// Request that created the Smile Link, with later changes.
    pub(crate) made: Request,
    pub(crate) is_disabled: bool,
}

impl SmileLinks {
    pub(crate) fn new() -> Self {
        Self(BoundedFifo::new(LINKS))
    }

    pub(crate) fn get(&self, ref_id: &str) -> Option<&Link> {
        self.0.get(&ref_id.to_owned())
    }

    /// Stores a Smile Link, or replaces it.
    pub(crate) fn keep(&mut self, ref_id: &str, link: Link) {
        let bytes = 2 * text_weight(&link.made);
        self.0.insert(ref_id.to_owned(), link, ref_id.len() + bytes);
    }
}
