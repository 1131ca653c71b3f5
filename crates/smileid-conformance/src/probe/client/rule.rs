//! Rules for API clients, generated from `data/rules.toml`, and the codes of the rules that only this crate checks.

use serde::{Deserialize, Serialize};

use super::generated::rules::{RULES, SECTIONS};
use crate::case::ApiVersion;

/// A rule for clients.
#[derive(Debug)]
#[non_exhaustive]
pub struct Rule {
    /// Code of the rule, which stays the same in all versions, such as `image.local-path`.
    pub code: &'static str,
    /// Number of the section in the wire reference.
    pub section: &'static str,
    /// Number of the quirk of the official SDKs, from section 9 of the wire reference.
    pub quirk: Option<u8>,
    /// Severity of breaking the rule.
    pub level: Level,
    /// Description of the mistake.
    pub says: &'static str,
    /// Advice for correcting the mistake.
    pub advice: &'static str,
}

impl Rule {
    /// Returns all rules, ordered by code.
    pub fn listed() -> &'static [Self] {
        RULES
    }

    /// Finds a rule by its code.
    pub fn from_code(code: &str) -> Option<&'static Self> {
        let found = RULES.binary_search_by(|rule| rule.code.cmp(code)).ok()?;
        RULES.get(found)
    }

    /// Returns the title of the rule's section in the wire reference.
    pub fn title(&self) -> &'static str {
        SECTIONS.iter().find(|section| section.number == self.section).map_or("", |section| section.title)
    }
}

impl Rule {
    /// The version of the API that the rule is about. Rules about both count as those of version 1.
    pub fn version(&self) -> ApiVersion {
        if self.section.starts_with("V3") { ApiVersion::V3 } else { ApiVersion::V1 }
    }
}

/// Severity of breaking a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Level {
    /// The request contradicts the wire reference, or the API refuses or misinterprets it.
    Violation,
    /// The request works but should be improved.
    Quirk,
}

/// A section of the wire reference.
pub(crate) struct Section {
    pub(crate) number: &'static str,
    pub(crate) title: &'static str,
}

macro_rules! breaches {
    ($($variant:ident = $code:literal,)+) => {
        /// A rule that only this crate checks. Rules about archives and signatures come from the protocol crate.
        #[derive(Clone, Copy)]
        pub(crate) enum Breach {
            $($variant,)+
        }

        impl Breach {
            #[cfg(test)]
            pub(crate) const CODES: &[&str] = &[$($code),+];

            pub(super) const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)+
                }
            }
        }
    };
}

