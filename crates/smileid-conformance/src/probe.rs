//! Probes: black-box tests of servers, callback receivers, clients and programs.

pub mod client;
pub mod program;
pub mod receiver;
pub mod server;

use std::error::Error;

/// The reason why no response arrived.
pub type Broken = Box<dyn Error + Send + Sync>;
