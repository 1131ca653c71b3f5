//! Result of a V3 job: the body of callbacks and of synchronous responses.

use serde_json::Value;

use super::{Product, Reason, Status, verdict};
use crate::{
    aml::ListedPerson,
    antifraud::{FraudSummary, SuspectUser},
    extra::Extra,
    verdict::Verdict,
};

open_struct! {
    /// Result of a V3 job, received in callbacks, synchronous responses and responses to a replay request.
    ///
    /// Each product has only some of the members. The body of a callback is not signed, so confirm its status at the
    /// status endpoint ([`JobStatus`](super::JobStatus)).
    ///
    /// Source: the official OpenAPI description for AML, address and residency; for the other products third-party notes
    /// on the documentation.
    #[debug(rest)]
    pub struct JobResult {
        /// Status of the job, such as clear or blocked. It is the decision.
        #[debug(shown)]
        status: Status = "status",
        /// Reason for the status. Absent if the status is clear.
        #[debug(shown)]
        reason: Reason = "reason",
        /// Description of the status in words.
        #[debug(text)]
        message: String = "message",
        /// Product of the job, such as biometric KYC.
        #[debug(shown)]
        product: Product = "product",
        /// The id that the API gave the job. Some callbacks have it only in the header `Job-ID`.
        #[debug(shown)]
        job_id: String = "job_id",
        /// The id of the person, from the partner or created by the API. Some callbacks have it only in the header `User-ID`.
        #[debug(personal)]
        user_id: String = "user_id",
        /// Time at which the API created the job, in ISO 8601.
        created_at: String = "created_at",
        /// Time at which the job was complete, in ISO 8601.
        completed_at: String = "completed_at",
        /// Parameters that the partner sent with the job.
        #[debug(shown)]
        partner_params: Extra = "partner_params",
        /// Link to the receipt of the verification.
        #[debug(link)]
        kyc_receipt: String = "kyc_receipt",
        /// Details of the person, as the partner sent them with the job.
        #[debug(shown)]
        user_provided_info: UserInfo = "user_provided_info",
        /// Record of the person's consent, in the format of ISO 27560.
        #[debug(personal)]
        consent: Value = "consent",
        /// Results of the platform's fraud checks.
        #[debug(shown)]
        antifraud: Antifraud = "antifraud",
        /// Data about the person's device.
        #[debug(personal)]
        device_signals: Value = "device_signals",
        /// Links to the images of the job.
        #[debug(shown)]
        image_links: ImageLinks = "image_links",
        /// Data of the ID: from the authority, or read from the document.
        #[debug(shown)]
        id_fields: IdFields = "id_fields",
        /// Visas and permits that a residency document verification read.
        #[debug(count)]
        additional_documents: Vec<AdditionalDocument> = "additional_documents",
        /// True if an AML check searched for exact matches only.
        #[debug(shown)]
        strict_match: bool = "strict_match",
        /// Number of listed persons that an AML check found.
        #[debug(shown)]
        no_of_persons_found: u64 = "no_of_persons_found",
        /// Listed persons that an AML check found.
        #[debug(count)]
        people: Vec<ListedPerson> = "people",
    }
}

impl JobResult {
    /// Returns the verdict on the job. A clear status with a reason, or with a sign of fraud, is not an approval.
    pub fn verdict(&self) -> Verdict {
        let is_unread = |name: &str| self.extra.get(name).is_some_and(|value| !value.is_null());
        verdict::of_status(self.status.as_ref(), self.reason.clone())
            .with_contradiction(is_unread("reason"))
            .with_fraud(self.antifraud.as_ref().is_some_and(Antifraud::is_fraud))
    }
}

open_struct! {
    /// Details of the person, as the partner sent them with the job.
    #[debug(names)]
    pub struct UserInfo {
        /// Given names of the person.
        given_names: String = "given_names",
        /// Last name of the person.
        last_name: String = "last_name",
        /// Email address of the person.
        email: String = "email",
        /// Phone number of the person.
        phone_number: String = "phone_number",
    }
}

open_struct! {
    /// Results of the platform's fraud checks. The sources show two formats; members that only the other format has are in
    /// `extra`.
    #[debug(rest)]
    pub struct Antifraud {
        /// Result of Smile Secure, the search for the same face or ID number under other user ids.
        #[debug(shown)]
        smile_secure: SmileSecure = "smile_secure",
        /// Summary of all fraud checks.
        #[debug(shown)]
        summary: FraudSummary = "summary",
        /// Estimated risk of fraud.
        #[debug(shown)]
        fraud_risk: FraudRisk = "fraud_risk",
    }
}

