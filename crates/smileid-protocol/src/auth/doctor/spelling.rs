//! Generates other texts for the time of a timestamp, such as with another number of digits or another time zone.

use std::slice;

use jiff::{SignedDuration, Timestamp, civil::DateTime, tz::Offset};

use super::TimestampMistake;

/// A parsed timestamp text.
pub(super) struct Moment {
    /// Date and time of day as if it were in UTC.
    utc: DateTime,
    /// Digits after the second.
    fraction: String,
    /// Form of the text. `None` if it is a number of seconds or milliseconds.
    written: Option<Written>,
}

struct Written {
    separator: char,
    mark: char,
    zone: String,
}

/// Forms of the time zone: the forms in which the SDKs write UTC, other forms, and none.
const ZONES: [&str; 8] = ["Z", "+00:00", "+0000", " +0000", " UTC", "-00:00", "z", ""];
const SEPARATORS: [char; 2] = ['T', ' '];
/// Characters before the digits after the second: point and comma. ISO 8601 allows both.
const MARKS: [char; 2] = ['.', ','];

/// Offsets of all time zones in use, in minutes ahead of UTC, including summer times.
const OFFSETS: [i32; 39] = [
    -720, -660, -600, -570, -540, -480, -420, -360, -300, -240, -210, -180, -150, -120, -60, 60, 120, 180,
    210, 240, 270, 300, 330, 345, 360, 390, 420, 480, 525, 540, 570, 600, 630, 660, 720, 765, 780, 825, 840,
];

