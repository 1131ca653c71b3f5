//! Checks the positions of the entries in the archive: no overlaps and no gaps.
//!
//! With overlaps or gaps, readers that use the directory and readers that start at the front see different contents.

use std::ops::Range;

use memchr::memmem;

use super::{
    container::{Container, LOCAL},
    finding::{Finding, FindingCode, Place},
    local::Local,
};

/// Finds the entries that begin inside another entry. They are not read, so that no byte of an archive is unpacked twice.
pub(super) fn overlapping(locals: &[Option<Local<'_>>]) -> Vec<bool> {
    let mut overlapping = vec![false; locals.len()];
    let mut end = 0;
    for (index, span) in in_order(locals) {
        if let Some(it) = overlapping.get_mut(index) {
            *it = span.start < end;
        }
        end = end.max(span.end);
    }
    overlapping
}

/// Adds findings about bytes that belong to no entry.
pub(super) fn check(container: &Container<'_>, locals: &[Option<Local<'_>>], findings: &mut Vec<Finding>) {
    let mut outside = vec![container.before];
    // If an entry is not at the position that the directory states, its real position is unknown.
    if locals.iter().all(Option::is_some) {
        let mut end = 0;
        for (_, span) in in_order(locals) {
            outside.extend(container.body.get(end..span.start));
            end = end.max(span.end);
        }
        outside.extend(container.body.get(end..));
    }
    let mut add = |code| findings.push(Finding::new(code, Place::Archive));
    if outside.iter().any(|bytes| memmem::find(bytes, LOCAL).is_some()) {
        add(FindingCode::ZipHiddenEntry);
    } else if container.followed || outside.iter().any(|bytes| !bytes.is_empty()) {
        add(FindingCode::ZipExtraBytes);
    }
}

fn in_order(locals: &[Option<Local<'_>>]) -> Vec<(usize, Range<usize>)> {
    let spans = locals.iter().enumerate();
    let mut spans: Vec<_> =
        spans.filter_map(|(index, local)| Some((index, local.as_ref()?.span.clone()))).collect();
    spans.sort_by_key(|(index, span)| (span.start, *index));
    spans
}
