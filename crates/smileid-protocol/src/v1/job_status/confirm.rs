//! Confirms the content of a callback with a status response of the API.

use bytes::Bytes;
use smileid_types::{JobResult, PartnerParams};

use super::{
    Request, Response,
    past::{Past, is_stray},
};
use crate::{
    auth::{
        AuthError, Credentials,
        trust::{Confirmed, OriginProven, TrustError, Window},
    },
    endpoint::Endpoint,
    job::JobRef,
    reply::ReplyError,
    timestamp::Timestamp,
};

/// Confirms the content of a callback with the API's status response about the same job.
///
/// `asked` is the timestamp of the status request. A Biometric KYC has two callbacks, of the images and of the lookup,
/// and a status reply has the second only in its history: ask [with history](Request::history). Returns the API's own
/// result of the claimed kind, which may be newer than the claimed one, with the verdict on the whole job.
///
/// # Errors
///
/// If the response is not a reply, is not signed by one of `keys` inside `window`, has the signature of the request or
/// of the callback, is about a job that is not complete, or has no such result of the claimed job. A reply whose result
/// is that of another job confirms nothing, whatever its history holds. Neither does a reply whose history has an entry
/// that contradicts the names of the claim.
pub fn confirm(
    claimed: &OriginProven<JobResult>,
    response: &http::Response<Bytes>,
    asked: &Timestamp,
    keys: &[Credentials],
    now_utc_millis: i64,
    window: Window,
) -> Result<Confirmed, ConfirmError> {
    let reply = Request::decode_reply(response)?.verify_origin(keys, now_utc_millis, window)?;
    // A signature covers only the timestamp. An attacker who saw the signature of the request or of the callback could
    // copy it into a forged response.
    if [asked, claimed.timestamp()].contains(&reply.timestamp()) {
        return Err(TrustError::Auth(AuthError::Reflected).into());
    }
    let results = of_the_job(claimed, &reply)?;
    // A newer result with an unknown code may be of the same kind as the result in the callback, and may have replaced
    // it.
    let may_be_it =
        |it: &&JobResult| it.part().is_none() || claimed.part().is_none_or(|part| it.part() == Some(part));
    let found = results.iter().find(may_be_it).cloned();
    found.map(|result| Confirmed::new(result, reply.verdict())).ok_or(ConfirmError::NoResult)
}

/// Returns the API's own results from a status response, without a callback: the newest result of each part of the job. Request
/// the status [with history](Request::history).
///
/// # Errors
///
/// As for [`confirm`].
pub fn results(
    ids: &JobRef,
    response: &http::Response<Bytes>,
    asked: &Timestamp,
    keys: &[Credentials],
    now_utc_millis: i64,
    window: Window,
) -> Result<Vec<Confirmed>, ConfirmError> {
    let reply = Request::decode_reply(response)?.verify_origin(keys, now_utc_millis, window)?;
    if asked == reply.timestamp() {
        return Err(TrustError::Auth(AuthError::Reflected).into());
    }
    let mut named = JobResult::default();
    named.partner_params = Some(PartnerParams::default());
    if let Some(params) = &mut named.partner_params {
        params.user_id = Some(ids.user_id().to_owned());
        params.job_id = Some(ids.job_id().to_owned());
    }
    // The result also contains `SmileJobID` and the job type. An entry of the history with other values belongs to
    // another job.
    let named = reply.result().filter(|result| result.is_same_job(&named) == Some(true)).unwrap_or(&named);
    let mut newest: Vec<JobResult> = Vec::new();
    for result in of_the_job(named, &reply)? {
        if newest.iter().all(|newer| newer.part() != result.part()) {
            newest.push(result);
        }
    }
    Ok(newest.into_iter().map(|result| Confirmed::new(result, reply.verdict())).collect())
}

