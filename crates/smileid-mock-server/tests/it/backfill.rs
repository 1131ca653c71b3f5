//! Tests `/v1/backfill_users`, which enrols users with photos that the partner has.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use smileid_protocol::v1::backfill_users::Request;

use crate::support::{INVALID, MISSING, Mock, SELFIE, TINY, authentication, code, refused, registration};

fn photo(image: &[u8]) -> Request {
    Request::new("leo", "2020-01-01T00:00:00.000Z", STANDARD.encode(image))
}

#[test]
fn a_user_is_enrolled_at_once() {
    let mock = Mock::new();
    let mut reply = mock.reply(&photo(SELFIE));
    let job_id = reply["PartnerParams"]["job_id"].take();
    assert_eq!(job_id.as_str().unwrap().len(), 30, "made by the mock: {job_id}");
    let expected = json!({
        "JSONVersion": "1.0.0",
        "SmileJobID": "0000000001",
        "PartnerParams": {"user_id": "leo", "job_id": null, "job_type": 4},
        "ResultType": "SAIA",
        "ResultText": "Enroll User",
        "ResultCode": "0840",
        "IsFinalResult": "true",
        "IsMachineResult": "true",
        "Source": "WebAPI",
        "Actions": {
            "Human_Review_Compare": "Not Applicable",
            "Human_Review_Liveness_Check": "Not Applicable",
            "Human_Review_Selfie_Check": "Not Applicable",
            "Human_Review_Update_Selfie": "Not Applicable",
            "Liveness_Check": "Not Applicable",
            "Register_Selfie": "Approved",
            "Return_Personal_Info": "Not Applicable",
            "Selfie_Check": "Passed",
            "Selfie_Provided": "Passed",
            "Selfie_To_ID_Authority_Compare": "Not Applicable",
            "Selfie_To_ID_Card_Compare": "Not Applicable",
            "Selfie_To_Registered_Selfie_Compare": "Not Applicable",
            "Update_Registered_Selfie_On_File": "Not Applicable",
            "Verify_ID_Number": "Not Applicable",
        },
    });
    assert_eq!(reply, expected);
    assert_eq!(code(&mock.result(authentication("leo", "job"))), "0820");
    let mut other = photo(TINY);
    other.user_id = "joe".to_owned();
    assert_ne!(mock.reply(&other)["PartnerParams"]["job_id"], job_id);
}

#[test]
fn a_user_is_enrolled_once() {
    let mock = Mock::new();
    let already = refused("2209", "Wrong user id. This user is already enrolled with user_id");
    mock.submit(registration("leo", "job")).unwrap();
    assert_eq!(mock.refusal(&photo(SELFIE)), already, "enrolled by a job");
    let mock = Mock::new();
    mock.send(&photo(SELFIE)).unwrap();
    assert_eq!(mock.refusal(&photo(SELFIE)), already);
}

#[test]
fn a_photo_may_be_five_megabytes() {
    let sized = |bytes: usize| {
        let mut image = vec![0; bytes];
        image[..TINY.len()].copy_from_slice(TINY);
        photo(&image)
    };
    let mock = Mock::new();
    assert_eq!(mock.refusal(&sized((5 << 20) + 1)), refused("2413", INVALID));
    assert_eq!(mock.reply(&sized(5 << 20))["ResultCode"], "0840");
}

#[test]
fn a_photo_must_be_one() {
    let mock = Mock::new();
    let invalid = refused("2413", INVALID);
    for image in [&b"GIF89a"[..], b"%PDF-"] {
        assert_eq!(mock.refusal(&photo(image)), invalid);
    }
    let with_prefix = format!("data:image/jpeg;base64,{}", STANDARD.encode(SELFIE));
    for text in [with_prefix.as_str(), "not base64"] {
        assert_eq!(mock.refusal_with(&photo(SELFIE), "photo", json!(text)), invalid);
    }
    for name in ["user_id", "user_created_at", "photo"] {
        for value in [Value::Null, json!("")] {
            assert_eq!(mock.refusal_with(&photo(SELFIE), name, value), refused("2413", MISSING), "{name}");
        }
    }
    assert_eq!(mock.refusal_with(&photo(SELFIE), "photo", json!(1)), invalid);
    assert_eq!(mock.reply(&photo(SELFIE))["SmileJobID"], "0000000001", "no number was used up");
}
