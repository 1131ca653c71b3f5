//! Probes: black-box tests of servers, callback receivers, clients and programs.

pub mod client;
pub mod program;
pub mod receiver;
pub mod server;

use std::error::Error;

/// Error of a request without a complete response.
pub type Broken = Box<dyn Error + Send + Sync>;
