//! Tests when jobs are complete, and their status before.

use std::time::Duration;

use serde_json::{Value, json};
use smileid_mock_server::Processing;
use smileid_protocol::{job::ImageJob, types::ErrorCode, v1::job_status};

use crate::support::{Mock, id_card, ids, ready, registration, selfie, wishing};

/// Returns true if the status of the job has a result.
fn is_done(mock: &Mock) -> bool {
    let status = mock.status("leo", "job");
    assert_eq!(status.code, Some(ErrorCode::STATUS_ANSWERED));
    assert_eq!(status.result().is_some(), status.job_complete);
    assert_eq!(status.history.is_some(), status.job_complete);
    status.job_complete
}

#[test]
fn before_the_archive_there_is_a_text() {
    let mock = Mock::new();
    mock.send(&ready(registration("leo", "job")).upload_request(None)).unwrap();
    for _ in 0..3 {
        let response = mock.raw(&mock.encode(&job_status::Request::new("leo", "job")));
        let mut body: Value = serde_json::from_slice(response.body()).unwrap();
        assert!(body["signature"].is_string());
        assert_eq!(body["timestamp"], "2023-11-14T22:13:20.123Z");
        let members = body.as_object_mut().unwrap();
        members.retain(|name, _| name != "signature" && name != "timestamp");
        let expected = json!({"job_complete": false, "job_success": false, "code": "2314", "result": "No zip file received"});
        assert_eq!(body, expected);
    }
}

#[test]
fn pending_has_no_result() {
    let mock = Mock::processing(Processing::After(Duration::from_secs(1)));
    mock.submit(registration("leo", "job")).unwrap();
    let mut request = job_status::Request::new("leo", "job");
    request.history = true;
    request.image_links = true;
    let response = mock.raw(&mock.encode(&request));
    let mut body: Value = serde_json::from_slice(response.body()).unwrap();
    body.as_object_mut().unwrap().retain(|name, _| name != "signature" && name != "timestamp");
    assert_eq!(body, json!({"job_complete": false, "job_success": false, "code": "2302"}));
}

#[test]
fn immediate_is_at_the_first_status() {
    let mock = Mock::new();
    mock.submit(registration("leo", "job")).unwrap();
    assert!(is_done(&mock));
}

#[test]
fn after_is_so_long_after_the_archive() {
    let mock = Mock::processing(Processing::After(Duration::from_secs(2)));
    mock.send(&ready(registration("other", "announced only")).upload_request(None)).unwrap();
    mock.pass(Duration::from_secs(100));
    mock.submit(registration("leo", "job")).unwrap();
    assert!(!is_done(&mock));
    mock.pass(Duration::from_millis(1999));
    assert!(!is_done(&mock));
    mock.pass(Duration::from_millis(1));
    assert!(is_done(&mock));
    assert!(is_done(&mock));
}

#[test]
fn polls_are_those_without_a_result() {
    for count in [0, 1, 3] {
        let mock = Mock::processing(Processing::Polls(count));
        mock.send(&ready(registration("leo", "job")).upload_request(None)).unwrap();
        mock.status("leo", "job"); // before the archive, which does not count
        let mut request = ready(registration("leo", "job")).upload_request(None);
        request.retry = Some(true);
        let reply = mock.send(&request).unwrap();
        let archive = mock.archive(&ready(registration("leo", "job")), &request, &reply);
        mock.put(&reply.upload_url, archive);
        for poll in 0..count {
            assert!(!is_done(&mock), "poll {poll} of {count}");
            mock.pass(Duration::from_secs(1000)); // time plays no part
        }
        assert!(is_done(&mock), "after {count}");
        assert!(is_done(&mock));
    }
}

#[test]
fn another_users_question_is_no_poll() {
    let mock = Mock::processing(Processing::Polls(1));
    mock.submit(registration("leo", "job")).unwrap();
    mock.send(&job_status::Request::new("joe", "job")).unwrap_err();
    assert!(!is_done(&mock));
    assert!(is_done(&mock));
}

#[test]
fn a_provisional_document_never_ends() {
    let mock = Mock::new();
    let job = ImageJob::document_verification(ids("leo", "job"), selfie(), id_card(), "NG").unwrap();
    mock.submit(wishing(job, "2")).unwrap();
    for _ in 0..3 {
        assert!(!is_done(&mock), "no code is known for it");
        mock.pass(Duration::from_secs(1000));
    }
}

#[test]
fn history_and_links_only_when_asked() {
    let mock = Mock::new();
    mock.submit(registration("leo", "job")).unwrap();
    let status = mock.send(&job_status::Request::new("leo", "job")).unwrap();
    assert!(status.job_complete && status.history.is_none() && status.image_links.is_none());
}

#[test]
fn replies_are_signed_at_their_own_time() {
    let mock = Mock::new();
    mock.submit(registration("leo", "job")).unwrap();
    mock.pass(Duration::from_millis(1));
    let request = mock.encode(&job_status::Request::new("leo", "job"));
    mock.pass(Duration::from_millis(1));
    let body: Value = serde_json::from_slice(mock.raw(&request).body()).unwrap();
    assert_eq!(body["timestamp"], "2023-11-14T22:13:20.125Z");
}

#[test]
fn equal_requests_at_equal_times_get_equal_bytes() {
    let replies = || {
        let mock = Mock::new();
        let announced = mock.raw(&mock.encode(&ready(registration("leo", "job")).upload_request(None)));
        mock.submit(registration("leo", "other")).unwrap();
        let status = mock.raw(&mock.encode(&job_status::Request::new("leo", "other")));
        (announced.into_body(), status.into_body())
    };
    assert_eq!(replies(), replies());
}
