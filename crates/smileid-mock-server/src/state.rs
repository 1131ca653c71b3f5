//! Everything that requests change.

pub(crate) mod callbacks;
mod room;
pub(crate) mod tenant;
mod tenants;

use bytes::Bytes;

pub(crate) use self::tenants::Tenants;

use crate::{
    control::{
        callback_fault::CallbackFault,
        faults::Fault,
        rules::Rules,
        scenario::{FileStatus, Scenario},
    },
    model::bounded::{BoundedFifo, Limits},
    request::presign::ImageKey,
};

/// How much of images is kept, all partners together.
const IMAGES: Limits = Limits { entries: 10_000, bytes: 32 << 20 };

/// Everything that requests change.
pub(crate) struct State {
    pub(crate) tenants: Tenants,
    /// Number of the last turn: they order what happens to partners.
    last_turn: u64,
    /// Memory that all partners take, as far as it was counted.
    held: usize,
    pub(crate) callback_faults: Rules<CallbackFault>,
    pub(crate) faults: Rules<Fault>,
    pub(crate) images: BoundedFifo<ImageKey, Bytes>,
    pub(crate) scenarios: Rules<Scenario>,
    pub(crate) scenario_file: Option<FileStatus>,
}

impl State {
    /// The partners that a mock is started with, and nothing that they have done.
    pub(crate) fn new(tenants: Tenants) -> Self {
        Self {
            tenants,
            last_turn: 0,
            held: 0,
            callback_faults: Rules::new(),
            faults: Rules::new(),
            images: BoundedFifo::new(IMAGES),
            scenarios: Rules::new(),
            scenario_file: None,
        }
    }
}