/// Returns the results in a status response that belong to the job of `claimed`, the newest first.
fn of_the_job(claimed: &JobResult, reply: &Response) -> Result<Vec<JobResult>, ConfirmError> {
    if !reply.job_complete {
        return Err(ConfirmError::NotComplete);
    }
    let past = Past::from_response(reply);
    let result = reply.result();
    if result.is_none() && past.results().next().is_none() {
        return Err(ConfirmError::NoResult);
    }
    let is_another = |it: &JobResult| it.has_unread_names() || it.is_same_job(claimed) != Some(true);
    if result.is_some_and(is_another) || past.results().any(|it| is_stray(it, claimed)) {
        return Err(ConfirmError::AnotherJob);
    }
    let results = result.into_iter().chain(past.results());
    let own: Vec<_> = results.filter(|it| it.is_same_job(claimed) == Some(true)).cloned().collect();
    if own.is_empty() { Err(ConfirmError::AnotherJob) } else { Ok(own) }
}

/// Error from confirming the content of a callback.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfirmError {
    /// The status response is an error, or malformed.
    #[error(transparent)]
    Reply(#[from] ReplyError),
    /// The status response does not come from the API, or is not recent.
    #[error("the response of the API could not be verified: its signature or timestamp is wrong")]
    Forged(#[from] TrustError),
    /// The API has not finished the job yet.
    #[error("the job is not complete yet: request its status again later")]
    NotComplete,
    /// The API has no result of this kind for the job.
    #[error("the API has no result of this kind for the job: do not rely on the callback")]
    NoResult,
    /// The callback and the status response are about different jobs, or do not have enough ids to compare.
    #[error("the API's result belongs to another job than the callback: do not rely on the callback")]
    AnotherJob,
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use serde_json::{Value, json};
    use smileid_types::Decision;

    use super::*;

    const NOW: i64 = 1_700_000_000_000;

    fn key(api_key: &str) -> Credentials {
        Credentials::new("085", api_key).expect("not empty")
    }

    /// Creates a result of the sample job of these tests (a Biometric KYC), with additional members.
    fn result(code: &str, more: &Value) -> Value {
        let mut result = json!({
            "ResultCode": code, "SmileJobID": "0000000001",
            "PartnerParams": {"user_id": "user-1", "job_id": "job-1", "job_type": 1},
        });
        let members = result.as_object_mut().expect("an object");
        members.extend(more.as_object().cloned().unwrap_or_default());
        result
    }

    fn params(user_id: &str, job_id: &str, job_type: u16) -> Value {
        json!({"PartnerParams": {"user_id": user_id, "job_id": job_id, "job_type": job_type}})
    }

    fn status(result: &Value, history: &Value) -> Value {
        json!({"job_complete": true, "job_success": true, "code": "2302", "result": result, "history": history})
    }

    /// Creates a signed status response to a request of one second ago, and returns its results.
    fn read(mut status: Value, signed: i64, api_key: &str) -> Result<Vec<Confirmed>, ConfirmError> {
        let timestamp = Timestamp::from_utc_millis(signed);
        status["timestamp"] = timestamp.as_str().into();
        status["signature"] = key(api_key).sign(&timestamp).as_str().into();
        let response = http::Response::new(Bytes::from(status.to_string()));
        let ids = JobRef::new("user-1", "job-1").expect("not empty");
        let asked = Timestamp::from_utc_millis(NOW - 1000);
        results(&ids, &response, &asked, &[key("old"), key("new")], NOW, Window::default())
    }

    /// Returns the result codes, and checks that every result has the same verdict.
    fn codes(status: Value) -> Result<(Vec<String>, Vec<Decision>), ConfirmError> {
        let results = read(status, NOW, "new")?;
        let code = |it: &Confirmed| it.result_code.as_ref().expect("each has one").as_str().to_owned();
        Ok((results.iter().map(code).collect(), results.iter().map(|it| it.verdict().decision).collect()))
    }

    #[test]
    fn the_newest_result_of_each_part_is_read() {
        let entry = |code| result(code, &json!({}));
        let of_another_job = result(
            "1012",
            &json!({
                "SmileJobID": "0000000002", "PartnerParams": {"user_id": "user-1", "job_id": "job-2", "job_type": 1},
            }),
        );
        for (what, code, history, expected, decision) in [
            ("no history", "0810", Value::Null, vec!["0810"], Decision::Provisional),
            ("the result alone", "0810", json!([entry("0810")]), vec!["0810"], Decision::Provisional),
            (
                "both parts",
                "0810",
                json!([entry("0810"), entry("1012")]),
                vec!["0810", "1012"],
                Decision::Approved,
            ),
            (
                "a person's after a machine's",
                "1210",
                json!([entry("1210"), entry("0814"), entry("1012")]),
                vec!["1210", "1012"],
                Decision::Approved,
            ),
            (
                "another job of the user's",
                "0810",
                json!([entry("0810"), of_another_job]),
                vec!["0810"],
                Decision::Provisional,
            ),
        ] {
            let (codes, decisions) = codes(status(&entry(code), &history)).expect(what);
            assert_eq!(codes, expected, "{what}");
            // The verdict is that on the whole job, beside each of its results.
            assert!(decisions.iter().all(|it| *it == decision), "{what}: {decisions:?}");
        }
    }

    #[test]
    fn a_history_alone_is_enough() {
        let mut reply = status(&Value::Null, &json!([result("1012", &json!({}))]));
        reply["result"] = "no result".into();
        let (codes, decisions) = codes(reply).expect("a result of the job");
        assert_eq!(codes, ["1012"]);
        assert!(!decisions.contains(&Decision::Approved), "{decisions:?}");
    }

    #[test]
    fn of_another_job_nothing_is_read() {
        for (what, more) in [
            ("another job", params("user-1", "job-2", 1)),
            ("another user", params("user-2", "job-1", 1)),
            (
                "names that cannot be read",
                json!({"PartnerParams": {"user_id": ["user-1"], "job_id": "job-1"}}),
            ),
            ("no names", json!({"PartnerParams": null})),
        ] {
            let reply = status(&result("0810", &more), &json!([result("0810", &json!({}))]));
            assert!(matches!(codes(reply), Err(ConfirmError::AnotherJob)), "{what}");
        }
        // The same ids, but another job.
        for (what, more) in [
            ("another number", json!({"SmileJobID": "0000000002"})),
            ("another type", params("user-1", "job-1", 4)),
            ("a number that cannot be read", json!({"SmileJobID": [1]})),
        ] {
            let reply = status(&result("0810", &json!({})), &json!([result("1012", &more)]));
            assert!(matches!(codes(reply), Err(ConfirmError::AnotherJob)), "{what}");
        }
    }

    #[test]
    fn without_a_result_there_is_none() {
        let mut pending = status(&result("0810", &json!({})), &Value::Null);
        pending["job_complete"] = false.into();
        assert!(matches!(codes(pending), Err(ConfirmError::NotComplete)));
        assert!(matches!(codes(status(&Value::Null, &json!([]))), Err(ConfirmError::NoResult)));
    }

    #[test]
    fn a_reply_that_proves_nothing_is_not_read() {
        let good = || status(&result("0810", &json!({})), &Value::Null);
        assert!(read(good(), NOW, "old").is_ok() && read(good(), NOW, "new").is_ok());
        let refused = |signed, api_key| match read(good(), signed, api_key) {
            Err(ConfirmError::Forged(error)) => error,
            other => panic!("{other:?}"),
        };
        assert_eq!(refused(NOW, "stranger"), TrustError::Auth(AuthError::Mismatch));
        // A copy of the request's signature proves nothing: anyone who saw the request can make it.
        assert_eq!(refused(NOW - 1000, "new"), TrustError::Auth(AuthError::Reflected));
        assert!(matches!(refused(NOW - 301_000, "new"), TrustError::Stale { .. }));
        assert!(matches!(refused(NOW + 61_000, "new"), TrustError::Ahead { .. }));
        let unsigned = http::Response::new(Bytes::from(good().to_string()));
        let ids = JobRef::new("user-1", "job-1").expect("not empty");
        let asked = Timestamp::from_utc_millis(NOW - 1000);
        let read = results(&ids, &unsigned, &asked, &[key("new")], NOW, Window::default());
        assert!(matches!(read, Err(ConfirmError::Reply(_) | ConfirmError::Forged(_))), "{read:?}");
    }
}
