//! Results of jobs and lookups, as the API's sandbox would give them.

pub(crate) mod announced;
pub(crate) mod arrival;
pub(crate) mod catalogue;
mod matching;
pub(crate) mod oddities;
pub(crate) mod outcome;
pub(crate) mod sample;
pub(crate) mod v3;
pub(crate) mod web_token;
