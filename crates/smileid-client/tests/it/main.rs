//! Conversations held without sockets and without sleeping.

mod awaiting;
mod drivers;
mod replies;
mod retrying;
mod script;
mod submitting;
mod tracing;
