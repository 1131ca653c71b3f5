//! What is wrong with an archive, whether or not its job fails for it.

use smileid_protocol::package::{
    INFO_JSON,
    inspect::{self, Finding, Place},
};

use super::{Reason, Severity};
use crate::{arrival::Defect, journal::mask};

/// How many findings are written down. An archive may be wrong in thousands of places.
const MOST: usize = 128;

/// What the inspector found, as reasons.
pub(crate) fn findings(findings: &[Finding]) -> Vec<Reason> {
    findings.iter().take(MOST).map(reason).collect()
}

/// What the inspector found, and what holding the archive against its announcement added to it.
pub(crate) fn reasons(findings: &[Finding], defect: Option<Defect>) -> Vec<Reason> {
    let mut reasons = self::findings(findings);
    // An archive that cannot be used has no more to it than its findings.
    let is_usable = findings.iter().all(|it| it.severity() != inspect::Severity::Fatal);
    reasons.extend(defect.filter(|_| is_usable).and_then(against_the_job));
    reasons
}

fn reason(finding: &Finding) -> Reason {
    let severity = match finding.severity() {
        inspect::Severity::Quirk => Severity::Quirk,
        inspect::Severity::Fatal => Severity::Fatal,
        _ => Severity::Problem,
    };
    let at = match &finding.place {
        Place::Entry(name) if name == INFO_JSON => Some(name.clone()),
        Place::Entry(name) => Some(mask::file_name(name)),
        Place::Info(pointer) => Some(mask::pointer(pointer)),
        _ => None,
    };
    Reason { code: finding.code.as_str().into(), severity, at, text: finding.detail.clone().into_owned() }
}

/// Other defects are findings already.
fn against_the_job(defect: Defect) -> Option<Reason> {
    let (code, text) = match defect {
        Defect::Contradiction => {
            ("archive.other-job", "info.json names another user, job, job type or partner than was announced")
        }
        Defect::Selfie => ("archive.no-selfie", "the job needs a selfie, and the archive has none"),
        Defect::IdCard => {
            ("archive.no-id-card", "the job needs the front of an ID card, and the archive has none")
        }
        Defect::Corrupt | Defect::InfoJson | Defect::File => return None,
    };
    Some(Reason { code: code.into(), severity: Severity::Problem, at: None, text: text.to_owned() })
}