impl Antifraud {
    /// Returns true if the summary reports fraud, or the search found a suspected user.
    pub fn is_fraud(&self) -> bool {
        let search = self.smile_secure.as_ref();
        let is_flagged = self.summary.as_ref().is_some_and(|it| it.fraud_detected == Some(true));
        let has_suspects = search.and_then(|it| it.suspect_users.as_ref()).is_some_and(|it| !it.is_empty());
        is_flagged || has_suspects || search.and_then(|it| it.status.as_ref()) == Some(&Status::Attention)
    }
}

open_struct! {
    /// Result of Smile Secure, the search for the same face or ID number under other user ids.
    #[debug(rest)]
    pub struct SmileSecure {
        /// Status of the search: `clear`, `attention` or `error`.
        #[debug(shown)]
        status: Status = "status",
        /// Users with the same face or ID number, with reasons such as `same-face` and `same-id-number`.
        #[debug(count)]
        suspect_users: Vec<SuspectUser> = "suspect_users",
    }
}

open_struct! {
    /// Estimated risk of fraud.
    #[debug(rest)]
    pub struct FraudRisk {
        /// Level of the fraud risk: `low`, `medium` or `high`.
        #[debug(shown)]
        risk_level: String = "risk_level",
        /// Score of the fraud risk, from 0 to 100.
        #[debug(shown)]
        risk_score: u64 = "risk_score",
    }
}

open_struct! {
    /// Links to the images of a V3 job. The links expire, and each gives access to its image without authentication.
    #[debug(rest)]
    pub struct ImageLinks {
        /// URL of the selfie.
        #[debug(link)]
        selfie_image: String = "selfie_image",
        /// URL of the image of the document's front.
        #[debug(link)]
        id_card_image: String = "id_card_image",
        /// URL of the image of the document's back.
        #[debug(link)]
        id_card_back_image: String = "id_card_back_image",
    }
}

open_struct! {
    /// Data of the person's ID. Absent from the results of blocked and failed jobs.
    #[debug(names)]
    pub struct IdFields {
        /// Country that issued the ID, in two letters.
        country: String = "country",
        /// Type of the ID, such as `NATIONAL_ID`.
        id_type: String = "id_type",
        /// Number of the ID.
        id_number: String = "id_number",
        /// First name on the ID.
        first_name: String = "first_name",
        /// Last name on the ID.
        last_name: String = "last_name",
        /// Full name on the ID.
        full_name: String = "full_name",
        /// Date of birth on the ID.
        date_of_birth: String = "date_of_birth",
        /// Gender on the ID.
        gender: String = "gender",
        /// Date on which the ID was issued.
        issuance_date: String = "issuance_date",
        /// Date on which the ID expires.
        expiration_date: String = "expiration_date",
        /// Address on the ID.
        address: String = "address",
        /// Link to the person's photo at the authority.
        photo_url: String = "photo_url",
        /// Link to the document at the authority.
        document_link: String = "document_link",
    }
}

open_struct! {
    /// Visa or permit that a residency document verification read.
    #[debug(names)]
    pub struct AdditionalDocument {
        /// Link to the image of the visa or permit.
        image_link: String = "image_link",
        /// Full name on the visa or permit.
        full_name: String = "full_name",
        /// Number of the visa or permit.
        id_number: String = "id_number",
        /// Place at which the visa or permit was issued.
        issued_at: String = "issued_at",
        /// Date on which the visa or permit was issued.
        issuance_date: String = "issuance_date",
        /// Expiry of the visa or permit.
        expiry: Expiry = "expiry",
        /// Conditions of the stay that the visa or permit allows.
        conditions: String = "conditions",
        /// Allowed number of entries into the country: `single`, `multiple` or `other`.
        no_of_entries: String = "no_of_entries",
        /// Number of the main document to which the visa or permit belongs.
        document_primary_id: String = "document_primary_id",
    }
}

open_struct! {
    /// Expiry of a visa or permit, as a date or as a period.
    #[debug(names)]
    pub struct Expiry {
        /// Date on which the visa or permit expires.
        expiry_date: String = "expiry_date",
        /// Number of months from issue to expiry, sent as text.
        expiry_period_in_months: String = "expiry_period_in_months",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// Sample result with every member that the sources show, about an invented person.
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
