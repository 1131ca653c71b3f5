//! Tests complete submissions: the client with the mock server, over real sockets and with the drawn images.

use std::time::Duration;

use smileid::{
    Client, Config, Decision, Environment, ErrorKind, IdNumber, Image, ImageJob, JobRef, LookupJob, Result,
    protocol::v1::job_status,
    types::{Action, ActionValue, ErrorCode},
};
use smileid_mock_server::MockServer;

use crate::image;

struct Journey {
    client: Client,
    _server: MockServer,
}

impl Journey {
    async fn start() -> Self {
        let server = MockServer::start().await.unwrap();
        let environment: Environment = server.base_url().parse().unwrap();
        let config = Config::new(server.credentials().clone(), &environment);
        Self { client: Client::new(config).unwrap(), _server: server }
    }

    async fn submit(&self, job: ImageJob) -> Result<job_status::Response> {
        let outcome = self.client.submit(job).wait().history().image_links().await?;
        Ok(outcome.status().unwrap().clone())
    }
}

fn selfie() -> Image {
    Image::file(image("selfie.jpg"))
}

fn ids(job_id: &str) -> JobRef {
    JobRef::new("user-1", job_id).unwrap()
}

fn id_number() -> IdNumber {
    IdNumber::new("NG", "BVN", "00000000000").unwrap()
}

#[tokio::test]
async fn one_user_from_enrolment_to_a_new_photo() {
    let journey = Journey::start().await;
    for (job, code) in [
        (ImageJob::biometric_kyc(ids("job-1"), selfie(), id_number()), "0810"),
        (ImageJob::smart_selfie_authentication(ids("job-2"), Image::file(image("selfie.png"))), "0820"),
        (ImageJob::update_photo(ids("job-3"), selfie()), "0880"),
        (ImageJob::smart_selfie_registration(ids("job-4"), selfie()).allowing_new_enroll(), "0840"),
        (
            ImageJob::document_verification(ids("job-5"), selfie(), Image::file(image("id_card.jpg")), "NG")
                .unwrap(),
            "0810",
        ),
    ] {
        let job_type = job.job_type();
        let reply = journey.submit(job).await.unwrap();
        assert!(reply.job_complete && reply.job_success, "type {job_type}");
        assert_eq!(reply.code, Some(ErrorCode::STATUS_ANSWERED));
        let result = reply.result().unwrap();
        assert_eq!(result.result_code.as_ref().unwrap().as_str(), code, "type {job_type}");
        assert_eq!(result.partner_params.as_ref().unwrap().job_type, Some(job_type));
        assert!(reply.image_links.unwrap().selfie_image.is_some());
    }
}

#[tokio::test]
async fn a_lookup_answers_at_once_with_the_sample_person() {
    let journey = Journey::start().await;
    let outcome = journey.client.submit(LookupJob::enhanced_kyc(ids("job-1"), id_number())).await.unwrap();
    assert_eq!(outcome.decision(), Decision::Approved);
    let reply = outcome.result().unwrap();
    assert_eq!(reply.result_code.as_ref().unwrap().as_str(), "1012");
    assert_eq!(reply.personal_info.full_name.as_deref(), Some("Joe Doe Leo"));
    assert_eq!(reply.actions.as_ref().unwrap()[&Action::VerifyIdNumber], ActionValue::Verified);
}

#[tokio::test]
async fn refusals_carry_their_codes() {
    let journey = Journey::start().await;
    let register = |job_id| ImageJob::smart_selfie_registration(ids(job_id), selfie());
    let authenticate = |job_id| ImageJob::smart_selfie_authentication(ids(job_id), selfie());

    for (job, code) in [
        (authenticate("job-0"), Some(ErrorCode::NOT_ENROLLED)),
        (register("job-1"), None),
        (register("job-2"), Some(ErrorCode::ALREADY_ENROLLED)),
        (authenticate("job-1"), Some(ErrorCode::JOB_EXISTS)),
        (authenticate("job-2"), None), // the refusal above did not use up the id
    ] {
        let outcome = journey.submit(job).await;
        assert_eq!(outcome.err().and_then(|error| error.code().cloned()), code);
    }
}

#[tokio::test]
async fn a_wrong_key_is_refused() {
    let journey = Journey::start().await;
    let mut config = Config::clone(journey.client.config());
    config.credentials = smileid::Credentials::new("085", "another-key").unwrap();
    let stranger = Client::new(config).unwrap();
    let error = stranger.status(&ids("job-1")).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Refused, Some(&ErrorCode::NOT_AUTHORIZED)));
}

#[tokio::test]
async fn a_job_can_be_awaited_by_another_client() {
    let mut options = smileid_mock_server::Options::new().unwrap();
    options.config.processing = "polls=2".parse().unwrap();
    let server = MockServer::start_with(options).await.unwrap();
    let environment: Environment = server.base_url().parse().unwrap();
    let config = Config::new(server.credentials().clone(), &environment);
    let submit = Client::new(config.clone()).unwrap();
    let callback = smileid::CallbackUrl::parse("http://127.0.0.1:9/").unwrap();
    let job = ImageJob::smart_selfie_registration(ids("job-1"), selfie());
    let accepted = submit.submit(job).callback(callback).await.unwrap();

    let other = Client::new(config).unwrap();
    let outcome = other.wait(accepted.ids()).up_to(Duration::ZERO).await.unwrap();
    assert!(outcome.is_pending(), "two questions are answered with `not yet`");
    let outcome = other.wait(accepted.ids()).await.unwrap();
    assert!(!outcome.is_pending());
}
