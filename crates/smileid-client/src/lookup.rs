//! Outcome of a synchronous lookup.

use smileid_protocol::types::{Decision, JobResult, Product, Verdict};

use crate::flow::Reply;

/// Outcome of [`Client::look_up`](crate::Client::look_up). It knows its product, which decides the meaning of its code.
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

    /// Returns the decision about the person or the business.
    pub fn decision(&self) -> Decision {
        self.verdict().decision
    }

    /// Returns the decision, with the code and the doubt that it rests on.
    pub fn verdict(&self) -> Verdict {
        Verdict::of(self.result(), &self.product)
    }

    /// Returns the result, with the authority's data.
    pub fn result(&self) -> &JobResult {
        &self.reply.value
    }

    /// Returns the result alone.
    pub fn into_result(self) -> JobResult {
        self.reply.value
    }

    /// Returns the response as received.
    pub fn reply(&self) -> &Reply<JobResult> {
        &self.reply
    }
}
