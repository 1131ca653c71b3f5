//! Conformance tests for implementations of the Smile ID protocol, as data, and their runner.
//!
//! - `cases/` contains the cases: one JSON file for each behaviour, with the source of its expected values.
//!   `cases/README.md` describes the format.
//! - [`Suite`] is a set of cases. [`Suite::embedded`] loads those of this version, [`Suite::load`] those of a folder.
//! - [`Suite::checks`] returns the checks of this project's own crates. [`Suite::run`] runs them.
//! - [`server`] runs scenarios against any server.
//! - [`program`] asks questions to any program, and judges its responses.
//! - [`receiver`] sends callbacks to any receiver, and grades it.
//! - [`client`] judges clients by their requests.
//!
//! Expected values come from recordings of the official SDKs, from documentation, or from an independent second
//! implementation. They never come from the code under test.
//!
//! # Adding a case
//!
//! Write the file. Its path without `.json` is its `id`. The tests and the next build find it automatically. The tests also
//! fail for an endpoint of the protocol crate that has no case.
//!
//! This project is independent of Smile ID and not affiliated with or endorsed by it.

// Printing panics if a standard stream is full or closed.
#![warn(clippy::print_stderr, clippy::print_stdout)]
#![warn(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

#[doc(hidden)] // the format of case files, for the tests of this workspace
pub mod case;

mod body;
mod check;
mod diff;
mod digest;
mod embedded;
mod failure;
mod own;
mod probe;
mod report;
mod suite;
mod value;

pub use case::{Case, problem::CaseProblem};
pub use check::Check;
pub use diff::Difference;
pub use failure::Failure;
pub use probe::{Broken, client, program, receiver, server};
pub use report::{Item, Outcome, Probe, Report, StepReport};
pub use suite::{LoadError, Suite};
