//! Tests that cross crates; see the README beside this folder.

mod archive;
mod endpoints;
mod exactly_once;
mod faults;
mod journey;
mod page;
mod proxy;
mod trust;
mod wiremock;

use std::path::PathBuf;

/// A drawn image of the documentation.
fn image(name: &str) -> PathBuf {
    root().join("docs/images").join(name)
}

/// A recording of an official SDK.
fn recording(name: &str) -> PathBuf {
    root().join("tests/recordings").join(name)
}

fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}
