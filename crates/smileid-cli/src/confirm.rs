//! Asks the API to confirm the results in callbacks and saved messages.

use smileid::{
    Error, ErrorKind,
    protocol::{
        auth::trust::{Confirmed, OriginProven, TrustError},
        v1::job_status,
    },
    types::{Decision, JobResult, Verdict},
};

use crate::{
    failure::{Failure, Kind, chain},
    setup::Session,
};

/// Asks the API for its own result of the kind that the message claims.
pub(crate) async fn ask(
    session: &Session,
    claimed: &OriginProven<JobResult>,
) -> Result<Confirmed, Unconfirmed> {
    session.client.confirm(claimed).await.map_err(|error| Unconfirmed {
        is_unanswered: is_unanswered(&error),
        failure: failed(&error, session),
    })
}

/// Failure to confirm a claim.
pub(crate) struct Unconfirmed {
    pub(crate) failure: Failure,
    /// Whether the API did not state the job's status. The claim may be true; ask again.
    pub(crate) is_unanswered: bool,
}

fn is_unanswered(error: &Error) -> bool {
    use job_status::ConfirmError::{AnotherJob, Forged, Reply};

    error.failure().is_some() || matches!(error.unconfirmed(), Some(Reply(_) | Forged(_) | AnotherJob))
}

/// The failure when the API contradicts a claimed decision.
///
/// A newer result of an undecided job is no contradiction. Neither is a better result among the others of the job.
pub(crate) fn contradiction(claimed: &JobResult, confirmed: &Confirmed) -> Option<Failure> {
    let [claim, answer] = [claimed, &**confirmed].map(|result| Verdict::for_job([result]));
    let is_decided = matches!(claim.decision, Decision::Approved | Decision::Rejected | Decision::Finding);
    let describe = |verdict: &Verdict| {
        let code = verdict.code.as_ref().map(|code| format!(" ({code})")).unwrap_or_default();
        format!("{}{code}", verdict.decision.word())
    };
    let contradicts = is_decided && claim.decision != answer.decision;
    contradicts.then(|| {
        let (claim, answer) = (describe(&claim), describe(&answer));
        let why = "The message was altered, or a newer result replaced it";
        let message =
            format!("the message claims {claim}, but the API says {answer}. {why}. Use the API's result");
        Failure::new(Kind::Forged, message)
    })
}

fn failed(error: &Error, session: &Session) -> Failure {
    if error.is_unknown_job() {
        let advice =
            "ask again later; if it stays unknown, the message was altered or belongs to another environment";
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
