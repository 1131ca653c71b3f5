//! State of the mock server: all data that requests change.

pub(crate) mod callbacks;
mod room;
mod seeds;
pub(crate) mod snapshot;
pub(crate) mod tenant;
mod tenants;

use bytes::Bytes;

pub(crate) use self::tenants::{MOST_PARTNERS, Tenants};

use crate::{
    control::{
        callback_fault::CallbackFault,
        faults::Fault,
        rules::Rules,
        scenario::{FileStatus, Scenario, Seeds},
    },
    model::bounded::{BoundedFifo, Limits},
    request::presign::ImageKey,
};

/// Limits for the images of all partners.
const IMAGES: Limits = Limits { entries: 10_000, bytes: 32 << 20 };

/// State of the mock server: all data that requests change.
pub(crate) struct State {
    pub(crate) tenants: Tenants,
    /// Number of the last turn. A turn is a logical time, which orders the creation, the reset and the use of partners.
    last_turn: u64,
    /// Memory use of all partners in total, in bytes, at the last count.
    held: usize,
    pub(crate) callback_faults: Rules<CallbackFault>,
    pub(crate) faults: Rules<Fault>,
    pub(crate) images: BoundedFifo<ImageKey, Bytes>,
    pub(crate) scenarios: Rules<Scenario>,
    /// Users and jobs that partners have from the start.
    pub(crate) seeds: Seeds,
    pub(crate) scenario_file: Option<FileStatus>,
}

impl State {
    /// Creates the state of a mock server at its start: partners without jobs.
    pub(crate) fn new(tenants: Tenants) -> Self {
        Self {
            tenants,
            last_turn: 0,
            held: 0,
            callback_faults: Rules::new(),
            faults: Rules::new(),
            images: BoundedFifo::new(IMAGES),
            scenarios: Rules::new(),
            seeds: Seeds::default(),
            scenario_file: None,
        }
    }
}
