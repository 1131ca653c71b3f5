//! The protocol without input or output: every endpoint, the signature, the archive, and the rules for jobs.

pub use smileid_protocol::*;
