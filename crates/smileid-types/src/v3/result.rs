//! Result of a job: the body of callbacks and of synchronous responses.

use serde_json::Value;

use super::{Product, Reason, Status, verdict};
use crate::{
    aml::ListedPerson,
    antifraud::{FraudSummary, SuspectUser},
    extra::Extra,
    verdict::Verdict,
};

open_struct! {
    /// Result of a job, in callbacks, synchronous responses and replays.
    ///
    /// Each product has only some of the members. The body of a callback is not signed, so confirm its status at the
    /// status endpoint ([`JobStatus`](super::JobStatus)).
    ///
    /// Source: the official OpenAPI description for AML, address and residency; for the other products third-party notes
    /// on the documentation.
    #[debug(rest)]
    pub struct JobResult {
        /// The status, which is the decision.
        #[debug(shown)]
        status: Status = "status",
        /// The reason for the status. Absent if the status is clear.
        #[debug(shown)]
        reason: Reason = "reason",
        /// The status in words.
        #[debug(text)]
        message: String = "message",
        /// Product of the job, such as biometric KYC.
        #[debug(shown)]
        product: Product = "product",
        /// The API's id of the job. Some callbacks have it only in the header `Job-ID`.
        #[debug(shown)]
        job_id: String = "job_id",
        /// The partner's id of the person, or the id that the API created. Some callbacks have it only in the header
        /// `User-ID`.
        #[debug(personal)]
        user_id: String = "user_id",
        /// Time at which the job was created: ISO 8601.
        created_at: String = "created_at",
        /// Time at which the job ended: ISO 8601.
        completed_at: String = "completed_at",
        /// Parameters that the partner sent.
        #[debug(shown)]
        partner_params: Extra = "partner_params",
        /// Link to the receipt.
        #[debug(link)]
        kyc_receipt: String = "kyc_receipt",
        /// Details of the person, as the partner sent them.
        #[debug(shown)]
        user_provided_info: UserInfo = "user_provided_info",
        /// Record of the consent, in the format of ISO 27560.
        #[debug(personal)]
        consent: Value = "consent",
        /// Results of the fraud checks.
        #[debug(shown)]
        antifraud: Antifraud = "antifraud",
        /// Data about the device.
        #[debug(personal)]
        device_signals: Value = "device_signals",
        /// Links to the images.
        #[debug(shown)]
        image_links: ImageLinks = "image_links",
        /// Data of the ID: from the authority's record, or read from the document.
        #[debug(shown)]
        id_fields: IdFields = "id_fields",
        /// Visas and permits, in a residency document verification.
        #[debug(count)]
        additional_documents: Vec<AdditionalDocument> = "additional_documents",
        /// True if the search was for exact matches only, in an AML check.
        #[debug(shown)]
        strict_match: bool = "strict_match",
        /// Number of persons found, in an AML check.
        #[debug(shown)]
        no_of_persons_found: u64 = "no_of_persons_found",
        /// The persons found, in an AML check.
        #[debug(count)]
        people: Vec<ListedPerson> = "people",
    }
}

impl JobResult {
    /// Returns the verdict on the job. A clear status with a reason, or with a sign of fraud, is not approved.
    pub fn verdict(&self) -> Verdict {
        let is_unread = |name: &str| self.extra.get(name).is_some_and(|value| !value.is_null());
        verdict::of_status(self.status.as_ref(), self.reason.clone())
            .with_contradiction(is_unread("reason"))
            .with_fraud(self.antifraud.as_ref().is_some_and(Antifraud::is_fraud))
    }
}

open_struct! {
    /// Details of the person, as the partner sent them.
    #[debug(names)]
    pub struct UserInfo {
        /// Given names.
        given_names: String = "given_names",
        /// Last name.
        last_name: String = "last_name",
        /// E-mail address.
        email: String = "email",
        /// Phone number.
        phone_number: String = "phone_number",
    }
}

open_struct! {
    /// Results of the fraud checks. The sources show two formats. Members of the other format are in `extra`.
    #[debug(rest)]
    pub struct Antifraud {
        /// Search for the same face or ID number under other user ids.
        #[debug(shown)]
        smile_secure: SmileSecure = "smile_secure",
        /// Summary of all checks.
        #[debug(shown)]
        summary: FraudSummary = "summary",
        /// Estimated risk.
        #[debug(shown)]
        fraud_risk: FraudRisk = "fraud_risk",
    }
}

impl Antifraud {
    /// Returns true if the summary says that fraud was found, or the search names a suspect.
    pub fn is_fraud(&self) -> bool {
        let search = self.smile_secure.as_ref();
        let is_flagged = self.summary.as_ref().is_some_and(|it| it.fraud_detected == Some(true));
        let has_suspects = search.and_then(|it| it.suspect_users.as_ref()).is_some_and(|it| !it.is_empty());
        is_flagged || has_suspects || search.and_then(|it| it.status.as_ref()) == Some(&Status::Attention)
    }
}

open_struct! {
    /// Search for the same face or ID number under other user ids.
    #[debug(rest)]
    pub struct SmileSecure {
        /// Result of the search: `clear`, `attention` or `error`.
        #[debug(shown)]
        status: Status = "status",
        /// The suspects, with reasons such as `same-face` and `same-id-number`.
        #[debug(count)]
        suspect_users: Vec<SuspectUser> = "suspect_users",
    }
}

