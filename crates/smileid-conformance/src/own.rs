//! Checks of this project's own crates.

pub(crate) mod package;

mod callback;
mod client;
mod codec;
mod recorded;
mod refusals;
mod sdk_job;
mod signature;
mod verdict;

use crate::{
    case::{Case, Kind},
    check::Check,
};

/// Returns the checks of a case. Server scenarios and receiver cases have none, because they run over a network.
pub(crate) fn checks(case: &Case) -> Vec<Check> {
    let parts = match case.kind() {
        Kind::Signature(it) => signature::parts(it),
        Kind::Wire(it) => codec::parts(it),
        Kind::Package(it) => package::parts(it),
        Kind::SdkJob(it) => sdk_job::parts(it),
        Kind::Callback(it) => callback::parts(it),
        Kind::Verdict(it) => verdict::parts(it),
        Kind::Client(it) => client::parts(it),
        Kind::Server(_) | Kind::Receiver(_) => return Vec::new(),
        Kind::Recorded(it) => {
            return recorded::parts(it).into_iter().map(|part| Check::new(case, part)).collect();
        }
    };
    parts.into_iter().map(|part| Check::new(case, part)).collect()
}
