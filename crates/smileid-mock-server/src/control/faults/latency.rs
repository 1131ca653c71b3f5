//! Delays of responses: fixed or random.

use std::{borrow::Cow, f64::consts::TAU, fmt, time::Duration};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error as _, MapAccess, Unexpected, Visitor, value::MapAccessDeserializer},
};

use super::InvalidFault;
use crate::model::{duration, secret::Secret};

/// Maximum delay of a response.
const LONGEST: Duration = Duration::from_secs(300);

/// Delay of a response, in real time: fixed, or random for each request. With the same seed and the same requests, the random
/// values are the same.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Latency(Shape);

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Shape {
    #[serde(with = "duration")]
    Fixed(Duration),
    Uniform {
        #[serde(with = "duration")]
        min: Duration,
        #[serde(with = "duration")]
        max: Duration,
    },
    LogNormal {
        #[serde(with = "duration")]
        median: Duration,
        sigma: f64,
        #[serde(with = "duration")]
        max: Duration,
    },
}

impl Latency {
    /// Creates a fixed delay of at most five minutes.
    ///
    /// # Errors
    ///
    /// If `duration` is longer.
    pub fn fixed(duration: Duration) -> Result<Self, InvalidFault> {
        Shape::Fixed(duration).try_into()
    }

    /// Creates a random delay, uniformly distributed from `min` to `max`.
    ///
    /// # Errors
    ///
    /// If `min` is longer than `max`, or `max` than five minutes.
    pub fn uniform(min: Duration, max: Duration) -> Result<Self, InvalidFault> {
        Shape::Uniform { min, max }.try_into()
    }

    /// Creates a random delay with a log-normal distribution, as real services have it: half of the delays are below `median`,
    /// few are far above, none is above `max`. A larger `sigma` gives a wider distribution.
    ///
    /// # Errors
    ///
    /// If `median` is longer than `max`, or `max` than five minutes; if `sigma` is not from 0 to 10.
    pub fn log_normal(median: Duration, sigma: f64, max: Duration) -> Result<Self, InvalidFault> {
        Shape::LogNormal { median, sigma, max }.try_into()
    }

    /// Draws the delay for the `used`-th request to which the rule `id` applies.
    pub(super) fn draw(self, secret: &Secret, id: u64, used: u32) -> Duration {
        let chance =
            |which: &str| part(secret.number(&["latency", which, &id.to_string(), &used.to_string()]));
        let drawn = match self.0 {
            Shape::Fixed(duration) => return duration,
            Shape::Uniform { min, max } => min + max.saturating_sub(min).mul_f64(chance("uniform")),
            Shape::LogNormal { median, sigma, max } => {
                // Box-Muller transform: two uniform values give a normal one.
                let normal = (-2.0 * chance("radius").ln()).sqrt() * (TAU * chance("angle")).cos();
                let seconds = median.as_secs_f64() * (sigma * normal).exp();
                Duration::from_secs_f64(seconds.min(max.as_secs_f64()))
            }
        };
        // Whole milliseconds hide differences between machines in the last bits of logarithms.
        Duration::from_millis(u64::try_from(drawn.as_millis()).unwrap_or(u64::MAX))
    }
}

/// Converts a random number to a fraction that is greater than 0 and at most 1.
#[expect(clippy::cast_precision_loss, reason = "an error of 2^-53 does not matter")]
fn part(number: u64) -> f64 {
    (number as f64 + 1.0) / (u64::MAX as f64 + 1.0)
}

impl TryFrom<Shape> for Latency {
    type Error = InvalidFault;

    fn try_from(shape: Shape) -> Result<Self, InvalidFault> {
        let longest = match shape {
            Shape::Fixed(duration) => duration,
            Shape::Uniform { min, max } if min > max => return Err(InvalidFault::EmptyRange),
            Shape::LogNormal { median, max, .. } if median > max => {
                return Err(InvalidFault::MedianBeyondMax);
            }
            Shape::LogNormal { sigma, .. } if !(0.0..=10.0).contains(&sigma) => {
                return Err(InvalidFault::Sigma);
            }
            Shape::Uniform { max, .. } | Shape::LogNormal { max, .. } => max,
        };
        if longest > LONGEST { Err(InvalidFault::TooLong) } else { Ok(Self(shape)) }
    }
}

