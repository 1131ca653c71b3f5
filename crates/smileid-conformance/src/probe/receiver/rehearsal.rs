//! Tries a case without a receiver.

use smileid_protocol::auth::Credentials;

use super::{Api, ReceiverTarget, plan::Plan};
use crate::{
    case::{ReceiverCase, check_job},
    failure::{Doing as _, Failure},
};

/// Makes all that a case sends, to see that it can be made, and looks whether what it waits for can come.
pub(crate) fn rehearse(id: &str, case: &ReceiverCase) -> Result<(), Failure> {
    case.state.values().try_for_each(check_job)?;
    let mut case = case.clone();
    // Nothing depends on how large a photo is.
    case.messages.values_mut().for_each(|message| message.photo = message.photo.min(1));
    let key = Credentials::new("085", "rehearsal").doing("taking the credentials")?;
    let target = ReceiverTarget::new(http::Uri::from_static("http://receiver.example/"), key, "rehearsal");
    let plan = Plan::new(id, &case, &target);
    let wrong = |what: String| move |source: Failure| Failure::Error { what, source: source.into() };
    for name in case.messages.keys() {
        let _text = plan.message(name).map_err(wrong(format!("message `{name}` cannot be made")))?;
    }
    let mut made = Vec::new();
    for (index, delivery) in case.deliveries.iter().enumerate() {
        let wrong = wrong(format!("delivery {} cannot be made", index + 1));
        made.push(plan.make(delivery, 0, &made).map_err(wrong)?);
    }
    Api::for_jobs([(id, &case)], &target).map(drop)
}
