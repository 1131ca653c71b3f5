//! Rules that control the mock: scenarios for results, faults for requests, and faults for callbacks.

pub(crate) mod callback_fault;
pub(crate) mod faults;
pub(crate) mod rules;
pub(crate) mod scenario;