impl Moment {
    /// Parses a text that is a date with a time, or a number of seconds or milliseconds.
    pub(super) fn read(text: &str) -> Option<Self> {
        // Longer than any spelling of a timestamp. Received texts may have any length.
        if text.len() > 40 || !text.is_ascii() {
            return None;
        }
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            let number: i64 = text.parse().ok()?;
            // As seconds, ten digits reach the year 2286; as milliseconds they would be in January 1970.
            let (seconds, fraction) = match text.len() {
                ..=10 => (number, String::new()),
                _ => (number / 1000, format!("{:03}", number % 1000)),
            };
            let utc = Offset::UTC.to_datetime(Timestamp::from_second(seconds).ok()?);
            return Some(Self { utc, fraction, written: None });
        }
        let (date, separator, time) = (text.get(..10)?, text.get(10..11)?.chars().next()?, text.get(11..19)?);
        let local: DateTime = format!("{date}T{time}").parse().ok()?;
        let rest = text.get(19..)?;
        let mark = rest.chars().next().filter(|mark| MARKS.contains(mark));
        let (fraction, zone) = match rest.strip_prefix(MARKS) {
            Some(rest) => rest.split_at(rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len())),
            None => ("", rest),
        };
        let utc = moved(local, -offset_minutes(zone)?)?;
        let written = Written { separator, mark: mark.unwrap_or('.'), zone: zone.to_owned() };
        Some(Self { utc, fraction: fraction.to_owned(), written: Some(written) })
    }

    /// Passes other texts for the time to `found`, each with its difference, until `found` accepts one. At most fifty thousand
    /// texts.
    pub(super) fn find(&self, mut found: impl FnMut(&str) -> bool) -> Option<(String, TimestampMistake)> {
        let mut is_it = |text: String, how| found(&text).then_some((text, how));
        self.in_utc(&mut is_it).or_else(|| self.in_other_zones(&mut is_it)).or_else(|| self.finer(&mut is_it))
    }

    fn in_utc(&self, is_it: &mut IsIt<'_>) -> Option<(String, TimestampMistake)> {
        let mut fractions = self.fractions();
        fractions.extend(["000".to_owned(), "000000".to_owned(), digits(&self.fraction, 9)]);
        let mut forms = forms(&fractions, &ZONES, &SEPARATORS, &MARKS);
        if let found @ Some(_) = forms.find_map(|form| is_it(form.format(self.utc), self.difference(&form))) {
            return found;
        }
        let seconds = self.seconds()?;
        let thousandths = digits(&self.fraction, 3);
        let numbers = [
            format!("{seconds}"),
            format!("{seconds}{thousandths}"),
            format!("{seconds}.{thousandths}"),
            format!("{seconds}000"),
        ];
        numbers.into_iter().find_map(|number| is_it(number, TimestampMistake::Epoch))
    }

    fn in_other_zones(&self, is_it: &mut IsIt<'_>) -> Option<(String, TimestampMistake)> {
        // In the received form except for the zone: the common case, so before the rare ones.
        let separator = self.written.as_ref().map_or('T', |written| written.separator);
        let common = self.local_times().into_iter().find_map(|(offset_minutes, local)| {
            ["", "Z"].into_iter().find_map(|zone| {
                let form = Form { separator, mark: '.', fraction: &self.fraction, zone };
                is_it(form.format(local), self.local(zone, offset_minutes))
            })
        });
        if common.is_some() {
            return common;
        }
        let fractions = self.fractions();
        self.local_times().into_iter().find_map(|(offset_minutes, local)| {
            let sign = if offset_minutes < 0 { '-' } else { '+' };
            let (hours, minutes) = (offset_minutes.abs() / 60, offset_minutes.abs() % 60);
            let [colon, plain] =
                [format!("{sign}{hours:02}:{minutes:02}"), format!("{sign}{hours:02}{minutes:02}")];
            let zones = ["", "Z", &colon, &plain, &format!(" {plain}")];
            forms(&fractions, &zones, &SEPARATORS, &MARKS).find_map(|form| {
                let how = match form.zone {
                    "" | "Z" => self.local(form.zone, offset_minutes),
                    _ if self.written.is_none() => TimestampMistake::Epoch,
                    _ => TimestampMistake::Zone,
                };
                is_it(form.format(local), how)
            })
        })
    }

    /// Tries all values of three more digits after the second, in UTC and in local time as Python writes it.
    fn finer(&self, is_it: &mut IsIt<'_>) -> Option<(String, TimestampMistake)> {
        if !matches!(self.fraction.len(), 0 | 3) {
            return None;
        }
        let seconds = self.seconds().filter(|_| self.fraction.is_empty());
        let separator = self.written.as_ref().map_or('T', |written| written.separator);
        let local_times = self.local_times();
        (0..1000).find_map(|more| {
            let fraction = format!("{}{more:03}", self.fraction);
            let number = seconds.map(|seconds| format!("{seconds}{fraction}"));
            if let found @ Some(_) = number.and_then(|number| is_it(number, TimestampMistake::Epoch)) {
                return found;
            }
            let in_utc = forms(slice::from_ref(&fraction), &["Z", "+00:00", ""], &SEPARATORS, &['.'])
                .find_map(|form| is_it(form.format(self.utc), self.difference(&form)));
            in_utc.or_else(|| {
                let form = Form { separator, mark: '.', fraction: &fraction, zone: "" };
                local_times.iter().find_map(|(offset_minutes, local)| {
                    is_it(form.format(*local), self.local("", *offset_minutes))
                })
            })
        })
    }

    fn seconds(&self) -> Option<i64> {
        Some(Offset::UTC.to_timestamp(self.utc).ok()?.as_second())
    }

    /// Returns the time of day in every other time zone, with the minutes of the zone ahead of UTC.
    fn local_times(&self) -> Vec<(i32, DateTime)> {
        OFFSETS.iter().filter_map(|minutes| Some((*minutes, moved(self.utc, *minutes)?))).collect()
    }

    /// Returns the digits after the second in several forms: as received, none, and in the lengths that most SDKs write.
    fn fractions(&self) -> Vec<String> {
        let given = &self.fraction;
        let shortest = given.trim_end_matches('0').to_owned();
        let mut fractions = vec![given.clone(), String::new(), shortest, digits(given, 3), digits(given, 6)];
        fractions.sort();
        fractions.dedup();
        fractions
    }

    /// Returns the kind of difference between a text for the same time in UTC and the received text.
    fn difference(&self, form: &Form<'_>) -> TimestampMistake {
        let Some(sent) = &self.written else { return TimestampMistake::Epoch };
        let same_fraction = form.fraction == self.fraction;
        let same_mark = form.mark == sent.mark || form.fraction.is_empty() || self.fraction.is_empty();
        match (same_fraction, form.zone == sent.zone, form.separator == sent.separator) {
            (false, true, true) if same_mark => TimestampMistake::Fraction,
            (true, false, true) if same_mark => TimestampMistake::Zone,
            (true, true, false) if same_mark => TimestampMistake::Separator,
            _ => TimestampMistake::Spelling,
        }
    }

    /// Returns the kind of difference for a local time without a sign of its zone. It is unknown which of the two texts is not in
    /// UTC.
    fn local(&self, zone: &str, offset_minutes: i32) -> TimestampMistake {
        let sent_without_zone = self.written.as_ref().is_some_and(|sent| sent.zone.is_empty());
        if zone.is_empty() || sent_without_zone {
            TimestampMistake::LocalTime { offset_minutes }
        } else {
            TimestampMistake::LocalTimeAsUtc { offset_minutes }
        }
    }
}

