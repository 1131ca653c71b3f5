//! Tests the verdict of every documented code, for every product.

use super::*;

/// Checks the decision for every documented code and product. The expected categories were copied by hand from the platform's
/// list of result codes. The ID is verified in all of them; a lookup alone is half of a product that has images too.
#[test]
#[expect(clippy::too_many_lines, reason = "one table")]
fn every_documented_code() {
    use Decision::{Approved, Finding, Provisional, Rejected};
    let input = Decision::NotDone { fault: Fault::Input, retry: false };
    let account = Decision::NotDone { fault: Fault::Account, retry: false };
    let platform = Decision::NotDone { fault: Fault::Platform, retry: true };
    let expected: &[(&str, &[(&str, Decision)])] = &[
        (
            "biometric_kyc",
            &[
                ("0001", Rejected),
                ("0810", Approved),
                ("0811", Rejected),
                ("0812", Provisional),
                ("0813", Rejected),
                ("0814", Provisional),
                ("0815", Provisional),
                ("0816", Provisional),
                ("0903", Rejected),
                ("0907", Rejected),
                ("0908", NOT_DONE_LATER),
                ("0911", Rejected),
                ("0912", Rejected),
                ("1012", Provisional),
                ("1013", Rejected),
                ("1014", input),
                ("1015", NOT_DONE_LATER),
                ("1016", account),
                ("1210", Approved),
                ("1211", Rejected),
                ("1212", Rejected),
                ("1213", Provisional),
                ("1214", Rejected),
            ],
        ),
        (
            "smartselfie_authentication",
            &[
                ("0001", Rejected),
                ("0820", Approved),
                ("0821", Rejected),
                ("0822", Provisional),
                ("0823", Rejected),
                ("0824", Provisional),
                ("0825", Provisional),
                ("0903", Rejected),
                ("0907", Rejected),
                ("0921", Rejected),
                ("0922", Rejected),
                ("1220", Approved),
                ("1221", Rejected),
                ("1222", Rejected),
            ],
        ),
        (
            "smartselfie_registration",
            &[
                ("0001", Rejected),
                ("0840", Approved),
                ("0841", Rejected),
                ("0842", Provisional),
                ("0843", Rejected),
                ("0844", Provisional),
                ("0846", Provisional),
                ("0903", Rejected),
                ("0907", Rejected),
                ("0941", Rejected),
                ("0942", Rejected),
                ("1240", Approved),
                ("1241", Rejected),
                ("1242", Rejected),
            ],
        ),
        (
            "update_photo",
            &[
                ("0880", Approved),
                ("0881", Rejected),
                ("0884", Provisional),
                ("0903", Rejected),
                ("0907", Rejected),
            ],
        ),
        (
            "doc_verification",
            &[
                ("0001", Rejected),
                ("0810", Approved),
                ("0811", Rejected),
                ("0812", Rejected),
                ("0816", Rejected),
                ("0817", Approved),
                ("0903", Rejected),
            ],
        ),
        (
            "enhanced_document_verification",
            &[
                ("0001", Rejected),
                ("0810", Approved),
                ("0811", Rejected),
                ("0812", Rejected),
                ("0816", Rejected),
                ("0817", Approved),
                ("0903", Rejected),
                ("1012", Provisional),
                ("1013", Rejected),
                ("1014", input),
                ("1015", NOT_DONE_LATER),
                ("1016", account),
            ],
        ),
        (
            "enhanced_kyc",
            &[
                ("1012", Approved),
                ("1013", Rejected),
                ("1014", input),
                ("1015", NOT_DONE_LATER),
                ("1016", account),
            ],
        ),
        (
            "basic_kyc",
            &[
                ("1013", Rejected),
                ("1014", input),
                ("1015", NOT_DONE_LATER),
                ("1016", account),
                ("1020", Approved),
                ("1021", Approved),
                ("1022", Rejected),
                ("1023", Rejected),
            ],
        ),
        ("business_verification", &[("1012", Approved)]),
        ("aml", &[("1030", Finding), ("1031", Finding)]),
        ("smile_secure", &[("5210", Finding), ("5211", Finding), ("5212", platform)]),
        (
            "phone_number_verification",
            &[
                ("1015", NOT_DONE_LATER),
                ("1020", Approved),
                ("1021", Approved),
                ("1022", Rejected),
                ("1023", Rejected),
            ],
        ),
        ("address_verification", &[("1013", Rejected), ("1015", NOT_DONE_LATER), ("1022", Rejected)]),
    ];
    let mut seen = 0;
    for (product, codes) in expected {
        let product = Product::from(*product);
        let rows = ResultCode::rows().iter().filter(|row| row.products.contains(&product));
        let known: Vec<_> = rows.map(|row| row.code).collect();
        assert_eq!(known, codes.iter().map(|(code, _)| *code).collect::<Vec<_>>(), "{product}");
        for (code, decision) in *codes {
            let job_type = product.row().and_then(|row| row.job_types.first());
            let params = job_type.map_or_else(|| json!({}), |it| json!({"job_type": it}));
            let actions = json!({"Verify_ID_Number": "Verified"});
            let one = read(json!({"ResultCode": code, "PartnerParams": params, "Actions": actions}));
            let verdict = Verdict::for_result(&one, &product);
            assert_eq!(verdict.decision, *decision, "{code} for {product}");
            assert!(!verdict.reason().is_empty() && !verdict.advice().is_empty());
            // With the job type instead of the product, the verdict is the same.
            if job_type.is_some() {
                assert_eq!(Verdict::for_job([&one]).decision, *decision, "{code} as {job_type:?}");
            }
            seen += 1;
        }
    }
    let rows: usize = ResultCode::rows().iter().map(|row| row.products.len()).sum();
    assert_eq!(seen, rows, "every row for each of its products");
}
