//! Tests of scenarios (with the mock server's core, the mock server over sockets, wrong mock servers and another server), and of
//! callbacks to wrong receivers.

mod malformed;
mod mutations;
mod receivers;
mod scenarios;
mod stage;

#[cfg(feature = "cli")]
mod binary;
