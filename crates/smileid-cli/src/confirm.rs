//! Requests the job status to confirm the results in callbacks and saved messages.

use smileid::{
    Error, ErrorKind,
    protocol::{
        auth::trust::{Confirmed, OriginProven, TrustError},
        v1::job_status,
    },
    types::{Decision, JobResult, ResultCode, Verdict, v3},
    v3::JobId,
};

use crate::{
    failure::{Failure, Kind, chain},
    setup::Session,
};

/// Requests the API's own result for the same part of the job as in the message.
pub(crate) async fn ask(
    session: &Session,
    claimed: &OriginProven<JobResult>,
) -> Result<Confirmed, Unconfirmed> {
    session.client.confirm(claimed).await.map_err(|error| Unconfirmed {
        is_unanswered: is_unanswered(&error),
        is_contradicted: false,
        failure: failed(&error, session),
    })
}

/// Requests the status of the V3 job in a callback, which must agree with the callback.
///
/// The API confirms the status alone. If the rest of the callback makes the decision more cautious, it is kept.
pub(crate) async fn ask_v3(session: &Session, claimed: &v3::JobResult) -> Result<Verdict, Unconfirmed> {
    let unconfirmed = |failure| Unconfirmed { failure, is_unanswered: false, is_contradicted: false };
    let Some(job_id) = claimed.job_id.as_deref().and_then(|id| id.parse::<JobId>().ok()) else {
        let message = "the callback has no valid job id, neither in its body nor in the header Job-ID";
        return Err(unconfirmed(Failure::invalid("callback", message)));
    };
    let outcome = session.client.v3().status(&job_id).await.map_err(|error| Unconfirmed {
        is_unanswered: is_unanswered(&error),
        ..unconfirmed(failed(&error, session).with("job_id", job_id.as_str()))
    })?;
    let status = outcome.status();
    let user_id = status.and_then(|status| status.user_id.as_deref());
    if claimed.user_id.as_deref().zip(user_id).is_some_and(|(claimed, asked)| claimed != asked) {
        let message =
            "the API says that the job belongs to another user, so the message was altered: do not use it";
        return Err(contradicted(message.to_owned()));
    }
    if outcome.is_pending() {
        let message = "the API did not confirm the message: the job has no result yet, so try again later";
        return Err(unconfirmed(Failure::new(Kind::Pending, message)));
    }
    let (claim, answer) = (claimed.status.as_ref(), status.and_then(|status| status.status.as_ref()));
    match claim.zip(answer) {
        Some((claim, answer)) if claim.is_final() && claim != answer => {
            let message = format!("the message says {claim}, but the API says {answer}. {ALTERED}");
            Err(contradicted(message))
        }
        Some((claim, answer)) if claim == answer => Ok(claimed.verdict()),
        _ => Ok(outcome.verdict()),
    }
}

fn contradicted(message: String) -> Unconfirmed {
    let failure = Failure::new(Kind::Forged, message);
    Unconfirmed { failure, is_unanswered: false, is_contradicted: true }
}

const ALTERED: &str =
    "The message was altered, or a newer result has replaced its result. Use the API's result";

/// Failure to confirm the result in a message.
pub(crate) struct Unconfirmed {
    pub(crate) failure: Failure,
    /// True if the API did not return a job status. The result may be true; request the status again.
    pub(crate) is_unanswered: bool,
    /// True if the API contradicts the result in the message.
    pub(crate) is_contradicted: bool,
}

fn is_unanswered(error: &Error) -> bool {
    use job_status::ConfirmError::{AnotherJob, Forged, Reply};

    error.failure().is_some() || matches!(error.unconfirmed(), Some(Reply(_) | Forged(_) | AnotherJob))
}

/// Creates the failure for a result that the API contradicts.
///
/// A newer result of an undecided job is no contradiction. Neither is a better result among the others of the job.
pub(crate) fn contradiction(claimed: &JobResult, confirmed: &Confirmed) -> Option<Failure> {
    let [claim, answer] = [claimed, &**confirmed].map(|result| Verdict::for_job([result]));
    let is_decided = matches!(claim.decision, Decision::Approved | Decision::Rejected | Decision::Finding);
    let describe = |verdict: &Verdict| {
        let code = verdict.code.as_ref();
        let meaning = |code: &ResultCode| ResultCode::rows().iter().find(|row| row.code == code.as_str());
        let code = code.map(|code| match meaning(code) {
            Some(row) => format!(" ({code}: {})", row.meaning.trim_end_matches('.')),
            None => format!(" ({code})"),
        });
        format!("{}{}", verdict.decision.word(), code.unwrap_or_default())
    };
    let contradicts = is_decided && claim.decision != answer.decision;
    contradicts.then(|| {
        let (claim, answer) = (describe(&claim), describe(&answer));
        let message = format!("the message says {claim}, but the API says {answer}. {ALTERED}");
        Failure::new(Kind::Forged, message)
    })
}

fn failed(error: &Error, session: &Session) -> Failure {
    if error.is_unknown_job() {
        let advice = "try again later; if the job stays unknown, the message was altered or is from another environment";
        return Failure::new(Kind::Pending, format!("the API does not know the job yet: {advice}"));
    }
    if error.kind() != ErrorKind::Unconfirmed {
        return Failure::from(error).with_server_text(error, &session.secrets(Vec::new()));
    }
    let Some(unconfirmed) = error.unconfirmed() else {
        return Failure::new(Kind::InvalidInput, chain(error));
    };
    let kind = match unconfirmed {
        // The result of the callback may not be in the history yet, so the callback should be sent again.
        job_status::ConfirmError::NotComplete | job_status::ConfirmError::NoResult => Kind::Pending,
        job_status::ConfirmError::Reply(_) => Kind::NoResponse,
        job_status::ConfirmError::Forged(TrustError::Auth(_)) | job_status::ConfirmError::AnotherJob => {
            Kind::Forged
        }
        job_status::ConfirmError::Forged(_) => Kind::Stale,
        _ => Kind::Other,
    };
    Failure::new(kind, format!("the API did not confirm the message: {}", chain(unconfirmed)))
}
