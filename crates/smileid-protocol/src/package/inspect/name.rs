//! Checks the names of ZIP entries, and the file paths to which they would be unpacked.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    container::Record,
    finding::{Finding, FindingCode, Place},
};
use crate::package::INFO_JSON;

/// Returns the name of an entry as text, and the mistakes in it.
pub(super) fn read(record: &Record<'_>) -> (String, Vec<FindingCode>) {
    let mut wrong = Vec::new();
    let name = String::from_utf8_lossy(record.name).into_owned();
    if name.as_bytes() != record.name {
        wrong.push(FindingCode::NameNotUtf8);
    } else if !name.is_ascii() && record.flags & UTF8 == 0 {
        wrong.push(FindingCode::NameUnflagged);
    }
    let has_drive =
        name.as_bytes().get(1) == Some(&b':') && name.starts_with(|c: char| c.is_ascii_alphabetic());
    for (is_so, code) in [
        (name.is_empty(), FindingCode::NameEmpty),
        (name.split(['/', '\\']).any(|part| part == ".."), FindingCode::NameTraversal),
        (name.starts_with(['/', '\\']) || has_drive, FindingCode::NameAbsolute),
        (name.contains('\\'), FindingCode::NameBackslash),
        (name.contains(char::is_control), FindingCode::NameControlCharacter),
    ] {
        if is_so {
            wrong.push(code);
        }
    }
    let leads_somewhere = wrong.iter().any(|code| {
        matches!(code, FindingCode::NameTraversal | FindingCode::NameAbsolute | FindingCode::NameBackslash)
    });
    if name.contains('/') && !leads_somewhere {
        wrong.push(FindingCode::NameFolder);
    }
    (name, wrong)
}

/// Adds the mistakes that are found by comparing the names of all entries.
pub(super) fn check(names: &[String], findings: &mut Vec<Finding>) {
    let mut add = |code, name: &str| findings.push(Finding::new(code, Place::entry(name)));
    let mut counts = BTreeMap::<&str, usize>::new();
    let mut by_letters = BTreeMap::<String, BTreeSet<&str>>::new();
    for name in names {
        *counts.entry(name).or_default() += 1;
        by_letters.entry(name.to_lowercase()).or_default().insert(name);
    }
    for (name, count) in counts {
        if count > 1 {
            let is_info = name == INFO_JSON;
            add(if is_info { FindingCode::InfoJsonDuplicate } else { FindingCode::NameDuplicate }, name);
        }
    }
    for names in by_letters.values().filter(|names| names.len() > 1) {
        for name in names {
            add(FindingCode::NameDiffersInCase, name);
        }
    }
    match names.iter().position(|name| name == INFO_JSON) {
        None => findings.push(Finding::new(FindingCode::InfoJsonMissing, Place::Archive)),
        Some(0) => {}
        Some(_) => add(FindingCode::InfoJsonNotFirst, INFO_JSON),
    }
}

const UTF8: u16 = 1 << 11;
