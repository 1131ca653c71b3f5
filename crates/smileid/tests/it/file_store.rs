//! Tests the store in the example `file_store`.

use std::{
    fs,
    path::PathBuf,
    time::{Duration, SystemTime},
};

use serde_json::json;
use smileid::{
    Credentials, ImageJob, JobRef, Stage,
    callback::{Fingerprint, Verifier},
    protocol::timestamp::Timestamp,
    store::{JobRecord, Store as _, Unsettled},
};
use tempfile::TempDir;

#[allow(dead_code, reason = "its `main` runs with the other examples")]
#[path = "../../examples/file_store.rs"]
mod example;

use example::FileStore;

/// 2023-11-14T22:13:20Z.
fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000)
}

fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("jobs");
    (folder, path)
}

fn ids(job: &str) -> JobRef {
    JobRef::new("user-1", job).expect("names")
}

fn record(job: &str) -> JobRecord {
    JobRecord::new(&ids(job))
}

/// Returns the fingerprint of a callback with this result. All of them have the same signature.
fn seen(code: &str) -> Fingerprint {
    let credentials = Credentials::new("085", "key").expect("credentials");
    let timestamp = Timestamp::from(now());
    let params = json!({"user_id": "user-1", "job_id": "job-1", "job_type": 4});
    let body = json!({
        "timestamp": timestamp.as_str(), "signature": credentials.sign(&timestamp).as_str(),
        "ResultCode": code, "PartnerParams": params,
    });
    let received = Verifier::new([credentials]).verify(body.to_string().as_bytes(), now());
    *received.expect("an authentic callback").fingerprint()
}

#[tokio::test]
async fn a_restart_loses_nothing() {
    let (_folder, path) = folder();
    let selfie = || smileid::Image::bytes(&include_bytes!("../../../../docs/images/selfie.jpg")[..]);
    let job = || ImageJob::smart_selfie_registration(ids("job-1"), selfie());
    let store = FileStore::open(&path).expect("a store");
    assert_eq!(store.ensure(job()).await.expect("stored").stage(), &Stage::New);
    assert!(store.save(record("job-2"), None).await.expect("saved"));
    assert!(store.save(record("job-3"), None).await.expect("saved"));
    let seen_first = seen("0840");
    assert_eq!(store.remember(seen_first, now()).await.expect("remembered"), None);
    assert!(FileStore::open(&path).is_err(), "one process at a time");
    drop(store);

    // The process ended while it wrote.
    let whole = fs::read(&path).expect("a file");
    fs::write(&path, [&whole[..], br#"{"Removed":{"user_id":"us"#].concat()).expect("written");
    for _ in 0..2 {
        let store = FileStore::open(&path).expect("a store");
        assert_eq!(store.ensure(job()).await.expect("stored").stage(), &Stage::Unsure);
        assert_eq!(store.unsettled(Unsettled::Unsent, 9).await.expect("jobs"), [ids("job-1")]);
        assert_eq!(store.unsettled(Unsettled::Awaited, 9).await.expect("jobs"), [ids("job-2"), ids("job-3")]);
        assert_eq!(store.unsettled(Unsettled::Awaited, 1).await.expect("jobs"), [ids("job-2")]);
        let body = store.remember(seen("0841"), now()).await.expect("remembered");
        assert_eq!(body, Some(seen_first.body));
    }
    let store = FileStore::open(&path).expect("a store");
    let later = seen_first.expires + Duration::from_millis(1);
    assert_eq!(store.remember(seen("0841"), later).await.expect("remembered"), None, "it had expired");
}

#[tokio::test]
async fn a_lost_update_is_refused() {
    let (_folder, path) = folder();
    let store = FileStore::open(&path).expect("a store");
    assert!(store.save(record("job-1"), None).await.expect("saved"));
    assert!(!store.save(record("job-1"), None).await.expect("no error"), "it is stored already");
    let (_, version) = store.load(&ids("job-1")).await.expect("loaded").expect("stored");
    assert!(store.save(record("job-1"), Some(version)).await.expect("saved"));
    assert!(!store.save(record("job-1"), Some(version)).await.expect("no error"), "another was first");
}

#[tokio::test]
async fn a_version_is_used_once() {
    let (_folder, path) = folder();
    let store = FileStore::open(&path).expect("a store");
    assert!(store.save(record("job-1"), None).await.expect("saved"));
    let (_, before) = store.load(&ids("job-1")).await.expect("loaded").expect("stored");
    store.remove(&ids("job-1")).expect("removed");
    drop(store);
    let store = FileStore::open(&path).expect("a store");
    drop(store);
    let store = FileStore::open(&path).expect("a store");
    assert_eq!(store.load(&ids("job-1")).await.expect("loaded"), None);
    assert!(!store.save(record("job-1"), Some(before)).await.expect("no error"), "that one is removed");
    assert!(store.save(record("job-1"), None).await.expect("saved"));
    let (_, after) = store.load(&ids("job-1")).await.expect("loaded").expect("stored");
    assert!(after > before, "{after} {before}");
}
