//! Integration tests with recorded data.

mod recorded_v3;
