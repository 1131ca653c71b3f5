//! Whichever exchange of a submission breaks, and however, the caller learns how far it came and what went wrong.

use std::time::Duration;

use smileid::{
    Client, Config, Delivery, Environment, Error, Image, ImageJob, JobRef, PollOptions, ReqwestTransport,
    Retry, Step, Submission, SubmitError, Submitted, client::TransportErrorKind,
};
use smileid_mock_server::MockServer;

use crate::{
    image,
    proxy::{self, Fault, Moment},
};

const STEPS: [Step; 3] = [Step::Announce, Step::Upload, Step::Await];

async fn submit_through(broken: usize, fault: Fault) -> Result<Submitted, SubmitError> {
    let server = MockServer::start().await.unwrap();
    let address = server.base_url().trim_start_matches("http://").parse().unwrap();
    let proxy = proxy::start(address, move |exchange| (exchange == broken).then_some(fault));
    let environment: Environment = format!("http://{proxy}").parse().unwrap();
    let mut config = Config::new(server.credentials().clone(), &environment);
    config.timeouts.request = Duration::from_secs(1);
    config.timeouts.upload = Duration::from_secs(1);
    config.retry = Retry::never(); // what is lost stays lost
    let client = Client::new(config, ReqwestTransport::new().unwrap());
    let ids = JobRef::new("user-1", "job-1").unwrap();
    let job = ImageJob::smart_selfie_registration(ids, Image::file(image("selfie.jpg")));
    client.submit(&mut Submission::new(job, Delivery::follow(PollOptions::default()))).await
}

#[tokio::test]
async fn nothing_is_broken_when_nothing_is_broken() {
    let submission = submit_through(usize::MAX, Fault::Late).await.unwrap();
    assert!(submission.state.unwrap().complete().is_some());
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
            assert_eq!(error.step, step, "{fault:?}");
            assert_eq!(error.smile_job_id.is_some(), step != Step::Announce);
            match *error.source {
                Error::Transport(it) => assert_eq!(it.kind(), kind, "{fault:?} at {step:?}"),
                other => panic!("{fault:?} at {step:?}: {other:?}"),
            }
        }
    }
}

#[tokio::test]
async fn an_error_page_is_a_refusal_with_its_status() {
    for (broken, step) in STEPS.into_iter().enumerate() {
        let error = submit_through(broken, Fault::ErrorPage).await.unwrap_err();
        assert_eq!(error.step, step);
        match *error.source {
            Error::Refused(refusal) => {
                assert_eq!(refusal.status, 502);
                assert!(refusal.body.starts_with(b"<html>"));
                assert_eq!(refusal.code, None);
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_wrong_body_is_malformed_where_a_body_is_read() {
    for (broken, step) in STEPS.into_iter().enumerate() {
        let outcome = submit_through(broken, Fault::WrongBody).await;
        if step == Step::Upload {
            // S3 answers the archive with an empty body, and what a proxy puts there instead changes nothing.
            assert!(outcome.is_ok());
            continue;
        }
        let error = outcome.unwrap_err();
        assert_eq!(error.step, step);
        match *error.source {
            Error::Malformed(reply) => assert!(reply.body.starts_with(b"<html>")),
            other => panic!("{other:?}"),
        }
    }
}
