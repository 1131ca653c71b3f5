//! From a callback's claim to the API's answer.

use smileid_protocol::{
    auth::trust::{Confirmed, OriginProven},
    types::JobResult,
};

use super::Client;
use crate::{
    flow::{ConfirmError, ConfirmResult},
    transport::Transport,
};

impl<T: Transport> Client<T> {
    /// Asks the API for the result that a callback claims: the signature of a callback does not cover what it says.
    ///
    /// # Errors
    ///
    /// When the API does not know of such a result, has not done with the job, or no answer of its own came. The
    /// callback then proves nothing, and may be true nevertheless.
    pub async fn confirm(&self, claimed: &OriginProven<JobResult>) -> Result<Confirmed, ConfirmError> {
        self.run(ConfirmResult::new(&self.config, claimed, self.transport.seed())?).await
    }
}
