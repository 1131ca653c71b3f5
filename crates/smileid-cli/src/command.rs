//! What each command does.

pub(crate) mod sign;
pub(crate) mod status;
pub(crate) mod submit;
