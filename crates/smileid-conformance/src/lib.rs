//! Cases as data that judge any implementation of the Smile ID protocol, and the runner for them.
//!
//! - `cases/` holds them: one JSON file for each behaviour, with the source of its expected values. `cases/README.md`
//!   describes the format.
//! - [`Suite`] is a set of cases: [`Suite::embedded`] those of this version, [`Suite::load`] those of a folder.
//! - [`Suite::checks`] are the checks of this project's own crates. [`Suite::run`] runs all of them.
//! - [`server`] plays the scenarios among them against any server.
//! - [`program`] asks any program about the others, and judges its answers.
//! - [`receiver`] sends callbacks to any receiver, and grades it.
//! - [`client`] judges clients by their requests.
//!
//! Expected values come from recordings of the official SDKs, from documentation, or from a second implementation
//! that shares no code with the one under test; never from the code that they judge.
//!
//! # Adding a case
//!
//! Write the file; its path without `.json` is its `id`. The tests find it, and so does the next build. A new endpoint of
//! the protocol crate is found in the list of endpoints, and the tests fail until there is a case for it.
//!
//! This project is independent of Smile ID and not affiliated with or endorsed by it.

// Printing to a standard stream that is full or gone panics.
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

pub use case::{Case, problem::CaseProblem};
pub use check::Check;
pub use diff::Difference;
pub use failure::Failure;
pub use probe::{Broken, client, program, receiver, server};
pub use report::{Item, Outcome, Probe, Report, StepReport};
pub use suite::{LoadError, Suite};
