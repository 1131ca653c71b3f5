//! Diagnosis of wrong signatures: chooses the API keys to try, and searches for the mistake.

use bytes::Bytes;
use http::Request;
use serde_json::Value;
use smileid_protocol::{
    auth::{
        Credentials, PartnerId, RequestProof,
        doctor::{self, Candidate, Diagnosis, LONGEST_TEXT, Received, SignatureIssue},
    },
    codec::{form_parts, read_json},
};

use super::Reason;

pub(super) const UNKNOWN_PARTNER: &str =
    "this mock server has no partner with this id: use an id from its options, or add the partner";

/// Limits of the search for the mistake in a signature.
#[derive(Clone, Copy)]
pub(crate) struct Effort {
    /// Maximum number of signatures to compute.
    signatures: usize,
    /// Maximum number of API keys of other partners to try.
    others: usize,
}

impl Effort {
    /// Limits of the search before the response is sent: it takes well under a millisecond and covers the common mistakes.
    pub(crate) const FIRST: Self = Self { signatures: 192, others: 8 };
    /// Limits of the search after the response was sent, for the journal: it covers rare mistakes and every form of a timestamp.
    pub(crate) const ALL: Self = Self { signatures: 100_000, others: 256 };
}

/// Code of the finding that says that the search continues.
pub(crate) const CONTINUES: &str = "search-continues";

/// Request with a wrong signature whose mistake the first, short search did not find.
pub(crate) struct Puzzle {
    seal: RequestProof,
    /// Another timestamp in the request, which may be the signed one.
    beside: Option<String>,
    /// Number of the journal entry that gets the result of the search.
    pub(crate) entry: u64,
}

/// Result of a search for the mistake in a signature.
pub(crate) struct Found {
    pub(crate) reasons: Vec<Reason>,
    /// Input of the longer search, if the first one found no certain mistake.
    pub(crate) puzzle: Option<Puzzle>,
}

impl From<Vec<Reason>> for Found {
    fn from(reasons: Vec<Reason>) -> Self {
        Self { reasons, puzzle: None }
    }
}

/// API keys with which a signature may have been made.
pub(crate) struct Keys {
    /// Credentials of the partner that the request probably means.
    key: Credentials,
    meant: Meant,
    others: Vec<Credentials>,
}

/// Way in which the partner of a request was found.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Meant {
    /// The request has the id of this partner.
    Named,
    /// The request has the id of this partner, with other leading zeros.
    WithoutZeros,
    /// The request has the id of this partner in the place of the timestamp or the signature.
    Elsewhere,
    /// No partner was found, so the first partner of the mock server is tried.
    Anyone,
}

impl Keys {
    /// Finds the partner that a request probably means. Copies the credentials, so that the search does not hold the lock.
    ///
    /// `known` are the credentials of every partner.
    pub(crate) fn for_proof<'a>(
        seal: &RequestProof,
        known: impl Iterator<Item = &'a Credentials> + Clone,
        effort: Effort,
    ) -> Option<Self> {
        let named = |id: &PartnerId| known.clone().find(|it| it.partner_id() == id);
        let number = seal.partner_id.as_str().trim_start_matches('0');
        let without_zeros =
            || known.clone().find(|it| it.partner_id().as_str().trim_start_matches('0') == number);
        let elsewhere = || {
            let members = [seal.timestamp.as_str(), seal.signature.as_str()];
            members.into_iter().find_map(|text| named(&PartnerId::new(text).ok()?))
        };
        let (key, meant) = named(&seal.partner_id)
            .map(|key| (key, Meant::Named))
            .or_else(|| Some((without_zeros()?, Meant::WithoutZeros)))
            .or_else(|| Some((elsewhere()?, Meant::Elsewhere)))
            .or_else(|| Some((known.clone().next()?, Meant::Anyone)))?;
        let others = known.filter(|other| other.partner_id() != key.partner_id());
        let others = others.take(effort.others).cloned().collect();
        Some(Self { key: key.clone(), meant, others })
    }
}

