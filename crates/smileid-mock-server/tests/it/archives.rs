//! Tests invalid archives, whose jobs fail, and unusual archives, which only cause a warning.

use bytes::Bytes;
use serde_json::{Value, json};
use smileid_protocol::{
    job::{Face, IdNumber, ImageJob},
    package::{
        INFO_JSON,
        layout::{Entry, layout},
    },
    types::JobResult,
};

use crate::support::{
    ID_CARD, Mock, SELFIE, TINY, action, code, id_card, ids, joined, ready, registration, selfie,
};

/// Sends the upload request of a job and then another archive. Returns the result of the job.
fn result_of(job: ImageJob, archive: impl FnOnce(Bytes) -> Bytes) -> (Mock, JobResult) {
    let mock = Mock::new();
    let job = ready(job);
    let request = job.upload_request(None);
    let reply = mock.send(&request).unwrap();
    let archive = archive(mock.archive(&job, &request, &reply));
    let response = mock.put(&reply.upload_url, archive);
    assert_eq!((response.status().as_u16(), response.body().len()), (200, 0), "the storage takes anything");
    let status = mock.status(job.ids().user_id(), job.ids().job_id());
    assert!(status.job_complete);
    let result = status.result().expect("a result").clone();
    assert_eq!(status.job_success, code(&result).starts_with("08"));
    (mock, result)
}

