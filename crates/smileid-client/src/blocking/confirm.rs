//! Confirms a callback's content with the API.

use smileid_protocol::{
    auth::trust::{Confirmed, OriginProven},
    types::JobResult,
};

use super::Client;
use crate::{
    flow::{ConfirmError, ConfirmResult},
    transport::BlockingTransport,
};

impl<T: BlockingTransport> Client<T> {
    /// Asks the API for the result that a callback claims: the signature of a callback does not cover its content.
    ///
    /// # Errors
    ///
    /// If the API does not know such a result, has not finished the job, or no response of its own came. The callback
    /// then proves nothing, but may still be true.
    pub fn confirm(&self, claimed: &OriginProven<JobResult>) -> Result<Confirmed, ConfirmError> {
        self.run(ConfirmResult::new(&self.config, claimed, self.transport.seed())?)
    }
}
