//! Tests of the client with scripted responses, without sockets and without sleeping.

mod awaiting;
mod callbacks;
mod claims;
mod confirming;
mod drivers;
mod ensuring;
mod errors;
mod limits;
mod lookups;
mod receiving;
mod reconciling;
mod records;
mod refused;
mod replies;
mod retrying;
mod script;
mod sending;
mod submitting;
mod taken;
mod testing;
mod tracing;
mod v3;
