//! Tests that correct and equivalent upload requests and archives pass, and that wrong ones fail.

use std::{collections::BTreeMap, iter};

use bytes::Bytes;
use serde_json::Map;
use smileid_protocol::package::{
    INFO_JSON,
    layout::{Entry, Segment, layout},
};

use super::*;
use crate::{Suite, case::Kind, own::package::Built};

type Images = Vec<Value>;

/// Returns upload request and archive of this project's own code for a case.
fn sent(case: &PackageCase) -> Option<(Value, Vec<u8>)> {
    let built = Built::from_case(case).ok()??;
    let mut body = serde_json::to_value(&built.request).ok()?;
    let keys = &case.build.as_ref()?.credentials;
    let timestamp = Timestamp::new("2026-11-22T19:24:14.818Z").ok()?;
    let signature = Credentials::new(&keys.partner_id, &keys.api_key).ok()?.sign(&timestamp);
    body.as_object_mut()?.extend([
        ("smile_client_id".to_owned(), json!(keys.partner_id)),
        ("timestamp".to_owned(), json!(timestamp.as_str())),
        ("signature".to_owned(), json!(signature.as_str())),
    ]);
    Some((body, built.archive))
}

fn cases() -> BTreeMap<String, Arc<PackageCase>> {
    let suite = Suite::embedded();
    let cases = suite.iter().flat_map(Suite::cases).filter_map(|case| match case.kind() {
        Kind::Package(it) if it.build.is_some() => Some((case.id().to_owned(), Arc::clone(it))),
        _ => None,
    });
    cases.collect()
}

#[test]
fn our_own_code_does_not_deviate() {
    let cases = cases();
    assert!(cases.len() > 60);
    for (id, case) in cases {
        let found = sent(&case)
            .zip(case.build.as_ref())
            .map(|((body, archive), build)| deviations(build, &body, &archive));
        assert_eq!(found, Some(Vec::new()), "{id}");
    }
}

#[test]
fn a_deviating_upload_request_is_reported_by_member() {
    let cases = cases();
    let case = cases.get("package/jt1_two_files");
    let found = |pointer: &str, value: Value| {
        let ((mut body, archive), build) = (sent(case?)?, case?.build.as_ref()?);
        let (parent, name) = pointer.rsplit_once('/')?;
        body.pointer_mut(parent)?.as_object_mut()?.insert(name.to_owned(), value);
        Some(deviations(build, &body, &archive))
    };
    for (pointer, value, said) in [
        ("/signature", json!("x"), "the upload request: the signature does not match its timestamp"),
        ("/timestamp", json!(null), "the upload request: it is not signed"),
        ("/smile_client_id", json!("0212"), "the upload request: `smile_client_id` is not \"212\""),
        (
            "/partner_params/job_type",
            json!("4"),
            "the upload request: `partner_params.job_type`: expected 1, got \"4\"",
        ),
        (
            "/partner_params/job_type",
            json!("01"),
            "the upload request: `partner_params.job_type`: expected 1, got \"01\"",
        ),
        (
            "/allow_new_enroll",
            json!("true"),
            "the upload request: `allow_new_enroll`: expected nothing, got \"true\"",
        ),
        ("/metadata", json!([1]), "the upload request: `metadata`: expected nothing, got [1]"),
        (
            "/file_name",
            json!("other.zip"),
            "the upload request: `file_name`: expected \"selfie.zip\", got \"other.zip\"",
        ),
        (
            "/use_enrolled_image",
            json!(true),
            "the upload request: `use_enrolled_image`: expected nothing, got true",
        ),
        (
            "/callback_url",
            json!(""),
            "the upload request: `callback_url`: expected \"https://cb.example/default\", got nothing",
        ),
    ] {
        assert_eq!(found(pointer, value), Some(vec![said.to_owned()]), "{pointer}");
    }
    // A program may add its own text to both messages, and nothing else.
    let only_once = "info.json: its additional `partner_params` differ from the upload request".to_owned();
    assert_eq!(found("/partner_params/tag", json!("a")), Some(vec![only_once]));
    let number = "the upload request: `partner_params.tag`: expected nothing, got 1";
    assert_eq!(found("/partner_params/tag", json!(1)), Some(vec![number.to_owned()]));
    let twice =
        "the upload request: it contains members of `id_info`, which belong in the archive".to_owned();
    assert_eq!(found("/dob", json!("1989-09-20")), Some(vec![twice]));
    assert_eq!(found("/entered", json!("false")), Some(Vec::new()));
    // The name of the program and flags without effect do not matter.
    assert_eq!(found("/source_sdk", json!("another")), Some(Vec::new()));
    assert_eq!(found("/use_enrolled_image", json!(null)), Some(Vec::new()));
}

