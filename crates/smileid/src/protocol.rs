//! The protocol of the API without I/O: endpoints, signatures, archives, and the rules for jobs.

pub use smileid_protocol::*;
