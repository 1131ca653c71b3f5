//! Why a proof is not one of a partner: the signature doctor's findings, asked with the key that was probably meant.

use smileid_protocol::auth::{
    Credentials, PartnerId, Seal,
    doctor::{self, Candidate, Received, Suspicion},
};

use super::Reason;
use crate::handlers::Tenants;

pub(super) const UNKNOWN_PARTNER: &str = "this mock knows no partner of this id";

/// How many other partners' keys are tried.
const OTHERS: usize = 256;

/// The keys that a proof may have been made with.
pub(crate) struct Keys {
    /// The key of the partner who was probably meant.
    key: Credentials,
    meant: Meant,
    others: Vec<Credentials>,
}

/// How a partner was found.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Meant {
    /// Named.
    Named,
    /// Named but for leading zeros.
    WithoutZeros,
    /// Named where the timestamp should be.
    InTimestamp,
    /// Not at all: one of those there are.
    Anyone,
}

impl Keys {
    /// Finds the partner whom a proof most likely means, copied so that signatures can be tried without holding anybody
    /// up.
    pub(crate) fn of(seal: &Seal, tenants: &Tenants) -> Option<Self> {
        let named = |id: &PartnerId| tenants.get(id).map(|_| id.clone());
        let number = seal.partner_id.as_str().trim_start_matches('0');
        let without_zeros =
            || tenants.keys().find(|id| id.as_str().trim_start_matches('0') == number).cloned();
        let in_timestamp = || named(&PartnerId::new(seal.timestamp.as_str()).ok()?);
        let (id, meant) = named(&seal.partner_id)
            .map(|id| (id, Meant::Named))
            .or_else(|| Some((without_zeros()?, Meant::WithoutZeros)))
            .or_else(|| Some((in_timestamp()?, Meant::InTimestamp)))
            .or_else(|| Some((tenants.keys().next()?.clone(), Meant::Anyone)))?;
        let key = tenants.get(&id)?.credentials().clone();
        let others = tenants.iter().filter(|(other, _)| **other != id).take(OTHERS);
        Some(Self { key, meant, others: others.map(|(_, tenant)| tenant.credentials().clone()).collect() })
    }
}

/// What is wrong with a proof. Makes thousands of signatures.
pub(super) fn reasons(seal: &Seal, keys: Option<Keys>) -> Vec<Reason> {
    let Some(Keys { key, meant, others }) = keys else {
        return vec![Reason::refused("unknown-partner", UNKNOWN_PARTNER)];
    };
    let names: Vec<_> = others.iter().map(|it| format!("partner {}", it.partner_id())).collect();
    let candidates: Vec<_> = others.iter().zip(&names).map(|(key, name)| Candidate::new(name, key)).collect();
    let suspicions = doctor::diagnose(&key, Received::from(seal), &candidates);

    let mut reasons = Vec::new();
    // Of a partner who was picked at random, only what explains the whole proof means anything.
    if meant != Meant::Anyone || suspicions.iter().all(explains) {
        reasons.extend(suspicions.iter().map(|it| Reason::refused(it.code(), it.to_string())));
    }
    match meant {
        Meant::Named if reasons.is_empty() => {
            reasons.push(Reason::refused(Suspicion::Unexplained.code(), Suspicion::Unexplained.to_string()));
        }
        Meant::Named => {}
        Meant::WithoutZeros => reasons.push(Reason::refused(
            "unknown-partner",
            format!("{UNKNOWN_PARTNER}; `{}` is one: its zeros count, so keep it as text", key.partner_id()),
        )),
        Meant::InTimestamp | Meant::Anyone => {
            reasons.push(Reason::refused("unknown-partner", UNKNOWN_PARTNER));
        }
    }
    reasons
}

fn explains(suspicion: &Suspicion) -> bool {
    !matches!(suspicion, Suspicion::Unexplained | Suspicion::NotASignature | Suspicion::OtherHash { .. })
}