/// Wire reference, section 3.4: `file_name` is optional, `allow_new_enroll` is a flag or text, and mobile clients send
/// `metadata`. Section 3.2: `job_type` is a number, and text in the documentation.
#[test]
fn an_equivalent_upload_request_does_not_deviate() {
    let cases = cases();
    let found = |id: &str, pointer: &str, value: Option<Value>| {
        let case = cases.get(&format!("package/{id}"));
        let ((mut body, archive), build) = (sent(case?)?, case?.build.as_ref()?);
        let (parent, name) = pointer.rsplit_once('/')?;
        let members = body.pointer_mut(parent)?.as_object_mut()?;
        match value {
            Some(value) => drop(members.insert(name.to_owned(), value)),
            None => drop(members.remove(name)?),
        }
        Some(deviations(build, &body, &archive))
    };
    for (id, pointer, value) in [
        ("jt1_two_files", "/file_name", None),
        ("jt1_two_files", "/metadata", Some(json!([]))),
        ("jt1_two_files", "/partner_params/job_type", Some(json!("1"))),
        ("jt1_two_files", "/allow_new_enroll", Some(json!("false"))),
        ("allow_new_enroll", "/allow_new_enroll", Some(json!("true"))),
    ] {
        assert_eq!(found(id, pointer, value), Some(Vec::new()), "{id} {pointer}");
    }
    let lost = found("allow_new_enroll", "/allow_new_enroll", Some(json!("false")));
    let said = "the upload request: `allow_new_enroll`: expected true, got nothing";
    assert_eq!(lost, Some(vec![said.to_owned()]));
    // The `info.json` of mobile clients contains only images and `id_info` (section 4.4).
    let info = |name: Value| json!({"misc_information": {"file_name": name, "retry": "false"}});
    let (with, without) = (info(json!("selfie.zip")), info(Value::Null));
    assert_eq!(differences("info.json", &with, &without, INFO_IGNORED), Vec::<String>::new());
}

/// The deviations of an archive with a changed `info.json`.
fn with_info(case: &PackageCase, change: fn(&mut Map<String, Value>)) -> Option<Vec<String>> {
    let (body, archive) = sent(case)?;
    let inspection = inspect::inspect(&archive, Limits::default());
    let mut info: Value = serde_json::from_slice(inspection.info_json.as_ref()?).ok()?;
    change(info.as_object_mut()?);
    let files = inspection.files.into_iter().map(|(name, content)| Entry::new(name, content));
    let info = Entry::new(INFO_JSON, Bytes::from(info.to_string()));
    let layout = layout(iter::once(info).chain(files).collect()).ok()?;
    let archive: Vec<u8> = layout.segments.into_iter().flat_map(Segment::into_bytes).collect();
    Some(deviations(case.build.as_ref()?, &body, &archive))
}

/// Wire reference, section 4.4: newer clients write only `images`, `id_info` and consent.
#[test]
fn the_format_version_may_be_absent_but_not_different() {
    let cases = cases();
    for (id, case) in &cases {
        let found = with_info(case, |info| drop(info.remove("package_information")));
        assert_eq!(found, Some(Vec::new()), "{id}");
    }
    let case = cases.get("package/jt1_two_files");
    let found = case.and_then(|case| {
        with_info(case, |info| {
            let version = json!({"buildNumber": 0, "majorVersion": 3, "minorVersion": 0});
            let package = json!({"apiVersion": version, "language": "any"});
            info.insert("package_information".to_owned(), package);
        })
    });
    let said = "info.json: `package_information.apiVersion.majorVersion`: expected 2, got 3";
    assert_eq!(found, Some(vec![said.to_owned()]));
}

