//! Tests that this project's client builds the same archive as the official Python package for the same inputs.

use std::{
    collections::BTreeMap,
    fs,
    io::Cursor,
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use serde_json::{Value, json};
use smileid::{
    Config, Credentials, Environment, Image, ImageJob, JobRef,
    client::{Outgoing, TransportError, blocking::Client},
    protocol::{
        auth::Signature,
        job::{
            CallbackUrl,
            sdk_job::{CheckedJob, SdkJob},
        },
        package::inspect,
        timestamp::Timestamp,
    },
};

use crate::recording;

/// Returns the recorded job, as the Python package received it, with image paths of this repository.
fn job() -> (ImageJob, CallbackUrl) {
    let images = recording("python_jt1_file");
    let recorded = info(&fs::read(images.join("info.json")).unwrap());
    let json = json!({
        "partner_params": recorded["misc_information"]["partner_params"],
        "image_details": [
            {"image_type_id": 0, "image": images.join("selfie.jpg").to_str()},
            {"image_type_id": 1, "image": images.join("id_card.png").to_str()},
        ],
        "id_info": recorded["id_info"],
        "options": {"optional_callback": recorded["misc_information"]["callback_url"]},
    });
    match SdkJob::from_json(&json).unwrap().check(None).unwrap() {
        CheckedJob::Images(job, delivery) => (job, delivery.callback_url().unwrap().clone()),
        other => panic!("{other:?}"),
    }
}

/// Returns all requests that a client sends for `job` to a server that accepts it.
fn sent(job: ImageJob, callback: CallbackUrl) -> Vec<Bytes> {
    let bodies = Arc::new(Mutex::new(Vec::new()));
    let received = Arc::clone(&bodies);
    let answers = move |outgoing: Outgoing| -> Result<http::Response<Bytes>, TransportError> {
        received.lock().unwrap().push(outgoing.request.body().to_bytes().unwrap());
        Ok(http::Response::new(match outgoing.request.uri().path() {
            "/v1/upload" => {
                json!({"upload_url": "https://uploads.example/selfie.zip", "smile_job_id": "0000000583"})
                    .to_string()
                    .into()
            }
            _ => Bytes::new(),
        }))
    };
    let credentials = Credentials::new("212", "test-api-key-0001").unwrap();
    let client = Client::new(Config::new(credentials, &Environment::sandbox()), answers);
    client.submit(job).callback(callback).send().unwrap();
    std::mem::take(&mut *bodies.lock().unwrap())
}

fn info(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap()
}

/// Removes the members that may differ: the author, the time, and the server's response.
fn comparable(mut info: Value) -> Value {
    info["package_information"].as_object_mut().unwrap().remove("language").unwrap();
    let misc = info["misc_information"].as_object_mut().unwrap();
    misc.remove("timestamp").unwrap();
    misc.remove("signature").unwrap();
    info.as_object_mut().unwrap().remove("server_information").unwrap();
    info
}

#[test]
fn holds_what_the_official_python_package_s_holds() {
    let (job, callback) = job();
    let bodies = sent(job, callback);
    let recorded = recording("python_jt1_file");

    let mut zip = zip::ZipArchive::new(Cursor::new(&bodies[1])).unwrap();
    let names: Vec<_> = (0..zip.len())
        .map(|index| String::from_utf8(zip.by_index(index).unwrap().name_raw().to_vec()).unwrap())
        .collect();
    assert_eq!(names, ["info.json", "selfie.jpg", "id_card.png"]);

    let ours = inspect::open(&bodies[1], inspect::Limits::default()).unwrap();
    let expected: BTreeMap<_, _> = ["selfie.jpg", "id_card.png"]
        .map(|name| (name.to_owned(), Bytes::from(fs::read(recorded.join(name)).unwrap())))
        .into();
    assert_eq!(ours.files, expected);
    assert_eq!(ours.findings, []);

    let mut ours = serde_json::to_value(ours.info).unwrap();
    assert_eq!(ours["package_information"]["language"], "rust");
    // The one additional member: the client's content tag, 128 bits in hexadecimal.
    let tag =
        ours["misc_information"]["partner_params"].as_object_mut().unwrap().remove("content_tag").unwrap();
    assert!(tag.as_str().is_some_and(|tag| tag.len() == 32), "{tag}");
    assert_eq!(comparable(ours), comparable(info(&fs::read(recorded.join("info.json")).unwrap())));
}

#[test]
fn has_none_of_the_containers_quirks() {
    let (job, callback) = job();
    let archive = &sent(job, callback)[1];
    let mut zip = zip::ZipArchive::new(Cursor::new(archive)).unwrap();
    let mut end = 0;
    for index in 0..zip.len() {
        let entry = zip.by_index(index).unwrap();
        assert_eq!(entry.compression(), zip::CompressionMethod::Stored);
        assert!(!entry.encrypted());
        let start = usize::try_from(entry.header_start()).unwrap();
        // The general purpose flags of the local header: only UTF-8 names, so no data descriptor.
        assert_eq!(archive[start + 6..start + 8], [0x00, 0x08]);
        let size = u32::try_from(entry.size()).unwrap().to_le_bytes();
        assert_eq!(archive[start + 14..start + 18], entry.crc32().to_le_bytes());
        assert_eq!(archive[start + 18..start + 22], size);
        assert_eq!(archive[start + 22..start + 26], size);
        assert_eq!(start, end, "entries follow each other without gaps");
        end = usize::try_from(entry.data_start().unwrap() + entry.size()).unwrap();
    }
    assert!(zip.comment().is_empty());
}

#[test]
fn equal_jobs_give_equal_archives_but_for_the_time() {
    let archives = [(); 2].map(|()| {
        let (job, callback) = job();
        let opened = inspect::open(&sent(job, callback)[1], inspect::Limits::default()).unwrap();
        (comparable(serde_json::to_value(opened.info).unwrap()), opened.files)
    });
    assert_eq!(archives[0], archives[1]);
}

#[test]
fn the_signature_inside_is_that_of_the_request() {
    let (job, callback) = job();
    let bodies = sent(job, callback);
    let request = info(&bodies[0]);
    let misc = inspect::open(&bodies[1], inspect::Limits::default()).unwrap().info.misc_information.unwrap();
    assert_eq!(misc.timestamp.as_ref().unwrap().as_str(), request["timestamp"]);
    assert_eq!(misc.signature.as_ref().unwrap().as_str(), request["signature"]);
    let credentials = Credentials::new("212", "test-api-key-0001").unwrap();
    credentials.check(&misc.timestamp.unwrap(), &misc.signature.unwrap()).unwrap();
}

#[test]
fn the_recorded_signature_is_one_of_ours() {
    let upload = info(&fs::read(recording("python_jt1_file").join("upload.json")).unwrap());
    let text = |name: &str| upload[name].as_str().unwrap().to_owned();
    let credentials = Credentials::new(text("smile_client_id"), "test-api-key-0001").unwrap();
    let timestamp = Timestamp::new(text("timestamp")).unwrap();
    assert_eq!(credentials.sign(&timestamp), Signature::from(text("signature")));
}

#[test]
fn images_in_base64_leave_no_entry_behind() {
    // The Python package adds an entry `base64imgString` for each.
    use smileid::types::ImageType;

    let png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP43+AAAARBAcAM0e2RAAAAAElFTkSuQmCC";
    let ids = JobRef::new("user-1", "job-1").unwrap();
    let job = ImageJob::smart_selfie_registration(ids, Image::base64(png));
    let callback = CallbackUrl::parse("https://cb.example/").unwrap();
    let bodies = sent(job, callback);
    let archive = inspect::open(&bodies[1], inspect::Limits::default()).unwrap();
    assert!(archive.files.is_empty());
    assert_eq!(archive.info.images[0].image_type, ImageType::SelfieBase64);
    assert_eq!(archive.info.images[0].image, png);
}