impl Serialize for Latency {
    /// Writes a fixed delay as text.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Shape::Fixed(duration) => duration::serialize(duration, serializer),
            shape => shape.serialize(serializer),
        }
    }
}

impl JsonSchema for Latency {
    fn schema_name() -> Cow<'static, str> {
        "Latency".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A duration, or an object with `uniform` or `log_normal`.",
            "type": ["string", "object"],
        })
    }
}

impl<'de> Deserialize<'de> for Latency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextOrShape;

        impl<'de> Visitor<'de> for TextOrShape {
            type Value = Shape;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a duration as in `\"200ms\"`, or an object with `uniform` or `log_normal`")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Shape, E> {
                let duration = duration::read(text).map(Shape::Fixed);
                duration.ok_or_else(|| E::invalid_value(Unexpected::Str(text), &duration::EXPECTED))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Shape, A::Error> {
                Shape::deserialize(MapAccessDeserializer::new(map))
            }
        }

        deserializer.deserialize_any(TextOrShape)?.try_into().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn millis(count: u64) -> Duration {
        Duration::from_millis(count)
    }

    fn drawn(latency: Latency, key: u8) -> Vec<Duration> {
        let secret = Secret::new([key; 32]);
        let mut drawn: Vec<_> = (1..=2000).map(|used| latency.draw(&secret, 1, used)).collect();
        assert_eq!(drawn[7], latency.draw(&secret, 1, 8), "the same again");
        drawn.sort();
        drawn
    }

    #[test]
    fn a_range_is_filled_evenly() {
        let latency = Latency::uniform(millis(100), millis(200)).unwrap();
        let waits = drawn(latency, 1);
        assert!(waits[0] < millis(102) && waits[0] >= millis(100), "{:?}", waits[0]);
        assert!(waits[1999] > millis(198) && waits[1999] <= millis(200), "{:?}", waits[1999]);
        assert!(waits[1000].abs_diff(millis(150)) < millis(5), "{:?}", waits[1000]);
        assert_ne!(waits, drawn(latency, 2));
    }

    #[test]
    fn a_log_normal_has_its_median_its_spread_and_its_end() {
        let waits = drawn(Latency::log_normal(millis(200), 0.5, millis(600)).unwrap(), 1);
        assert!(waits[1000].abs_diff(millis(200)) < millis(15), "{:?}", waits[1000]);
        // 84.1% of the values are below the median plus one sigma: 200 ms × e^0.5.
        assert!(waits[1682].abs_diff(millis(330)) < millis(30), "{:?}", waits[1682]);
        assert_eq!(waits[1999], millis(600));
        let constant = drawn(Latency::log_normal(millis(200), 0.0, millis(600)).unwrap(), 1);
        assert_eq!((constant[0], constant[1999]), (millis(200), millis(200)));
    }

    #[test]
    fn what_is_no_latency_is_refused() {
        let minutes = |count: u64| Duration::from_secs(count * 60);
        assert!(Latency::fixed(minutes(5)).is_ok());
        assert_eq!(Latency::fixed(minutes(6)), Err(InvalidFault::TooLong));
        assert_eq!(Latency::uniform(millis(1), minutes(6)), Err(InvalidFault::TooLong));
        assert_eq!(Latency::uniform(millis(2), millis(1)), Err(InvalidFault::EmptyRange));
        assert_eq!(Latency::log_normal(millis(2), 0.5, millis(1)), Err(InvalidFault::MedianBeyondMax));
        for sigma in [-0.1, 10.1, f64::NAN] {
            assert_eq!(Latency::log_normal(millis(1), sigma, millis(1)), Err(InvalidFault::Sigma));
        }
    }
}
