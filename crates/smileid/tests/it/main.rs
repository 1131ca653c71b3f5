//! The transports against sockets: what is sent, what becomes of answers that are late, large, cut or elsewhere, and what
//! it costs. One suite for all of them. And the examples.

#[cfg(feature = "reqwest")]
mod callback_receiver;
#[cfg(all(feature = "reqwest", target_os = "linux"))]
mod dropping;
#[cfg(feature = "reqwest")]
mod examples;
mod exchanges;
mod file_store;
#[cfg(target_os = "linux")]
mod memory;
#[cfg(feature = "reqwest")]
mod mock_clock;
#[cfg(feature = "reqwest")]
mod onboarding;
#[cfg(feature = "reqwest")]
mod raw_http;
mod sockets;
mod subjects;
mod uploads;
