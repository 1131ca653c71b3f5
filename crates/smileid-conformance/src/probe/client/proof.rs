//! The proof of a message: whether it is the partner's, and how its time is written.

use std::sync::LazyLock;

use regex_lite::Regex;
use serde_json::Value;
use smileid_protocol::{
    auth::{
        Credentials, RequestProof,
        doctor::{self, Received, SignatureIssue},
    },
    timestamp::Timestamp,
};

use super::rule::Breach;

/// How far a time may be from the judge's. Zones are a quarter of an hour apart, so that local time marked as UTC is
/// further off, and clocks are set better.
const NEAR_MILLIS: u64 = 10 * 60 * 1000;

/// Whether members hold the proof of the scheme before 2022, whose time is a number (2.6).
pub(super) fn is_legacy(members: &Value) -> bool {
    members.get("sec_key").is_some_and(|sec_key| !sec_key.is_null())
}

/// What is wrong with a proof.
pub(super) fn wrong(key: &Credentials, received: Received<'_>) -> Vec<&'static str> {
    let found = doctor::diagnose(key, received, &[]);
    let is_ours = received.partner_id.is_none_or(|partner| partner == key.partner_id().as_str());
    if !is_ours && matches!(found.as_slice(), [SignatureIssue::Unexplained]) {
        return vec![Breach::UnknownPartner.code()];
    }
    found.iter().map(SignatureIssue::code).collect()
}

/// What is wrong with the time of a message that came at `now`, in milliseconds since 1970.
pub(super) fn time(seal: &RequestProof, now: i64) -> Option<Breach> {
    /// A date and a time, and nothing that could be a zone.
    static NAIVE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d([.,]\d+)?)?$").ok());
    static DOCUMENTED: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$").ok());
    let is = |regex: &Option<Regex>| regex.as_ref().is_some_and(|it| it.is_match(seal.timestamp.as_str()));
    if is(&NAIVE) {
        return Some(Breach::TimestampNaive);
    }
    match moment(&seal.timestamp) {
        None => Some(Breach::TimestampUnreadable),
        Some(signed) if signed.abs_diff(now) > NEAR_MILLIS => Some(Breach::TimestampOff),
        Some(_) => (!is(&DOCUMENTED)).then_some(Breach::TimestampForm),
    }
}

/// The moment that a time names, also with UTC after a blank, as Ruby writes it, which receivers need not read.
fn moment(timestamp: &Timestamp) -> Option<i64> {
    let as_documented = |zone| Some(format!("{}Z", timestamp.as_str().strip_suffix(zone)?));
    timestamp.to_utc_millis().or_else(|| {
        let utc = [" UTC", " GMT", " Z"].into_iter().find_map(as_documented)?;
        Timestamp::new(utc).ok()?.to_utc_millis()
    })
}

/// How long the times of requests that are signed one after the other may be the same, in milliseconds: as long as their
/// last digit stands for.
pub(super) fn tick_millis(timestamp: &str) -> i64 {
    if timestamp.bytes().all(|byte| byte.is_ascii_digit()) {
        return if timestamp.len() > 10 { 1 } else { 1000 };
    }
    let fraction = timestamp.split_once(['.', ',']).map_or("", |(_, fraction)| fraction);
    match fraction.bytes().take_while(u8::is_ascii_digit).count() {
        0 => 1000,
        1 => 100,
        2 => 10,
        _ => 1,
    }
}
