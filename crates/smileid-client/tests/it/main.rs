//! Conversations held without sockets and without sleeping.

mod awaiting;
mod callbacks;
mod confirming;
mod drivers;
mod limits;
mod lookups;
mod receiving;
mod records;
mod replies;
mod retrying;
mod script;
mod submitting;
mod taken;
mod testing;
mod tracing;