breaches! {
    AnnouncedAgain = "announced-again",
    ArchiveContentLength = "archive-content-length",
    ArchiveContentType = "archive-content-type",
    ArchiveNeverCame = "archive-never-came",
    BodyEncoding = "body-encoding",
    CallbackForm = "callback-form",
    ContentTypeMissing = "content-type-missing",
    ContentTypeOther = "content-type-other",
    CountryForm = "country-form",
    DobForm = "dob-form",
    DuplicateMember = "duplicate-member",
    EnrolledImageNotSent = "enrolled-image-not-sent",
    EnteredWithoutId = "entered-without-id",
    IdInfoInUpload = "id-info-in-upload",
    IdInfoMissing = "id-info-missing",
    IdInfoNested = "id-info-nested",
    InfoDiffers = "info-differs",
    KeySent = "key-sent",
    LinkUnknown = "link-unknown",
    LinkUsedAgain = "link-used-again",
    LocalPath = "local-path",
    LookupRepeated = "lookup-repeated",
    MemberMissing = "member-missing",
    NoRoute = "no-route",
    PartnerIdNumber = "partner-id-number",
    PolledAfterRefusal = "polled-after-refusal",
    PolledAfterResult = "polled-after-result",
    PolledForEver = "polled-for-ever",
    PolledTooFast = "polled-too-fast",
    ProofMissing = "proof-missing",
    QueryUnread = "query-unread",
    RequestRefused = "request-refused",
    SignatureReused = "signature-reused",
    SourceSdkMissing = "source-sdk-missing",
    TimestampForm = "timestamp-form",
    TimestampNaive = "timestamp-naive",
    TimestampOff = "timestamp-off",
    TimestampUnreadable = "timestamp-unreadable",
    UnknownMember = "unknown-member",
    UnknownPartner = "unknown-partner",
    UnreadableBody = "unreadable-body",
    V3Brackets = "v3-brackets",
    V3CallbackForm = "v3-callback-form",
    V3Consent = "v3-consent",
    V3DoubleSlash = "v3-double-slash",
    V3Frames = "v3-frames",
    V3ImageContentType = "v3-image-content-type",
    V3ImageForm = "v3-image-form",
    V3JobAfter401 = "v3-job-after-401",
    V3JobIdForm = "v3-job-id-form",
    V3JobRepeated = "v3-job-repeated",
    V3JsonPart = "v3-json-part",
    V3NoForm = "v3-no-form",
    V3NumberForm = "v3-number-form",
    V3PartnerId = "v3-partner-id",
    V3Person = "v3-person",
    V3PersonInParams = "v3-person-in-params",
    V3PersonsDiffer = "v3-persons-differ",
    V3TokenMissing = "v3-token-missing",
    V3TokenPlace = "v3-token-place",
    V3TokenStampede = "v3-token-stampede",
    WrongMethod = "wrong-method",
    WrongType = "wrong-type",
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use smileid_protocol::{
        auth::doctor::SignatureIssue,
        package::inspect::{FindingCode, Severity},
    };

    use super::*;

    #[test]
    fn codes_and_rows_match() {
        let findings = FindingCode::LISTED.iter().map(|code| code.as_str());
        let codes =
            findings.chain(SignatureIssue::CODES.iter().copied()).chain(Breach::CODES.iter().copied());
        let codes: Vec<_> = codes.collect();
        let distinct: BTreeSet<_> = codes.iter().copied().collect();
        assert_eq!(codes.len(), distinct.len(), "a code is duplicated");
        assert_eq!(distinct, RULES.iter().map(|rule| rule.code).collect());
        assert!(RULES.iter().all(|rule| !rule.title().is_empty()));
        assert!(distinct.iter().all(|code| Rule::from_code(code).is_some_and(|rule| rule.code == *code)));
    }

    #[test]
    fn rules_for_archives_have_the_inspector_s_texts() {
        for code in FindingCode::LISTED {
            let rule = Rule::from_code(code.as_str()).map(|rule| (rule.says, rule.level));
            let is_quirk = code.severity() == Severity::Quirk;
            let level = if is_quirk { Level::Quirk } else { Level::Violation };
            assert_eq!(rule, Some((code.meaning(), level)), "{code}");
        }
    }

    /// Compares the texts of rules with those of the signature diagnosis, except for texts that contain values.
    #[test]
    fn rules_for_signatures_have_the_doctor_s_texts() {
        use SignatureIssue as S;

        for suspicion in [
            S::PartnerPaddingLost,
            S::PartnerPaddingAdded,
            S::OtherPartner,
            S::PartnerIdRewritten,
            S::KeyDecoded,
            S::PartnerIdDecorated,
            S::KeyWhitespace,
            S::KeyQuoted,
            S::KeyByteOrderMark,
            S::KeyCase,
            S::Hexadecimal { upper_case: false },
            S::Hexadecimal { upper_case: true },
            S::Base64OfHexadecimal,
            S::UrlSafe,
            S::Unpadded,
            S::Whitespace,
            S::PlusLost,
            S::Truncated,
            S::NotASignature,
            S::NoTimestamp,
            S::NoPartnerId,
            S::NoSidRequest,
            S::PartOrder,
            S::MessageWhitespace,
            S::PlainHash,
            S::KeyAndMessageSwapped,
            S::SecKey,
            S::OtherPlace,
            S::PartnerAndTimestampSwapped,
            S::PartnerAndSignatureSwapped,
            S::SignatureAndTimestampSwapped,
            S::Unexplained,
        ] {
            let rule = Rule::from_code(suspicion.code());
            let text = rule.map(|rule| format!("{}: {}", rule.says, rule.advice)).unwrap_or_default();
            assert!(text.eq_ignore_ascii_case(&format!("{suspicion}.")), "{text}\n{suspicion}");
        }
    }
}
