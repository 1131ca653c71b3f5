//! Other texts for the moment that a timestamp names: those that the official SDKs write, and those that their users
//! made of them.

use jiff::{SignedDuration, Timestamp, civil::DateTime, tz::Offset};

use super::TimestampMistake;

/// A timestamp's text, taken apart.
pub(super) struct Moment {
    /// Date and time of day as if it were in UTC.
    utc: DateTime,
    /// The digits after the second.
    fraction: String,
    written: Written,
}

/// How it was written.
#[derive(PartialEq, Eq)]
enum Written {
    Epoch,
    Date { separator: char, zone: String },
}

/// The zones in which the SDKs write UTC, and none at all.
const ZONES: [&str; 7] = ["Z", "+00:00", "+0000", " +0000", " UTC", "-00:00", ""];
const SEPARATORS: [char; 2] = ['T', ' '];

impl Moment {
    /// Takes a text apart, when it is a date with a time or a number of seconds or milliseconds.
    pub(super) fn read(text: &str) -> Option<Self> {
        // Longer than every form, and the texts may be of any length.
        if text.len() > 40 || !text.is_ascii() {
            return None;
        }
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            let number: i64 = text.parse().ok()?;
            // Ten digits reach to the year 2286 as seconds; as milliseconds they would be in January 1970.
            let (seconds, fraction) = match text.len() {
                ..=10 => (number, String::new()),
                _ => (number / 1000, format!("{:03}", number % 1000)),
            };
            let utc = Offset::UTC.to_datetime(Timestamp::from_second(seconds).ok()?);
            return Some(Self { utc, fraction, written: Written::Epoch });
        }
        let (date, separator, time) = (text.get(..10)?, text.get(10..11)?.chars().next()?, text.get(11..19)?);
        let local: DateTime = format!("{date}T{time}").parse().ok()?;
        let rest = text.get(19..)?;
        let (fraction, zone) = match rest.strip_prefix('.') {
            Some(rest) => rest.split_at(rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len())),
            None => ("", rest),
        };
        let utc = moved(local, -offset_minutes(zone)?)?;
        let written = Written::Date { separator, zone: zone.to_owned() };
        Some(Self { utc, fraction: fraction.to_owned(), written })
    }

    /// Other texts for it, each with how it differs, until `found` says that it is the one.
    pub(super) fn find(&self, mut found: impl FnMut(&str) -> bool) -> Option<(String, TimestampMistake)> {
        let mut is_it = |text: String, how| found(&text).then_some((text, how));
        self.in_utc(&mut is_it).or_else(|| self.in_other_zones(&mut is_it)).or_else(|| self.finer(&mut is_it))
    }

    fn in_utc(&self, is_it: &mut IsIt<'_>) -> Option<(String, TimestampMistake)> {
        let mut fractions = self.fractions();
        fractions.extend(["000".to_owned(), "000000".to_owned(), digits(&self.fraction, 9)]);
        for fraction in fractions {
            for zone in ZONES {
                for separator in SEPARATORS {
                    let how = self.difference(&fraction, zone, separator);
                    if let found @ Some(_) = is_it(written(self.utc, separator, &fraction, zone), how) {
                        return found;
                    }
                }
            }
        }
        let seconds = Offset::UTC.to_timestamp(self.utc).ok()?.as_second();
        let thousandths = digits(&self.fraction, 3);
        let numbers = [
            format!("{seconds}"),
            format!("{seconds}{thousandths}"),
            format!("{seconds}.{thousandths}"),
            format!("{seconds}000"),
        ];
        numbers.into_iter().find_map(|number| is_it(number, TimestampMistake::Epoch))
    }

    /// From 14 hours behind to 14 hours ahead, as far as zones go, in their smallest steps.
    fn in_other_zones(&self, is_it: &mut IsIt<'_>) -> Option<(String, TimestampMistake)> {
        for offset_minutes in (-14 * 60..=14 * 60).step_by(15).filter(|offset| *offset != 0) {
            let Some(local) = moved(self.utc, offset_minutes) else { continue };
            let sign = if offset_minutes < 0 { '-' } else { '+' };
            let (hours, minutes) = (offset_minutes.abs() / 60, offset_minutes.abs() % 60);
            for fraction in self.fractions() {
                for (zone, how) in [
                    (String::new(), TimestampMistake::LocalTime { offset_minutes }),
                    ("Z".to_owned(), TimestampMistake::LocalTimeAsUtc { offset_minutes }),
                    (format!("{sign}{hours:02}:{minutes:02}"), TimestampMistake::Zone),
                    (format!("{sign}{hours:02}{minutes:02}"), TimestampMistake::Zone),
                    (format!(" {sign}{hours:02}{minutes:02}"), TimestampMistake::Zone),
                ] {
                    for separator in SEPARATORS {
                        if let found @ Some(_) = is_it(written(local, separator, &fraction, &zone), how) {
                            return found;
                        }
                    }
                }
            }
        }
        None
    }

    /// With three more digits after the second, whichever they were.
    fn finer(&self, is_it: &mut IsIt<'_>) -> Option<(String, TimestampMistake)> {
        if !matches!(self.fraction.len(), 0 | 3) {
            return None;
        }
        let separator = match &self.written {
            Written::Date { separator, .. } => *separator,
            Written::Epoch => 'T',
        };
        (0..1000).find_map(|more| {
            let fraction = format!("{}{more:03}", self.fraction);
            ["Z", "+00:00", ""].into_iter().find_map(|zone| {
                is_it(
                    written(self.utc, separator, &fraction, zone),
                    self.difference(&fraction, zone, separator),
                )
            })
        })
    }

    /// The digits after the second: as they came, none, and with as many of them as most SDKs write.
    fn fractions(&self) -> Vec<String> {
        let given = &self.fraction;
        let shortest = given.trim_end_matches('0').to_owned();
        let mut fractions = vec![given.clone(), String::new(), shortest, digits(given, 3), digits(given, 6)];
        fractions.sort();
        fractions.dedup();
        fractions
    }

    fn difference(&self, fraction: &str, zone: &str, separator: char) -> TimestampMistake {
        let Written::Date { separator: sent_separator, zone: sent_zone } = &self.written else {
            return TimestampMistake::Epoch;
        };
        match (fraction == self.fraction, zone == sent_zone, separator == *sent_separator) {
            (false, true, true) => TimestampMistake::Fraction,
            (true, false, true) => TimestampMistake::Zone,
            (true, true, false) => TimestampMistake::Separator,
            _ => TimestampMistake::Spelling,
        }
    }
}

