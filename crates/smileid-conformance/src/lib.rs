//! Cases as data that judge any implementation of the Smile ID protocol, and the runner for them.
//!
//! - `cases/` holds them: one JSON file for each behaviour, with where its expected values come from. [`case`] is
//!   their format.
//! - [`Suite`] is a set of cases: [`Suite::embedded`] those of this version, [`Suite::load`] those of a folder.
//! - [`Suite::checks`] are what the cases ask of this project's own code. Each is run by itself, or all of them by
//!   [`Report::of`].
//! - [`server`] plays the scenarios among them against any server.
//! - [`vectors`] asks any program what it makes of the others, and judges its answers.
//! - [`receiver`] sends callbacks to any receiver of them, and grades it.
//! - [`client`] judges clients by their requests.
//!
//! Expected values come from recordings of the official SDKs, from documentation, or from a second implementation
//! that shares no code with the one under test; never from the code that they judge.
//!
//! # Adding a case
//!
//! Write the file; its path without `.json` is its `id`. The tests find it, and so does the next build. A new endpoint of the protocol crate is picked up from its list of
//! endpoints, and the tests fail until there is a case for it.
//!
//! This project is independent of Smile ID and not affiliated with or endorsed by it.

// Printing to a standard stream that is full or gone panics.
#![warn(clippy::print_stderr, clippy::print_stdout)]
#![warn(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

pub mod case;
pub mod client;
pub mod receiver;
pub mod server;
pub mod vectors;

mod body;
mod callback;
mod check;
mod diff;
mod directions;
mod embedded;
mod failure;
mod form;
mod junit;
mod loose;
mod package;
mod query;
mod recorded;
mod refusals;
mod report;
mod signature;
mod suite;
mod verdict;

pub use case::problem::CaseProblem;
pub use check::Check;
pub use diff::Difference;
pub use failure::Failure;
pub use report::{CheckReport, Report};
pub use suite::{LoadError, Suite};