/// The deviations of an archive with changed images.
fn with_images(of: &PackageCase, change: fn(&mut Images)) -> Option<Vec<String>> {
    let (body, _) = sent(of)?;
    let mut other = of.clone();
    change(other.build.as_mut()?.job.get_mut("image_details")?.as_array_mut()?);
    let (_, archive) = sent(&other)?;
    Some(deviations(of.build.as_ref()?, &body, &archive))
}

/// Wire reference, section 3.2: other members of `partner_params` are kept.
#[test]
fn a_program_may_add_its_own_text_to_both_messages() {
    let cases = cases();
    let case = cases.get("package/jt1_two_files");
    let found = case.and_then(|case| {
        let mut tagged = PackageCase::clone(case);
        tagged
            .build
            .as_mut()?
            .job
            .pointer_mut("/partner_params")?
            .as_object_mut()?
            .insert("tag".to_owned(), json!("a"));
        let (body, archive) = sent(&tagged)?;
        Some(deviations(case.build.as_ref()?, &body, &archive))
    });
    assert_eq!(found, Some(Vec::new()));
}

#[test]
fn images_may_have_any_order() {
    let cases = cases();
    let several = cases.iter().filter(|(_, case)| {
        let images = case.build.as_ref().and_then(|build| build.job.get("image_details")?.as_array());
        images.is_some_and(|images| images.len() > 1)
    });
    let mut count = 0;
    for (id, case) in several {
        assert_eq!(with_images(case, |images| images.reverse()), Some(Vec::new()), "{id}");
        count += 1;
    }
    assert!(count > 40, "{count}");
}

#[test]
fn each_image_must_be_there_once_with_its_type() {
    let cases = cases();
    let case = cases.get("package/jt1_two_files");
    let found = |change: fn(&mut Images)| {
        let all = case.and_then(|case| with_images(case, change)).unwrap_or_default();
        all.into_iter().filter(|it| it.contains("`images")).collect::<Vec<_>>()
    };
    assert_eq!(found(|images| drop(images.pop())), ["info.json: `images` lacks the job's image of type 1"]);
    assert_eq!(
        found(|images| images.extend_from_within(..1)),
        ["info.json: `images[2]` is not an image of the job, or is a duplicate"]
    );
    assert_eq!(
        found(|images| iter::zip(images, [1, 0]).for_each(|(image, id)| image["image_type_id"] = id.into())),
        [
            "info.json: `images[0].image_type_id`: expected 0, got 1",
            "info.json: `images[1].image_type_id`: expected 1, got 0",
        ]
    );
}

#[test]
fn the_archive_of_another_job_deviates() {
    let cases = cases();
    for (id, other, said) in [
        (
            "images_selfie_file_card_file",
            "images_selfie_file",
            "info.json: `images` lacks the job's image of type 1",
        ),
        (
            "images_selfie_file_card_file",
            "images_selfie_file_card_base64",
            "info.json: `images[1].image_type_id`: expected 1, got 3",
        ),
        ("jt4_file", "png_selfie", "info.json: `images[0]` is not the job's image, or its file is missing"),
        ("own_callback", "jt4_file", "info.json: `misc_information.callback_url`: expected"),
    ] {
        let find = |id: &str| cases.get(&format!("package/{id}"));
        let found = find(id).zip(find(other)).and_then(|(case, other)| {
            let ((body, _), (_, archive)) = (sent(case)?, sent(other)?);
            Some(deviations(case.build.as_ref()?, &body, &archive))
        });
        assert!(found.iter().flatten().any(|it| it.starts_with(said)), "{id} {other}: {found:?}");
    }
}