type IsIt<'a> = dyn FnMut(String, TimestampMistake) -> Option<(String, TimestampMistake)> + 'a;

fn written(at: DateTime, separator: char, fraction: &str, zone: &str) -> String {
    let (date, time) = (at.date(), at.time());
    let dot = if fraction.is_empty() { "" } else { "." };
    format!(
        "{:04}-{:02}-{:02}{separator}{:02}:{:02}:{:02}{dot}{fraction}{zone}",
        date.year(),
        date.month(),
        date.day(),
        time.hour(),
        time.minute(),
        time.second(),
    )
}

/// The first `length` digits, filled up with zeros.
fn digits(fraction: &str, length: usize) -> String {
    format!("{:0<length$}", fraction.get(..length).unwrap_or(fraction))
}

fn moved(time: DateTime, minutes: i32) -> Option<DateTime> {
    time.checked_add(SignedDuration::from_mins(minutes.into())).ok()
}

/// How many minutes a zone is ahead of UTC. None at all is taken for UTC.
fn offset_minutes(zone: &str) -> Option<i32> {
    let zone = zone.trim_start();
    if matches!(zone, "" | "Z" | "z" | "UTC") {
        return Some(0);
    }
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let digits = zone.strip_prefix(['+', '-'])?.replace(':', "");
    if digits.len() != 4 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: i32 = digits.parse().ok()?;
    Some(sign * (number / 100 * 60 + number % 100))
}