/// Searches for the mistake in the signature of a request, within [`Effort::FIRST`].
pub(super) fn first(seal: &RequestProof, request: &Request<Bytes>, keys: Option<Keys>) -> Found {
    for (name, text) in [
        ("partner id", seal.partner_id.as_str()),
        ("timestamp", seal.timestamp.as_str()),
        ("signature", seal.signature.as_str()),
    ] {
        if text.len() > LONGEST_TEXT {
            let text = format!("the {name} has {} bytes; real ones have at most {LONGEST_TEXT}", text.len());
            return vec![Reason::refused("proof-too-long", text)].into();
        }
    }
    let beside = other_timestamp(request, seal).filter(|text| text.len() <= LONGEST_TEXT);
    let (mut reasons, is_complete) = search(seal, beside.as_deref(), keys, Effort::FIRST);
    let puzzle = (!is_complete).then(|| Puzzle { seal: seal.clone(), beside, entry: 0 });
    if puzzle.is_some() {
        reasons.push(Reason::refused(
            CONTINUES,
            "the search for rare signature mistakes continues after this response: the journal entry will show the result",
        ));
    }
    Found { reasons, puzzle }
}

/// Continues the search for the mistake in a signature, within [`Effort::ALL`]. Takes about ten milliseconds.
pub(crate) fn rest(puzzle: &Puzzle, keys: Option<Keys>) -> Vec<Reason> {
    search(&puzzle.seal, puzzle.beside.as_deref(), keys, Effort::ALL).0
}

impl Puzzle {
    pub(crate) fn seal(&self) -> &RequestProof {
        &self.seal
    }
}

fn search(
    seal: &RequestProof,
    beside: Option<&str>,
    keys: Option<Keys>,
    effort: Effort,
) -> (Vec<Reason>, bool) {
    let Some(Keys { key, meant, others }) = keys else {
        return (vec![Reason::refused("unknown-partner", UNKNOWN_PARTNER)], true);
    };
    let names: Vec<_> = others.iter().map(|it| format!("partner {}", it.partner_id())).collect();
    let candidates: Vec<_> = others.iter().zip(&names).map(|(key, name)| Candidate::new(name, key)).collect();
    let received = Received::from(seal);
    let received = beside.map_or(received, |timestamp| received.beside_timestamp(timestamp));
    let Diagnosis { suspicions, is_complete, .. } =
        doctor::diagnose_within(&key, received, &candidates, effort.signatures);

    let mut reasons = Vec::new();
    // If the partner is only guessed, a finding counts only if it explains the signature completely.
    if meant != Meant::Anyone || suspicions.iter().all(explains) {
        reasons.extend(suspicions.iter().map(|it| Reason::refused(it.code(), it.to_string())));
    }
    match meant {
        Meant::Named if reasons.is_empty() => {
            reasons.push(Reason::refused(
                SignatureIssue::Unexplained.code(),
                SignatureIssue::Unexplained.to_string(),
            ));
        }
        Meant::Named => {}
        Meant::WithoutZeros => reasons.push(Reason::refused(
            "unknown-partner",
            format!(
                "{UNKNOWN_PARTNER}, but it has the partner `{}`: leading zeros are part of the id, so store the id as text",
                key.partner_id()
            ),
        )),
        Meant::Elsewhere | Meant::Anyone => {
            reasons.push(Reason::refused("unknown-partner", UNKNOWN_PARTNER));
        }
    }
    (reasons, is_complete)
}

/// Returns a timestamp in the request that differs from the one that must be signed.
fn other_timestamp(request: &Request<Bytes>, seal: &RequestProof) -> Option<String> {
    const IN_HEADERS: &str = "smileid-timestamp";
    const IN_BODY: &str = "timestamp";
    let in_headers = || request.headers().get(IN_HEADERS)?.to_str().ok().map(str::to_owned);
    let in_body = || match form_parts(request) {
        Some(parts) => {
            let part = parts.into_iter().find(|part| part.name == IN_BODY)?;
            Some(String::from_utf8_lossy(&part.body).into_owned())
        }
        None => match read_json::<Value>(request.body()).ok()?.get_mut(IN_BODY)?.take() {
            Value::String(text) => Some(text),
            _ => None,
        },
    };
    let is_other = |text: &String| text != seal.timestamp.as_str();
    in_headers().filter(is_other).or_else(|| in_body().filter(is_other))
}

fn explains(suspicion: &SignatureIssue) -> bool {
    !matches!(
        suspicion,
        SignatureIssue::Unexplained | SignatureIssue::NotASignature | SignatureIssue::OtherHash { .. }
    )
}
