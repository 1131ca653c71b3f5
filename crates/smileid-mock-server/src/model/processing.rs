//! Processing: the time at which a job is complete after its archive arrived.

use std::{fmt, str::FromStr, time::Duration};

use super::{duration, utc_millis::UtcMillis};

/// Time at which a job is complete after its archive arrived.
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
    /// The job is complete at once: the first status response has the result.
    #[default]
    Immediate,
    /// The job is complete at this time after the arrival of its archive.
    After(Duration),
    /// The job is complete after this number of status requests without a result.
    Polls(u32),
}

impl Processing {
    /// Returns the time at which a job is complete if its archive arrived at `now`. None if status requests determine that.
    pub(crate) fn done_at(self, now: UtcMillis) -> Option<UtcMillis> {
        match self {
            Self::Immediate => Some(now),
            Self::After(duration) => Some(now.after(duration)),
            Self::Polls(_) => None,
        }
    }

    /// Returns true if a status request completes the job. `polls` counts the earlier requests without a result.
    pub(crate) fn is_done_when_asked(self, polls: u32) -> bool {
        matches!(self, Self::Polls(count) if polls >= count)
    }
}

impl FromStr for Processing {
    type Err = ParseProcessingError;

    /// Parses `immediate`, `after=2s` or `polls=3`. Durations end in `ms`, `s`, `m`, `h` or `d`.
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

/// Error: the text is not a valid [`Processing`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseProcessingError {
    /// The text is not one of the known words.
    #[error("invalid processing: expected `immediate`, `after=2s` or `polls=3`")]
    Policy,
    /// The duration after `after=` is invalid.
    #[error("invalid `after=`: expected {}", duration::EXPECTED)]
    Duration,
    /// The number after `polls=` is invalid.
    #[error("invalid `polls=`: expected a whole number of status requests, such as `polls=3`")]
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
