//! Result of the synchronous selfie endpoints: `smart-selfie-enroll` and `smart-selfie-authentication`.

use crate::{
    partner_params::PartnerParams,
    product::Product,
    result_code::ResultCode,
    verdict::{Uncertainty, Verdict},
};

open_enum! {
    /// Judgement of a selfie by the synchronous selfie endpoints.
    pub enum SelfieStatus: str {
        /// The selfie matches the enrolled user, or the user is now enrolled.
        Approved = "approved",
        /// A person will review the selfie.
        Pending = "pending",
        /// The selfie does not match the enrolled user, or does not show a live person.
        Rejected = "rejected",
    }
}

open_struct! {
    /// Result of the endpoints `smart-selfie-enroll` and `smart-selfie-authentication`.
    ///
    /// Source: the models of the mobile SDKs.
    #[debug(rest)]
    pub struct SelfieResult {
        /// Result code of the selfie job.
        #[debug(shown)]
        code: ResultCode = "code",
        /// Judgement of the selfie, such as approved.
        #[debug(shown)]
        status: SelfieStatus = "status",
        /// Result of the selfie job as a text for people.
        #[debug(text)]
        message: String = "message",
        /// Id that the API gave the job.
        #[debug(shown)]
        job_id: String = "job_id",
        /// Product of the job: `smart_selfie_enrollment` or `smart_selfie_authentication`.
        job_type: String = "job_type",
        /// Id of the partner that sent the request.
        partner_id: String = "partner_id",
        /// Parameters that the partner sent with the request.
        partner_params: PartnerParams = "partner_params",
        /// The id that the partner gave the user.
        #[debug(personal)]
        user_id: String = "user_id",
        /// Time at which the API created the job.
        created_at: String = "created_at",
        /// Time at which the job last changed.
        updated_at: String = "updated_at",
    }
}

impl SelfieResult {
    /// Returns the verdict: approved only if both the result code and the status are.
    pub fn verdict(&self) -> Verdict {
        let product = Product::from(self.job_type.as_deref().unwrap_or_default());
        let is_approved = self.status == Some(SelfieStatus::Approved);
        Verdict::for_code(self.code.as_ref(), &product).doubting(!is_approved, Uncertainty::Contradicted)
    }
}
