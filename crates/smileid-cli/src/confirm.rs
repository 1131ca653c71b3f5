//! Asks the API whether a claimed result is true.

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

/// The API's own result of the claimed kind.
pub(crate) async fn ask(
    session: &Session,
    claimed: &OriginProven<JobResult>,
) -> Result<Confirmed, Unconfirmed> {
    session.client.confirm(claimed).await.map_err(|error| Unconfirmed {
        is_unanswered: is_unanswered(&error),
        failure: failed(&error, session),
    })
}

/// A claim was not confirmed.
pub(crate) struct Unconfirmed {
    pub(crate) failure: Failure,
    /// Whether the API has not said how the job stands, so that the claim may be true and has to be asked about again.
    pub(crate) is_unanswered: bool,
}

fn is_unanswered(error: &Error) -> bool {
    use job_status::ConfirmError::{Forged, Reply};

    error.failure().is_some() || matches!(error.unconfirmed(), Some(Reply(_) | Forged(_)))
}

/// The failure when a claimed decision is not that of the API. A newer result of an undecided job is no contradiction,
/// nor is it one that the other results of the job say more than the claimed one.
pub(crate) fn contradiction(claimed: &JobResult, confirmed: &Confirmed) -> Option<Failure> {
    let [claim, answer] = [claimed, &**confirmed].map(|result| Verdict::of_job([result]));
    let is_decided = matches!(claim.decision, Decision::Approved | Decision::Rejected | Decision::Finding);
    let said = |verdict: &Verdict| {
        let code = verdict.code.as_ref().map(|code| format!(" ({code})")).unwrap_or_default();
        format!("{}{code}", verdict.decision.word())
    };
    let contradicts = is_decided && claim.decision != answer.decision;
    contradicts.then(|| {
        let (claim, answer) = (said(&claim), said(&answer));
        let why = "The message was altered, or a newer result has replaced it";
        let message = format!("the message claims {claim}, but the API says {answer}. {why}: go by the API");
        Failure::new(Kind::Forged, message)
    })
}

fn failed(error: &Error, session: &Session) -> Failure {
    if error.is_unknown_job() {
        let advice = "ask again; if it stays so, the message was altered, or is of another environment";
        return Failure::new(Kind::Pending, format!("the API does not know the job, or not yet: {advice}"));
    }
    if error.kind() != ErrorKind::Unconfirmed {
        return Failure::from(error).with_server_text(error, &session.secrets(Vec::new()));
    }
    let Some(unconfirmed) = error.unconfirmed() else {
        return Failure::new(Kind::InvalidInput, chain(error));
    };
    let kind = match unconfirmed {
        // The result may not have reached the history yet.
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
