//! Cases as data that judge any implementation of the Smile ID protocol, and the runner for them.
//!
//! - `cases/` holds them: one JSON file for each behaviour, with where its expected values come from. [`case`] is
//!   their format.
//! - [`Suite`] is a set of cases: [`Suite::embedded`] those of this version, [`Suite::load`] those of a folder.
//! - [`Suite::checks`] are what the cases ask of this project's own code. Each is run by itself, or all of them by
//!   [`Report::of`].
//! - [`server`] plays the scenarios among them against any server.
//!
//! Expected values come from recordings of the official SDKs, from documentation, or from a second implementation
//! that shares no code with the one under test; never from the code that they judge.
//!
//! # Adding a case
//!
//! Write the file; its path without `.json` is its `id`. Then run the tests once with `UPDATE_CASE_LIST=1`, which
//! puts it into the list of embedded files. A new endpoint of the protocol crate is picked up from its list of
//! endpoints, and the tests fail until there is a case for it.
//!
//! This project is independent of Smile ID and not affiliated with or endorsed by it.

#![warn(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

pub mod case;
pub mod server;

mod body;
mod callback;
mod check;
mod diff;
mod directions;
mod doctor;
mod failure;
mod form;
mod generated;
mod loose;
mod package;
mod query;
mod recorded;
mod refusals;
mod report;
mod signature;
mod strict;
mod suite;

pub use check::Check;
pub use diff::Difference;
pub use failure::Failure;
pub use report::{CheckReport, Report};
pub use suite::{CaseProblem, LoadError, Suite};
