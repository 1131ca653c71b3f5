//! Minimum numbers of cases of each kind, so that lost cases are noticed.

use std::collections::BTreeSet;

use libtest_mimic::{Failed, Trial};
use smileid_conformance::{
    Case, Suite,
    case::{ApiVersion, Kind, SignatureExpected},
};
use smileid_protocol::types::ErrorCode;

/// A kind of case, its minimum number, and its condition.
type Count = (&'static str, usize, fn(&Case) -> bool);

const AT_LEAST: &[Count] = &[
    (
        "signatures with every step",
        40,
        |case| matches!(case.kind(), Kind::Signature(it) if matches!(it.expect, SignatureExpected::Signed(_))),
    ),
    (
        "refused signatures",
        18,
        |case| matches!(case.kind(), Kind::Signature(it) if matches!(it.expect, SignatureExpected::Refused(_))),
    ),
    ("archives", 60, |case| matches!(case.kind(), Kind::Package(_))),
    ("built archives", 70, |case| matches!(case.kind(), Kind::Package(it) if it.build.is_some())),
    ("recorded archives", 12, |case| case.id().starts_with("package/open_")),
    ("hostile archives", 40, |case| case.id().starts_with("package/hostile_")),
    ("requests", 120, |case| matches!(case.kind(), Kind::Wire(it) if it.request.is_some())),
    ("responses", 80, |case| matches!(case.kind(), Kind::Wire(it) if it.response.is_some())),
    ("refused responses", 120, |case| matches!(case.kind(), Kind::Wire(it) if it.refused.is_some())),
    ("cases of version 3", 580, |case| case.id().starts_with("v3/")),
    ("verdicts of version 3", 80, |case| case.id().starts_with("verdict/v3_")),
    ("callbacks", 40, |case| matches!(case.kind(), Kind::Callback(_))),
    ("jobs in the format of the SDKs", 60, |case| matches!(case.kind(), Kind::SdkJob(_))),
    ("verdicts", 40, |case| matches!(case.kind(), Kind::Verdict(_))),
    ("scenarios of version 3", 80, |case| case.scenario().is_some_and(|it| it.api == ApiVersion::V3)),
    ("scenarios for servers", 180, |case| matches!(case.kind(), Kind::Server(_))),
];

pub(crate) fn trials(suite: &Suite) -> Vec<Trial> {
    let mut trials: Vec<_> = AT_LEAST
        .iter()
        .map(|(what, least, is)| {
            let found = suite.cases().iter().filter(|case| is(case)).count();
            let name = format!("rules::there_are_{}", what.replace(' ', "_"));
            Trial::test(name, move || at_least(what, *least, found))
        })
        .collect();
    let missing: Vec<_> = missing_refusals(suite).into_iter().collect();
    trials.push(Trial::test("rules::every_error_code_is_refused_somewhere", move || {
        super::none("no case has a refused response with the code", &missing)
    }));
    trials
}

fn at_least(what: &str, least: usize, found: usize) -> Result<(), Failed> {
    if found >= least { Ok(()) } else { Err(format!("{what}: {found}, expected at least {least}").into()) }
}

/// Error codes without a refused response, except for codes of successful responses.
fn missing_refusals(suite: &Suite) -> BTreeSet<&'static str> {
    let refusals = suite.cases().iter().filter_map(|case| match case.kind() {
        Kind::Wire(it) => it.refused.as_ref(),
        _ => None,
    });
    let refused: BTreeSet<_> = refusals
        .filter_map(|it| it.json.as_ref()?.get("code").map(|code| code.to_string().replace('"', "")))
        .collect();
    let no_refusals = [ErrorCode::UPLOAD_ACCEPTED, ErrorCode::STATUS_ANSWERED, ErrorCode::NO_ARCHIVE_YET]
        .map(|code| code.to_string());
    let rows = ErrorCode::rows().iter().map(|row| row.code);
    rows.filter(|code| !refused.contains(*code) && !no_refusals.iter().any(|it| it == code)).collect()
}
