//! The client over any transport, for a transport of your own: [`Transport`] and [`BlockingTransport`].

pub use smileid_client::*;