type IsIt<'a> = dyn FnMut(String, TimestampMistake) -> Option<(String, TimestampMistake)> + 'a;

/// A form in which a timestamp can be written.
struct Form<'a> {
    separator: char,
    mark: char,
    fraction: &'a str,
    zone: &'a str,
}

impl Form<'_> {
    fn format(&self, at: DateTime) -> String {
        let Self { separator, mark, fraction, zone } = self;
        let (date, time) = (at.date(), at.time());
        let mark = if fraction.is_empty() { String::new() } else { mark.to_string() };
        format!(
            "{:04}-{:02}-{:02}{separator}{:02}:{:02}:{:02}{mark}{fraction}{zone}",
            date.year(),
            date.month(),
            date.day(),
            time.hour(),
            time.minute(),
            time.second(),
        )
    }
}

/// Returns every combination of the parts of a timestamp's form.
fn forms<'a>(
    fractions: &'a [String],
    zones: &'a [&'a str],
    separators: &'a [char],
    marks: &'a [char],
) -> impl Iterator<Item = Form<'a>> {
    fractions.iter().flat_map(move |fraction| {
        let marks = if fraction.is_empty() { marks.get(..1).unwrap_or_default() } else { marks };
        zones.iter().flat_map(move |zone| {
            separators.iter().flat_map(move |separator| {
                marks.iter().map(move |mark| Form { separator: *separator, mark: *mark, fraction, zone })
            })
        })
    })
}

/// Returns the first `length` digits, padded with zeros at the end.
fn digits(fraction: &str, length: usize) -> String {
    format!("{:0<length$}", fraction.get(..length).unwrap_or(fraction))
}

fn moved(time: DateTime, minutes: i32) -> Option<DateTime> {
    time.checked_add(SignedDuration::from_mins(minutes.into())).ok()
}

/// Returns the number of minutes that a zone is ahead of UTC. A missing zone counts as UTC.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_texts_is_bounded() {
        for text in [
            "2023-03-09T21:35:00Z",
            "2023-03-09T21:35:00.279Z",
            "2023-03-09 21:35:00,2790001",
            "2023-03-09T21:35:00.279000000000-05:45",
            "1678397700",
            "1678397700279",
        ] {
            let mut texts = 0;
            let found = Moment::read(text).unwrap().find(|_| {
                texts += 1;
                false
            });
            assert_eq!(found, None);
            assert!((2000..50_000).contains(&texts), "{text}: {texts}");
        }
    }
}
