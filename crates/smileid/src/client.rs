//! The client with custom transports, which implement [`Transport`] or [`BlockingTransport`].

pub use smileid_client::*;
