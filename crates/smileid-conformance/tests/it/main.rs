//! Scenarios against servers: the mock's core, the mock over sockets, mocks that are wrong, and one that is no mock; and
//! callbacks to receivers that are wrong.

mod malformed;
mod mutations;
mod receivers;
mod scenarios;
mod stage;

#[cfg(feature = "cli")]
mod binary;
