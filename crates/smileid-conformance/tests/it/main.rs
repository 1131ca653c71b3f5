//! Scenarios against servers: the mock's core, the mock over sockets, mocks that are wrong, and one that is no mock.

mod malformed;
mod mutations;
mod scenarios;
mod stage;

#[cfg(feature = "cli")]
mod binary;
