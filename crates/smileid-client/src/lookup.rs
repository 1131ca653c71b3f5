//! The outcome of a lookup that is answered at once.

use smileid_protocol::types::{Decision, JobResult, Product, Verdict};

use crate::flow::Reply;

/// The outcome of [`Client::look_up`](crate::Client::look_up). It knows its product, which decides what its code means.
///
/// ```
/// use smileid_client::{LookupOutcome, protocol::types::Decision};
///
/// fn birthday_of_approved(found: &LookupOutcome) -> Option<&str> {
///     let personal = &found.result().personal_info;
///     (found.decision() == Decision::Approved).then_some(personal.dob.as_deref()?)
/// }
/// ```
#[derive(Clone, Debug)]
pub struct LookupOutcome {
    product: Product,
    reply: Reply<JobResult>,
}

impl LookupOutcome {
    pub(crate) fn new(product: Product, reply: Reply<JobResult>) -> Self {
        Self { product, reply }
    }

    /// The decision about the person or the business.
    pub fn decision(&self) -> Decision {
        self.verdict().decision
    }

    /// The decision, with the code and the doubt that it rests on.
    pub fn verdict(&self) -> Verdict {
        Verdict::of(self.result(), &self.product)
    }

    /// The result, with the authority's data.
    pub fn result(&self) -> &JobResult {
        &self.reply.value
    }

    /// The result alone.
    pub fn into_result(self) -> JobResult {
        self.reply.value
    }

    /// The reply as it came.
    pub fn reply(&self) -> &Reply<JobResult> {
        &self.reply
    }
}
