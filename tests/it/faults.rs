//! Tests that errors name the failed step and the reason, whichever request of a submission fails.

use std::time::Duration;

use smileid::{
    Client, Config, Environment, Image, ImageJob, JobRef, Outcome, Result, Retry, Step,
    client::{TransportErrorKind, flow::Failure},
};
use smileid_mock_server::MockServer;

use crate::{
    image,
    proxy::{self, Fault, Moment},
};

const STEPS: [Step; 3] = [Step::Announce, Step::Upload, Step::Await];

async fn submit_through(broken: usize, fault: Fault) -> Result<Outcome> {
    let server = MockServer::start().await.unwrap();
    let address = server.base_url().trim_start_matches("http://").parse().unwrap();
    let proxy = proxy::start(address, move |exchange| (exchange == broken).then_some(fault));
    let environment: Environment = format!("http://{proxy}").parse().unwrap();
    let mut config = Config::new(server.credentials().clone(), &environment);
    config.timeouts.request = Duration::from_secs(1);
    config.timeouts.upload = Duration::from_secs(1);
    config.retry = Retry::never(); // a lost request is not repeated
    let client = Client::new(config).unwrap();
    let ids = JobRef::new("user-1", "job-1").unwrap();
    let job = ImageJob::smart_selfie_registration(ids, Image::file(image("selfie.jpg")));
    client.submit(job).wait().await
}

#[tokio::test]
async fn nothing_is_broken_when_nothing_is_broken() {
    let outcome = submit_through(usize::MAX, Fault::Late).await.unwrap();
    assert!(!outcome.is_pending());
}

#[tokio::test]
async fn a_cut_connection_is_an_interruption_and_a_late_answer_a_timeout() {
    for (broken, step) in STEPS.into_iter().enumerate() {
        for (fault, kind) in [
            (Fault::Cut(Moment::Asked), TransportErrorKind::Interrupted),
            (Fault::Cut(Moment::Answered), TransportErrorKind::Interrupted),
            (Fault::Cut(Moment::HalfAnswered), TransportErrorKind::Interrupted),
            (Fault::Late, TransportErrorKind::Timeout),
        ] {
            let error = submit_through(broken, fault).await.unwrap_err();
            assert_eq!(error.step(), Some(step), "{fault:?}");
            assert_eq!(error.smile_job_id().is_some(), step != Step::Announce);
            assert_eq!(error.transport(), Some(kind), "{fault:?} at {step:?}");
        }
    }
}

#[tokio::test]
async fn an_error_page_is_a_refusal_with_its_status() {
    for (broken, step) in STEPS.into_iter().enumerate() {
        let error = submit_through(broken, Fault::ErrorPage).await.unwrap_err();
        assert_eq!(error.step(), Some(step));
        let refusal = error.refusal().unwrap();
        assert_eq!(refusal.status, 502);
        assert!(refusal.body.starts_with(b"<html>"));
        assert_eq!(refusal.code, None);
    }
}

#[tokio::test]
async fn a_wrong_body_is_malformed_where_a_body_is_read() {
    for (broken, step) in STEPS.into_iter().enumerate() {
        let outcome = submit_through(broken, Fault::WrongBody).await;
        if step == Step::Upload {
            // S3's response to the archive has an empty body, and another body from a proxy changes nothing.
            assert!(outcome.is_ok());
            continue;
        }
        let error = outcome.unwrap_err();
        assert_eq!(error.step(), Some(step));
        match error.failure() {
            Some(Failure::Malformed(reply)) => assert!(reply.body.starts_with(b"<html>")),
            _ => panic!("{error:?}"),
        }
    }
}
