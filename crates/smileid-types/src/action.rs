//! What was done for a job, step by step.

use std::collections::BTreeMap;

pub use crate::generated::{action::Action, action_value::ActionValue};

/// The `Actions` of a result: each step and how it ended.
///
/// An approved face compare says [`ActionValue::Completed`], not [`ActionValue::Passed`].
pub type Actions = BTreeMap<Action, ActionValue>;
