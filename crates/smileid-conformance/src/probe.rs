//! Probes: black-box tests of servers, receivers of callbacks, clients and programs.

pub mod client;
pub mod program;
pub mod receiver;
pub mod server;

use std::error::Error;

/// The reason why no response came.
pub type Broken = Box<dyn Error + Send + Sync>;
