//! The commands of `smileid`, each in its own file.

pub(crate) mod completions;
pub(crate) mod doctor;
pub(crate) mod explain;
pub(crate) mod listen;
pub(crate) mod man;
pub(crate) mod package;
pub(crate) mod replay;
pub(crate) mod services;
pub(crate) mod sign;
pub(crate) mod status;
pub(crate) mod submit;
pub(crate) mod token;
pub(crate) mod verify;
