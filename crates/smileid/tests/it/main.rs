//! The reqwest transports against sockets: what is sent, and what becomes of answers that are late, large, cut or
//! elsewhere. And the examples.

#[cfg(feature = "reqwest")]
mod asynchronous;
#[cfg(feature = "blocking")]
mod blocking;
#[cfg(all(feature = "axum", feature = "reqwest"))]
mod callback_receiver;
#[cfg(feature = "reqwest")]
mod examples;
#[cfg(feature = "reqwest")]
mod sockets;
