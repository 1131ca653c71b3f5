//! Runs scenarios against the mock's core, the mock over sockets, wrong mocks and another server, and sends callbacks
//! to wrong receivers.

mod malformed;
mod mutations;
mod receivers;
mod scenarios;
mod stage;

#[cfg(feature = "cli")]
mod binary;
