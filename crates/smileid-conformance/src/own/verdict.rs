//! Checks that this project's crates give the right verdicts on results.

use std::sync::Arc;

use serde_json::{Value, json};
use smileid_protocol::{
    callback::Callback,
    types::v3::{JobResult as V3Result, JobStatus, Reason},
    types::{Decision, JobResult, ResultCode, Verdict},
    v1::job_status,
};

use crate::{
    case::{ReceivedResult, VerdictCase, VerdictExpected},
    check::{Body, part},
    failure::{Doing as _, Failure, same_whole},
};

pub(crate) fn parts(case: &Arc<VerdictCase>) -> Vec<(&'static str, Body)> {
    vec![part("decide", case, decide)]
}

fn decide(case: &VerdictCase) -> Result<(), Failure> {
    let verdict = match &case.received {
        ReceivedResult::Status(body) => serde_json::from_value::<job_status::Response>(body.clone())
            .doing("reading the status")?
            .verdict(),
        ReceivedResult::Callback(body) => {
            let callback = Callback::read(body.to_string().as_bytes()).doing("reading the callback")?;
            callback.trust_without_checking().0.verdict()
        }
        ReceivedResult::Lookup(body) => {
            let result: JobResult = serde_json::from_value(body.clone()).doing("reading the result")?;
            Verdict::for_job([&result])
        }
        ReceivedResult::V3Status(body) => {
            serde_json::from_value::<JobStatus>(body.clone()).doing("reading the status")?.verdict()
        }
        ReceivedResult::V3Callback(body) => {
            serde_json::from_value::<V3Result>(body.clone()).doing("reading the result")?.verdict()
        }
    };
    same_whole("the verdict", &expected(&case.expect), &json_of(&verdict))
}

fn expected(expect: &VerdictExpected) -> Value {
    json!({
        "decision": expect.decision, "code": expect.code, "reason": expect.reason, "retry": expect.retry,
    })
}

fn json_of(verdict: &Verdict) -> Value {
    let decision = verdict.decision.word();
    let retry = if let Decision::NotDone { retry, .. } = verdict.decision { Some(retry) } else { None };
    let (code, reason) = (verdict.code.as_ref(), verdict.status_reason.as_ref());
    json!({
        "decision": decision, "code": code.map(ResultCode::as_str), "reason": reason.map(Reason::as_str),
        "retry": retry,
    })
}
