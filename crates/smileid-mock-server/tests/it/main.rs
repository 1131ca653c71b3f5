//! The mock as its clients meet it: the core driven with requests that the protocol crate writes, and the server.

mod archives;
mod enrolment;
mod limits;
mod links;
mod lookups;
mod processing;
mod refusals;
mod results;
mod support;

#[cfg(feature = "server")]
mod binary;
#[cfg(feature = "server")]
mod server;
