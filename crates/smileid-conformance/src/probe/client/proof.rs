//! Checks signature and timestamp of a message.

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

/// Maximum difference between a timestamp and the judge's clock, in milliseconds. Time zones differ by at least a
/// quarter of an hour, so it detects local time marked as UTC. Clocks are usually more precise.
const NEAR_MILLIS: u64 = 10 * 60 * 1000;

/// Returns true if the members contain a `sec_key`, the signature used before 2022, whose timestamp is a number (section 2.6).
pub(super) fn is_legacy(members: &Value) -> bool {
    members.get("sec_key").is_some_and(|sec_key| !sec_key.is_null())
}

/// Returns the codes of all problems of a signature.
pub(super) fn wrong(key: &Credentials, received: Received<'_>) -> Vec<&'static str> {
    let found = doctor::diagnose(key, received, &[]);
    let is_ours = received.partner_id.is_none_or(|partner| partner == key.partner_id().as_str());
    if !is_ours && matches!(found.as_slice(), [SignatureIssue::Unexplained]) {
        return vec![Breach::UnknownPartner.code()];
    }
    found.iter().map(SignatureIssue::code).collect()
}

/// Returns the problem with a timestamp in a message that arrived at `now`, in milliseconds since 1970.
pub(super) fn time(proof: &RequestProof, now: i64) -> Option<Breach> {
    /// Pattern for a date and a time without a time zone.
    static NAIVE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d([.,]\d+)?)?$").ok());
    static DOCUMENTED: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$").ok());
    let is = |regex: &Option<Regex>| regex.as_ref().is_some_and(|it| it.is_match(proof.timestamp.as_str()));
    if is(&NAIVE) {
        return Some(Breach::TimestampNaive);
    }
    match moment(&proof.timestamp) {
        None => Some(Breach::TimestampUnreadable),
        Some(signed) if signed.abs_diff(now) > NEAR_MILLIS => Some(Breach::TimestampOff),
        Some(_) => (!is(&DOCUMENTED)).then_some(Breach::TimestampForm),
    }
}

/// Returns the time of a timestamp. Accepts ` UTC` at the end, as Ruby writes it, in addition to the formats of the
/// protocol crate.
fn moment(timestamp: &Timestamp) -> Option<i64> {
    let as_documented = |zone| Some(format!("{}Z", timestamp.as_str().strip_suffix(zone)?));
    timestamp.to_utc_millis().or_else(|| {
        let utc = [" UTC", " GMT", " Z"].into_iter().find_map(as_documented)?;
        Timestamp::new(utc).ok()?.to_utc_millis()
    })
}

/// Returns the resolution of a timestamp, in milliseconds. Requests that are sent within this time may have the same timestamp.
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