open_struct! {
    /// Estimated risk of fraud.
    #[debug(rest)]
    pub struct FraudRisk {
        /// Risk level: `low`, `medium` or `high`.
        #[debug(shown)]
        risk_level: String = "risk_level",
        /// Risk score from 0 to 100.
        #[debug(shown)]
        risk_score: u64 = "risk_score",
    }
}

open_struct! {
    /// Links to the images of a job. They expire, and a link gives access to its image.
    #[debug(rest)]
    pub struct ImageLinks {
        /// URL of the selfie.
        #[debug(link)]
        selfie_image: String = "selfie_image",
        /// The front of the document.
        #[debug(link)]
        id_card_image: String = "id_card_image",
        /// The back of the document.
        #[debug(link)]
        id_card_back_image: String = "id_card_back_image",
    }
}

open_struct! {
    /// Data of the ID. Absent from results that are blocked or failed.
    #[debug(names)]
    pub struct IdFields {
        /// Country of the ID: two letters.
        country: String = "country",
        /// ID type.
        id_type: String = "id_type",
        /// ID number.
        id_number: String = "id_number",
        /// First name.
        first_name: String = "first_name",
        /// Last name.
        last_name: String = "last_name",
        /// Full name.
        full_name: String = "full_name",
        /// Date of birth.
        date_of_birth: String = "date_of_birth",
        /// Gender.
        gender: String = "gender",
        /// Date of issue.
        issuance_date: String = "issuance_date",
        /// Date of expiry.
        expiration_date: String = "expiration_date",
        /// Address.
        address: String = "address",
        /// Link to the photo in the authority's record.
        photo_url: String = "photo_url",
        /// Link to the document in the authority's record.
        document_link: String = "document_link",
    }
}

open_struct! {
    /// Visa or permit of a residency document verification.
    #[debug(names)]
    pub struct AdditionalDocument {
        /// Link to its image.
        image_link: String = "image_link",
        /// Name on the document.
        full_name: String = "full_name",
        /// Number of the document.
        id_number: String = "id_number",
        /// Place of issue.
        issued_at: String = "issued_at",
        /// Date of issue.
        issuance_date: String = "issuance_date",
        /// Expiry of the document.
        expiry: Expiry = "expiry",
        /// Conditions of the stay that the visa or permit allows.
        conditions: String = "conditions",
        /// Allowed number of entries: `single`, `multiple` or `other`.
        no_of_entries: String = "no_of_entries",
        /// Number of the main document to which this document belongs.
        document_primary_id: String = "document_primary_id",
    }
}

open_struct! {
    /// Expiry of a document, as a date or as a period.
    #[debug(names)]
    pub struct Expiry {
        /// Date of expiry.
        expiry_date: String = "expiry_date",
        /// Number of months from issue to expiry, as text.
        expiry_period_in_months: String = "expiry_period_in_months",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// A body with every member that the sources show, with an invented person.
    fn body() -> Value {
        json!({
            "status": "attention", "reason": "document_expired", "message": "Job completed",
            "product": "residency_document_verification", "job_id": "job_01hzzzzzzzzzzzzzzzzzzzzzzz",
            "user_id": "user-1", "created_at": "2026-08-18T10:00:00.000Z", "completed_at": "2026-08-18T10:00:02.000Z",
            "partner_params": {"order": "7"}, "kyc_receipt": "https://example.com/receipt",
            "user_provided_info": {"given_names": "Leonora", "last_name": "Doe", "email": "leo@example.com",
                "phone_number": null},
            "consent": {"schema_version": "ISO27560-v1"},
            "antifraud": {"fraud_risk": {"risk_level": "low", "risk_score": 3}, "fraud_risk_level": "low"},
            "device_signals": null,
            "image_links": {"selfie_image": "https://example.com/s", "id_card_back_image": "https://example.com/b"},
            "id_fields": {"country": "NG", "full_name": "Leonora Doe", "colour": "green"},
            "additional_documents": [{"full_name": "Leonora Doe", "no_of_entries": "multiple",
                "expiry": {"expiry_date": null, "expiry_period_in_months": "12"}}],
            "strict_match": true, "no_of_persons_found": 1, "people": [{"name": "Leonora Doe"}],
            "a_new_member": {"deep": [null, 1.5]},
        })
    }

    #[test]
    fn every_member_comes_back() {
        let result: JobResult = serde_json::from_value(body()).unwrap();
        assert_eq!(serde_json::to_value(&result).unwrap(), body());
        assert_eq!(result.product, Some(Product::ResidencyDocumentVerification));
        assert_eq!(result.verdict().decision, crate::Decision::Finding);
        assert_eq!(
            result.extra.iter().map(|(name, _)| name).collect::<Vec<_>>(),
            ["a_new_member", "device_signals"]
        );
    }

    #[test]
    fn nothing_personal_is_shown() {
        let shown = format!("{:?}", serde_json::from_value::<JobResult>(body()).unwrap());
        for secret in ["Leonora", "Doe", "leo@", "user-1", "https", "green"] {
            assert!(!shown.contains(secret), "{secret}: {shown}");
        }
        assert!(shown.contains("job_01hzzzzzzzzzzzzzzzzzzzzzzz"), "{shown}");
    }
}
