//! Tests of the transports with real sockets: requests, responses that are late, large, interrupted or redirected, and the memory
//! they need. The same tests run for both transports. Also tests the examples.

#[cfg(feature = "reqwest")]
mod batch;
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
