//! The client for custom transports, which implement [`Transport`] or [`BlockingTransport`].

pub use smileid_client::*;
