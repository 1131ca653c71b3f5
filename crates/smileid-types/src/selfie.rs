//! Result of the synchronous selfie calls.

use crate::{
    partner_params::PartnerParams,
    product::Product,
    result_code::ResultCode,
    verdict::{Uncertainty, Verdict},
};

open_enum! {
    /// Judgement of a selfie by the synchronous calls.
    pub enum SelfieStatus: str {
        /// It matches, or the user is enrolled.
        Approved = "approved",
        /// A person will review it.
        Pending = "pending",
        /// It does not match, or does not show a live person.
        Rejected = "rejected",
    }
}

open_struct! {
    /// Result of `smart-selfie-enroll` and `smart-selfie-authentication`.
    ///
    /// Source: the models of the mobile SDKs.
    #[debug(rest)]
    pub struct SelfieResult {
        /// Result code of the job.
        #[debug(shown)]
        code: ResultCode = "code",
        /// Judgement of the selfie.
        #[debug(shown)]
        status: SelfieStatus = "status",
        /// The result as a text for people.
        #[debug(text)]
        message: String = "message",
        /// The API's name for the job.
        #[debug(shown)]
        job_id: String = "job_id",
        /// `smart_selfie_enrollment` or `smart_selfie_authentication`.
        job_type: String = "job_type",
        /// Partner id.
        partner_id: String = "partner_id",
        /// Parameters that the partner sent.
        partner_params: PartnerParams = "partner_params",
        /// The partner's `user_id`.
        #[debug(personal)]
        user_id: String = "user_id",
        /// Time at which the job was created.
        created_at: String = "created_at",
        /// Time of the last change.
        updated_at: String = "updated_at",
    }
}

impl SelfieResult {
    /// Returns the verdict of the call: approved if both the code and the status are.
    pub fn verdict(&self) -> Verdict {
        let product = Product::from(self.job_type.as_deref().unwrap_or_default());
        let is_approved = self.status == Some(SelfieStatus::Approved);
        Verdict::for_code(self.code.as_ref(), &product).doubting(!is_approved, Uncertainty::Contradicted)
    }
}
