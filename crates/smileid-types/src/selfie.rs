//! The result of the synchronous selfie calls.

use crate::{
    partner_params::PartnerParams,
    product::Product,
    result_code::ResultCode,
    verdict::{Doubt, Verdict},
};

open_enum! {
    /// How a selfie was judged by the synchronous calls.
    pub enum SelfieStatus: str {
        /// It matches, or the user is enrolled.
        Approved = "approved",
        /// A person will look.
        Pending = "pending",
        /// It does not match, or is no live person's.
        Rejected = "rejected",
    }
}

open_struct! {
    /// The result of `smart-selfie-enroll` and `smart-selfie-authentication`.
    ///
    /// Source: the models of the mobile SDKs.
    #[debug(rest)]
    pub struct SelfieResult {
        /// The result.
        #[debug(shown)]
        code: ResultCode = "code",
        /// How the selfie was judged.
        #[debug(shown)]
        status: SelfieStatus = "status",
        /// The same in words.
        #[debug(text)]
        message: String = "message",
        /// The API's name for the job.
        #[debug(shown)]
        job_id: String = "job_id",
        /// `smart_selfie_enrollment` or `smart_selfie_authentication`.
        job_type: String = "job_type",
        /// The partner.
        partner_id: String = "partner_id",
        /// What the partner sent.
        partner_params: PartnerParams = "partner_params",
        /// The partner's name for the person.
        #[debug(personal)]
        user_id: String = "user_id",
        /// When the job was made.
        created_at: String = "created_at",
        /// When it last changed.
        updated_at: String = "updated_at",
    }
}

impl SelfieResult {
    /// What the call comes to: approved when both the code and the status say so.
    pub fn verdict(&self) -> Verdict {
        let product = Product::from(self.job_type.as_deref().unwrap_or_default());
        let is_approved = self.status == Some(SelfieStatus::Approved);
        Verdict::of_code(self.code.as_ref(), &product).doubting(!is_approved, Doubt::Contradicted)
    }
}
