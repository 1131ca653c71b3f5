//! When a job whose archive came is done.

use std::{fmt, str::FromStr, time::Duration};

use super::{duration, millis::UtcMillis};

/// When a job whose archive came is done.
///
/// ```
/// use std::time::Duration;
///
/// use smileid_mock_server::Processing;
///
/// assert_eq!("after=500ms".parse(), Ok(Processing::After(Duration::from_millis(500))));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Processing {
    /// At once: the first status has the result.
    #[default]
    Immediate,
    /// So long after its archive came.
    After(Duration),
    /// When its status has been asked for so many times without a result: the next one has it.
    Polls(u32),
}

impl Processing {
    /// When a job is done whose archive came at `now`, if that is known before somebody asks.
    pub(crate) fn done_at(self, now: UtcMillis) -> Option<UtcMillis> {
        match self {
            Self::Immediate => Some(now),
            Self::After(duration) => Some(now.after(duration)),
            Self::Polls(_) => None,
        }
    }

    /// Whether a job is done when its status is asked for, as it was `polls` times before without a result.
    pub(crate) fn is_done_when_asked(self, polls: u32) -> bool {
        matches!(self, Self::Polls(count) if polls >= count)
    }
}

impl FromStr for Processing {
    type Err = ParseProcessingError;

    /// Reads `immediate`, `after=2s` or `polls=3`. Durations end in `ms`, `s`, `m`, `h` or `d`.
    fn from_str(text: &str) -> Result<Self, ParseProcessingError> {
        match text.split_once('=') {
            None if text == "immediate" => Ok(Self::Immediate),
            Some(("after", duration)) => {
                duration::read(duration).map(Self::After).ok_or(ParseProcessingError::Duration)
            }
            Some(("polls", count)) => count.parse().map(Self::Polls).map_err(|_| ParseProcessingError::Count),
            _ => Err(ParseProcessingError::Policy),
        }
    }
}

impl fmt::Display for Processing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Immediate => f.write_str("immediate"),
            Self::After(duration) => write!(f, "after={}", duration::Shown(*duration)),
            Self::Polls(count) => write!(f, "polls={count}"),
        }
    }
}

/// A text is not a [`Processing`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseProcessingError {
    /// No such policy.
    #[error("not a way to process jobs: use `immediate`, `after=2s` or `polls=3`")]
    Policy,
    /// Not a duration after `after=`.
    #[error("not {}, after `after=`", duration::EXPECTED)]
    Duration,
    /// Not a number after `polls=`.
    #[error("not a number of status requests: use a whole number, as in `polls=3`")]
    Count,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_reads_and_comes_back() {
        for (text, processing) in [
            ("immediate", Processing::Immediate),
            ("after=500ms", Processing::After(Duration::from_millis(500))),
            ("after=2s", Processing::After(Duration::from_secs(2))),
            ("after=1m", Processing::After(Duration::from_secs(60))),
            ("polls=3", Processing::Polls(3)),
            ("polls=0", Processing::Polls(0)),
        ] {
            assert_eq!(text.parse(), Ok(processing));
            assert_eq!(processing.to_string().parse(), Ok(processing));
        }
    }

    #[test]
    fn anything_else_says_what_is_allowed() {
        for (text, error, says) in [
            ("", ParseProcessingError::Policy, "polls=3"),
            ("Immediate", ParseProcessingError::Policy, "immediate"),
            ("immediate=1", ParseProcessingError::Policy, "after=2s"),
            ("after=2", ParseProcessingError::Duration, "`ms`, `s`, `m`"),
            ("after=s", ParseProcessingError::Duration, "500ms"),
            ("after=-1s", ParseProcessingError::Duration, "whole number"),
            ("after=2 s", ParseProcessingError::Duration, "whole number"),
            ("after=99999999999999999999m", ParseProcessingError::Duration, "whole number"),
            ("after=9999999999999999m", ParseProcessingError::Duration, "whole number"),
            ("polls=", ParseProcessingError::Count, "polls=3"),
            ("polls=-1", ParseProcessingError::Count, "polls=3"),
        ] {
            assert_eq!(text.parse::<Processing>(), Err(error), "{text}");
            assert!(error.to_string().contains(says), "{error}");
        }
    }
}
