//! Controls of the mock's owner: rules that decide what becomes of requests, jobs and callbacks.

pub(crate) mod callback_fault;
pub(crate) mod faults;
pub(crate) mod rules;
pub(crate) mod scenario;
