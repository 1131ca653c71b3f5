//! Tests that use several crates. The README of `tests` describes them.

mod archive;
mod authority;
mod books;
mod callbacks;
mod cuts;
mod endpoints;
mod exactly_once;
mod faults;
mod journey;
mod judged;
mod killed;
mod page;
mod proxy;
mod trust;
mod v3;
mod wiremock;

use std::{
    fmt::Debug,
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

/// Runs all cases, several at a time, and names those that fail.
fn try_all<T: Debug + Sync>(cases: &[T], try_one: impl Fn(&T) + Sync) {
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    assert!(catch_unwind(AssertUnwindSafe(|| try_one(case))).is_ok(), "{case:?}");
                }
            });
        }
    });
}

/// Returns the path of a drawn image from the documentation.
fn image(name: &str) -> PathBuf {
    root().join("docs/images").join(name)
}

/// Returns the path of a recording of an official SDK.
fn recording(name: &str) -> PathBuf {
    root().join("tests/recordings").join(name)
}

fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}
