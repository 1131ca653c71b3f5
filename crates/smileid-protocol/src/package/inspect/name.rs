//! Names of entries, and where they would lead a reader who follows them.

use super::{container::Record, finding::FindingCode};

/// The name as text, and what is wrong with it.
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

const UTF8: u16 = 1 << 11;