fn zip(info: &Value, files: &[(&str, &'static [u8])]) -> Bytes {
    let mut entries = vec![Entry::new(INFO_JSON, Bytes::from(info.to_string()))];
    entries.extend(files.iter().map(|(name, content)| Entry::new(*name, Bytes::from_static(content))));
    joined(&layout(entries).unwrap())
}

#[track_caller]
fn assert_failed(
    job: ImageJob,
    archive: impl FnOnce(Bytes) -> Bytes,
    expected: &str,
    text: &str,
) -> JobResult {
    let (mock, result) = result_of(job, archive);
    assert_eq!((code(&result), result.result_text.as_deref()), (expected, Some(text)));
    assert_eq!(result.is_final_result, Some(true));
    assert_eq!(result.confidence_value, None);
    assert_eq!(action(&result, "Register_Selfie"), "Not Applicable");
    let compare = ImageJob::smart_selfie_authentication(ids("leo", "compare"), selfie());
    assert_eq!(mock.submit(compare).unwrap_err().code, "2210", "nobody was enrolled");
    result
}

#[test]
fn what_is_no_archive_is_corrupt() {
    let corrupt = "Zip Corrupt";
    assert_failed(registration("leo", "job"), |_| Bytes::new(), "0903", corrupt);
    assert_failed(registration("leo", "job"), |_| Bytes::from_static(b"not a zip"), "0903", corrupt);
    assert_failed(registration("leo", "job"), |it| it.slice(..it.len() / 2), "0903", corrupt);
    let damaged = |it: Bytes| {
        let mut bytes = it.to_vec();
        let middle = bytes.len() / 2; // inside the selfie, so its checksum fails
        bytes[middle] ^= 1;
        bytes.into()
    };
    assert_failed(registration("leo", "job"), damaged, "0903", corrupt);
    let job = ImageJob::compare_user_info(ids("leo", "job"), selfie());
    assert_failed(job, |_| Bytes::from_static(b"not a zip"), "0903", corrupt);
    let many = |_| {
        let info = json!({"images": []}).to_string();
        let mut entries = vec![Entry::new(INFO_JSON, Bytes::from(info))];
        entries.extend((0..100).map(|n| Entry::new(format!("{n}.jpg"), Bytes::new())));
        joined(&layout(entries).unwrap())
    };
    assert_failed(registration("leo", "job"), many, "0903", corrupt);
}

#[test]
fn what_cannot_be_read_is_invalid() {
    let invalid = "Data Invalid";
    let job = || registration("leo", "job");
    let entries = |entries: Vec<(&'static str, &'static [u8])>| {
        let entries =
            entries.into_iter().map(|(name, content)| Entry::new(name, Bytes::from_static(content)));
        joined(&layout(entries.collect()).unwrap())
    };
    assert_failed(job(), |_| entries(vec![("selfie.jpg", SELFIE)]), "0001", invalid);
    assert_failed(job(), |_| entries(vec![(INFO_JSON, b"{"), ("selfie.jpg", SELFIE)]), "0001", invalid);
    assert_failed(job(), |_| entries(vec![(INFO_JSON, b"[]"), ("selfie.jpg", SELFIE)]), "0001", invalid);
    assert_failed(job(), |_| zip(&json!({"id_info": {}}), &[("selfie.jpg", SELFIE)]), "0001", invalid);
    // An info.json beyond what is read of one (`Limits::default`) is no better, though the archive opens.
    let row = json!({"image_type_id": 2, "image": "", "file_name": "selfie.jpg"});
    assert_failed(
        job(),
        |_| zip(&json!({"images": vec![row; 65]}), &[("selfie.jpg", SELFIE)]),
        "0001",
        invalid,
    );
    let large = |_| zip(&json!({"images": [], "padding": "-".repeat(32 << 20)}), &[("selfie.jpg", SELFIE)]);
    assert_failed(job(), large, "0001", invalid);
}

#[test]
fn the_text_names_the_image_that_is_missing() {
    let row = |id: u8, name: &str| json!({"image_type_id": id, "image": "", "file_name": name});
    let images = |rows: &[Value]| json!({ "images": rows });
    let (no_selfie, no_card) = ("Selfie image unusable", "ID Card image unusable");
    let job = || registration("leo", "job");

    let lacking = images(&[row(4, "live.jpg"), row(0, "selfie.jpg")]);
    let result = assert_failed(job(), |_| zip(&lacking, &[("live.jpg", SELFIE)]), "0001", no_selfie);
    assert_eq!(action(&result, "Selfie_Provided"), "Failed");
    assert_failed(job(), |_| zip(&images(&[]), &[]), "0001", no_selfie);
    assert_failed(job(), |_| zip(&images(&[row(0, "")]), &[]), "0001", no_selfie);
    let only_liveness = images(&[row(4, "live.jpg")]);
    assert_failed(job(), |_| zip(&only_liveness, &[("live.jpg", SELFIE)]), "0001", no_selfie);

    for card in [1, 5] {
        let lacking = images(&[row(0, "selfie.jpg"), row(card, "card.jpg")]);
        assert_failed(job(), |_| zip(&lacking, &[("selfie.jpg", SELFIE)]), "0001", no_card);
    }
    for other in [4, 12, 99] {
        let lacking = images(&[row(0, "selfie.jpg"), row(other, "other.jpg")]);
        assert_failed(job(), |_| zip(&lacking, &[("selfie.jpg", SELFIE)]), "0001", "Data Invalid");
    }

    let only_selfie = images(&[row(0, "selfie.jpg")]);
    let document = || ImageJob::document_verification(ids("leo", "job"), selfie(), id_card(), "NG").unwrap();
    assert_failed(document(), |_| zip(&only_selfie, &[("selfie.jpg", SELFIE)]), "0001", no_card);
    let by_card = ImageJob::biometric_kyc_by_card(ids("leo", "job"), selfie(), id_card());
    assert_failed(by_card, |_| zip(&only_selfie, &[("selfie.jpg", SELFIE)]), "0001", no_card);
    let only_card = images(&[row(1, "card.jpg")]);
    assert_failed(document(), |_| zip(&only_card, &[("card.jpg", ID_CARD)]), "0001", no_selfie);
}

#[test]
fn an_enrolled_selfie_stands_in_for_documents_alone() {
    let mock = Mock::new();
    mock.result(registration("leo", "register"));
    let job = ImageJob::document_verification(ids("leo", "job"), Face::Enrolled, id_card(), "NG").unwrap();
    assert_eq!(code(&mock.result(job)), "0810");

    let job = ready(ImageJob::smart_selfie_authentication(ids("leo", "compare"), selfie()));
    let mut request = job.upload_request(None);
    request.use_enrolled_image = Some(true);
    let reply = mock.send(&request).unwrap();
    mock.put(&reply.upload_url, zip(&json!({"images": []}), &[]));
    let status = mock.status("leo", "compare");
    assert_eq!(status.result().unwrap().result_text.as_deref(), Some("Selfie image unusable"));
}

#[test]
fn an_archive_of_another_job_is_invalid() {
    let misc = |misc: Value| {
        json!({
            "misc_information": misc,
            "images": [{"image_type_id": 0, "image": "", "file_name": "selfie.jpg"}],
        })
    };
    let put = |info: Value| move |_: Bytes| zip(&info, &[("selfie.jpg", SELFIE)]);
    for (params, client) in [
        (json!({"user_id": "joe"}), None),
        (json!({"job_id": "other"}), None),
        (json!({"job_type": 2}), None),
        (json!({}), Some("85")),
    ] {
        let mut info = misc(json!({ "partner_params": params }));
        if let Some(client) = client {
            info["misc_information"]["smile_client_id"] = client.into();
        }
        assert_failed(registration("leo", "job"), put(info), "0001", "Data Invalid");
    }
    // Absent and empty values contradict nothing; a JSON number equals its text.
    for info in [
        misc(json!({})),
        misc(json!({"smile_client_id": "085", "partner_params": {"job_type": "4", "user_id": "leo"}})),
    ] {
        let (_, result) = result_of(registration("leo", "job"), put(info));
        assert_eq!(code(&result), "0840");
    }
}

#[test]
fn odd_archives_and_tiny_images_are_taken() {
    let selfie = json!({"image_type_id": 0, "image": "", "file_name": "selfie.jpg"});
    let odd: Vec<(&str, Bytes)> = vec![
        ("tiny", zip(&json!({"images": [selfie]}), &[("selfie.jpg", TINY)])),
        ("not listed", zip(&json!({"images": [selfie]}), &[("selfie.jpg", SELFIE), ("x", b"")])),
        // As the JavaScript and Ruby SDKs lose frames and backs (v1-wire.md 4).
        (
            "paths in the place of images",
            zip(
                &json!({"images": [
                    selfie,
                    {"image_type_id": 4, "image": "pictures/frame.jpg", "file_name": ""},
                    {"image_type_id": 5, "image": "pictures/back.jpg", "file_name": ""},
                ]}),
                &[("selfie.jpg", SELFIE)],
            ),
        ),
        ("not first", {
            let info = Bytes::from(json!({ "images": [selfie] }).to_string());
            let entries =
                vec![Entry::new("selfie.jpg", Bytes::from_static(SELFIE)), Entry::new(INFO_JSON, info)];
            joined(&layout(entries).unwrap())
        }),
    ];
    for (what, archive) in odd {
        let (mock, result) = result_of(registration("leo", "job"), |_| archive);
        assert_eq!(code(&result), "0840", "{what}");
        if what == "not first" {
            assert!(format!("{:?}", mock.service).contains("info.not-first"));
        }
    }
}

#[test]
fn a_second_archive_is_stored_and_ignored() {
    let mock = Mock::new();
    let job = ready(registration("leo", "job"));
    let request = job.upload_request(None);
    let reply = mock.send(&request).unwrap();
    let archive = mock.archive(&job, &request, &reply);
    for body in [archive, Bytes::from_static(b"not a zip")] {
        assert_eq!(mock.put(&reply.upload_url, body).status(), 200);
        assert_eq!(code(mock.status("leo", "job").result().unwrap()), "0840");
    }
}

#[test]
fn biometric_kyc_reads_the_id_from_the_archive() {
    // `entered` in the archive decides, as most SDKs say nothing of the ID before.
    let id = IdNumber::new("NG", "BVN", "00000000000").unwrap();
    let info = json!({
        "id_info": {"country": "NG", "id_type": "BVN", "id_number": "00000000001", "entered": "true"},
        "images": [{"image_type_id": 0, "image": "", "file_name": "selfie.jpg"}],
    });
    let job = ImageJob::biometric_kyc(ids("leo", "job"), selfie(), id);
    let (_, result) = result_of(job, |_| zip(&info, &[("selfie.jpg", SELFIE)]));
    assert_eq!(result.result_text.as_deref(), Some("ID Authority image not available"));
}
