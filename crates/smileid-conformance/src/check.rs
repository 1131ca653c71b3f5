//! Check: one test of this project's code that a case defines, with a name and a result.

use std::{borrow::Cow, fmt, panic, sync::Arc};

use crate::{case::Case, failure::Failure};

/// A check of this project's code.
pub struct Check {
    case: Case,
    group: Cow<'static, str>,
    run: Body,
}

/// Function that runs a check.
pub(crate) type Body = Box<dyn Fn() -> Result<(), Failure> + Send + Sync>;

/// Creates a named check of a case.
pub(crate) fn part<C: Send + Sync + 'static>(
    group: &'static str,
    case: &Arc<C>,
    run: fn(&C) -> Result<(), Failure>,
) -> (&'static str, Body) {
    let case = Arc::clone(case);
    (group, Box::new(move || run(&case)))
}

impl Check {
    pub(crate) fn new(case: &Case, (group, run): (impl Into<Cow<'static, str>>, Body)) -> Self {
        Self { case: case.clone(), group: group.into(), run }
    }

    /// Returns the id of the case with the name of the check, such as `v1/upload/python_jt1_file::request_value_to_wire`.
    pub fn name(&self) -> String {
        format!("{}::{}", self.case.id(), self.group)
    }

    /// Returns the case to which the check belongs.
    pub fn case(&self) -> &Case {
        &self.case
    }

    /// Returns the name of the check within its case, such as `request_value_to_wire`.
    pub fn group(&self) -> &str {
        &self.group
    }

    /// Runs the check. A panic of the code under test is a failure.
    ///
    /// # Errors
    ///
    /// Fails if the code under test does not do what the case requires.
    pub fn run(&self) -> Result<(), Failure> {
        panic::catch_unwind(panic::AssertUnwindSafe(|| (self.run)())).unwrap_or_else(|panic| {
            let message = panic
                .downcast_ref::<&str>()
                .map(|text| (*text).to_owned())
                .or_else(|| panic.downcast_ref::<String>().cloned());
            Err(Failure::Panicked { message: message.unwrap_or_default() })
        })
    }
}

impl fmt::Debug for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Check").field(&self.name()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_a_failure() {
        let json = br#"{"id": "loose/a", "description": "d", "source": "s", "job": 1, "expect": {"ok":
            {"job_type": 1, "delivery": "at_once"}}}"#;
        let failure = Case::read("loose/a.json", json).map(|case| {
            let run: Body = Box::new(|| {
                Vec::<u8>::new().remove(0);
                Ok(())
            });
            Check::new(&case, ("panics", run)).run()
        });
        assert!(
            matches!(failure, Ok(Err(Failure::Panicked { message })) if message.contains("removal index"))
        );
    }
}
