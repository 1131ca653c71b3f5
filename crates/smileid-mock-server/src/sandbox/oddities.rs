//! Findings about an archive, including those for which its job does not fail.

use smileid_protocol::{
    mask,
    package::{
        INFO_JSON,
        inspect::{self, Finding, Place},
    },
    types::ImageSubject,
};

use super::arrival::{Arrival, Defect, NotAnImage};
use crate::diagnose::{Reason, Severity};

/// Maximum number of findings to store. An archive may have thousands.
const MOST: usize = 128;

/// Findings of the archive inspection, and listed files that are not images.
pub(crate) struct Oddities {
    not_images: Vec<Reason>,
    findings: Vec<Reason>,
    is_usable: bool,
}

impl Oddities {
    pub(crate) fn from_arrival(arrival: &Arrival) -> Self {
        Self {
            not_images: arrival.not_images.iter().take(MOST).map(not_an_image).collect(),
            findings: arrival.findings.iter().take(MOST).map(reason).collect(),
            is_usable: arrival.findings.iter().all(|it| it.severity() != inspect::Severity::Fatal),
        }
    }

    /// Returns the findings for the journal. Adds `defect`, found by comparing with the upload request, if the findings do not
    /// explain it.
    pub(crate) fn with(self, defect: Option<Defect>) -> Vec<Reason> {
        let Self { not_images: mut reasons, findings, is_usable } = self;
        // The findings of an unusable archive, or of content that is not an image, explain the failure already.
        let is_told = !is_usable || (!reasons.is_empty() && defect != Some(Defect::Contradiction));
        reasons.extend(defect.filter(|_| !is_told).and_then(against_the_job));
        reasons.extend(findings);
        reasons
    }
}

fn not_an_image(image: &NotAnImage) -> Reason {
    let NotAnImage { index, member, subject, is } = image;
    let what = match subject {
        ImageSubject::Selfie => "the selfie",
        ImageSubject::IdCard => "the front of the ID card",
        ImageSubject::IdCardBack => "the back of the ID card",
        ImageSubject::Liveness => "a liveness frame",
        _ => "an image",
    };
    Reason {
        code: "archive.not-an-image".into(),
        severity: Severity::Fatal,
        at: Some(format!("/images/{index}/{member}")),
        text: format!("{what} is not a JPEG or PNG image: it is {is}. The job fails"),
    }
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

/// Returns the finding for a defect that is not among the findings already.
fn against_the_job(defect: Defect) -> Option<Reason> {
    let (code, text) = match defect {
        Defect::Contradiction => (
            "archive.other-job",
            "info.json has another user, job, job type or partner than the upload request",
        ),
        Defect::Selfie => ("archive.no-selfie", "the job requires a selfie, but the archive has none"),
        Defect::IdCard => {
            ("archive.no-id-card", "the job requires the front of an ID card, but the archive has none")
        }
        Defect::Strict => ("archive.strict", "the mock server is strict, so jobs with warnings fail"),
        Defect::Corrupt | Defect::InfoJson | Defect::File => return None,
    };
    Some(Reason { code: code.into(), severity: Severity::Problem, at: None, text: text.to_owned() })
}
