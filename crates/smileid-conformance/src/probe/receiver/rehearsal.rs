//! Checks that a receiver case is consistent, without sending it to a receiver.

use smileid_protocol::auth::Credentials;

use super::{Api, ReceiverTarget, plan::Plan};
use crate::{
    case::{ReceiverCase, check_job},
    failure::{Doing as _, Failure},
};

/// Creates all messages of a case, and checks that the expected state is possible.
pub(crate) fn rehearse(id: &str, case: &ReceiverCase) -> Result<(), Failure> {
    case.state.values().try_for_each(check_job)?;
    let mut case = case.clone();
    // Photos are left out, because their size does not matter here.
    case.messages.values_mut().for_each(|message| message.photo = message.photo.min(1));
    let key = Credentials::new("085", "rehearsal").doing("reading the credentials")?;
    let target = ReceiverTarget::new(http::Uri::from_static("http://receiver.example/"), key, "rehearsal");
    let plan = Plan::new(id, &case, &target);
    let wrong = |what: String| move |source: Failure| Failure::Error { what, source: source.into() };
    for name in case.messages.keys() {
        let _text = plan.message(name).map_err(wrong(format!("message `{name}` cannot be created")))?;
    }
    let mut made = Vec::new();
    for (index, delivery) in case.deliveries.iter().enumerate() {
        let wrong = wrong(format!("delivery {} cannot be created", index + 1));
        made.push(plan.make(delivery, 0, &made).map_err(wrong)?);
    }
    Api::for_jobs([(id, &case)], &target).map(drop)
}
