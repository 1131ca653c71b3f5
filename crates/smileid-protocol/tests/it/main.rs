//! Tests with data from outside of this crate.

mod recorded_v3;
