//! The least number of cases of each kind, so that none is lost unseen.

use std::collections::BTreeSet;

use libtest_mimic::{Failed, Trial};
use smileid_conformance::{
    Case, Suite,
    case::{Kind, SignatureExpected},
};
use smileid_protocol::types::ErrorCode;

/// What is counted, and how many there must be.
type Count = (&'static str, usize, fn(&Case) -> bool);

const AT_LEAST: &[Count] = &[
    (
        "signature cases with every step",
        40,
        |case| matches!(case.kind(), Kind::Signature(it) if matches!(it.expect, SignatureExpected::Signed(_))),
    ),
    (
        "signatures that are refused",
        18,
        |case| matches!(case.kind(), Kind::Signature(it) if matches!(it.expect, SignatureExpected::Refused(_))),
    ),
    ("archives", 60, |case| matches!(case.kind(), Kind::Package(_))),
    ("archives that are built", 70, |case| matches!(case.kind(), Kind::Package(it) if it.build.is_some())),
    ("archives as they were recorded", 12, |case| case.id().starts_with("package/open_")),
    ("hostile archives", 40, |case| case.id().starts_with("package/hostile_")),
    ("requests", 120, |case| matches!(case.kind(), Kind::Wire(it) if it.request.is_some())),
    ("replies", 80, |case| matches!(case.kind(), Kind::Wire(it) if it.response.is_some())),
    ("replies that are refused", 120, |case| matches!(case.kind(), Kind::Wire(it) if it.refused.is_some())),
    ("callbacks", 40, |case| matches!(case.kind(), Kind::Callback(_))),
    ("jobs in the SDKs' form", 60, |case| matches!(case.kind(), Kind::SdkJob(_))),
    ("verdicts", 40, |case| matches!(case.kind(), Kind::Verdict(_))),
    ("scenarios for servers", 100, |case| matches!(case.kind(), Kind::Server(_))),
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
        super::none("no case has a refusal with the code", &missing)
    }));
    trials
}

fn at_least(what: &str, least: usize, found: usize) -> Result<(), Failed> {
    if found >= least { Ok(()) } else { Err(format!("{what}: {found}, and must be {least} or more").into()) }
}

/// The error codes that no case has, but for those of replies that are no refusals.
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
