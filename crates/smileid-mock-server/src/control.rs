//! Rules that control the mock server: scenarios choose results, faults disturb requests, callback faults disturb callbacks.

pub(crate) mod callback_fault;
pub(crate) mod faults;
pub(crate) mod rules;
pub(crate) mod scenario;
