//! Tests V3 jobs, and the outcomes of waiting for their results.

use std::time::Duration;

use smileid_client::{
    ErrorKind, Step,
    protocol::{job::CallbackUrl, types::Decision},
    v3::{authentication, biometric_kyc, registration},
};

use super::*;

#[test]
fn the_status_decides() {
    // The meanings of the statuses in the official description.
    for (word, decision, is_pending) in [
        ("clear", "approved", false),
        ("attention", "finding", false),
        ("block", "rejected", false),
        ("error", "not_done", false),
    ] {
        let (client, script) =
            client([token("a"), accepted(), token(jwt(1)), not_found(), status("processing"), status(word)]);
        let outcome = client.submit(lookup()).wait().send().unwrap();
        assert_eq!((outcome.decision().word(), outcome.is_pending()), (decision, is_pending), "{word}");
        assert_eq!(outcome.job_id(), &job_id());
        assert_eq!(outcome.sent_job().unwrap().job_id(), Some(&job_id()));
        let status = format!("/v3/status/{JOB}");
        assert_eq!(paths(&script)[2..], ["/v3/token", &status, &status, &status]);
        // 250 ms, then doubled, each by up to a fifth more or less.
        let waits = script.waits();
        assert_eq!(waits.len(), 3);
        assert!(
            waits[0] >= Duration::from_millis(200) && waits[2] <= Duration::from_millis(1200),
            "{waits:?}"
        );
    }
}

#[test]
fn what_is_no_end_is_pending() {
    for (word, decision) in [("processing", Decision::Pending), ("complete", Decision::Unknown)] {
        let script = Script::new([token("a"), accepted(), token(jwt(1))]).then_forever(status(word));
        let client = Client::new(once(), script.clone());
        let outcome = client.submit(lookup()).wait_for(Duration::from_secs(30)).send().unwrap();
        assert!(outcome.is_pending());
        assert_eq!(outcome.decision(), decision);
        assert!(script.elapsed() <= Duration::from_secs(30));
    }
    let script = Script::new([token("a"), accepted(), token(jwt(1))]).then_forever(not_found());
    let outcome = Client::new(once(), script).submit(lookup()).wait().send().unwrap();
    assert_eq!((outcome.decision(), outcome.status()), (Decision::Pending, None));
}

#[test]
fn only_a_job_that_was_just_accepted_may_be_unknown() {
    let (client, _) = client([token(jwt(1)), not_found(), not_found(), not_found(), status("clear")]);
    for error in [client.v3().status(&job_id()).unwrap_err(), client.v3().wait(&job_id()).send().unwrap_err()]
    {
        assert!(error.is_unknown_job() && !error.is_outcome_unknown() && !error.is_retryable());
        assert_eq!((error.kind(), error.http_status().as_u16()), (ErrorKind::Refused, 404));
    }
    assert_eq!(client.v3().wait(&job_id()).of_accepted().send().unwrap().decision(), Decision::Approved);

    for body in [r#"{"status":"Not Found","message":"no such route"}"#, r#"{"status":"clear"}"#, "<html>", ""]
    {
        let (client, _) = super::client([token("a"), accepted(), token(jwt(1)), Answer::status(404, body)]);
        let error = client.submit(lookup()).wait().send().unwrap_err();
        assert!(!error.is_unknown_job(), "{body}");
        assert_eq!((error.step(), error.status().unwrap().as_u16()), (Some(Step::Await), 404));
        assert_eq!(error.sent_job().unwrap().job_id(), Some(&job_id()));
        assert!(error.may_be_billed() && !error.is_outcome_unknown());
    }
}

#[test]
fn a_status_of_another_job_is_an_error() {
    let other = r#"{"status":"clear","job_id":"job_7zzzzzzzzzzzzzzzzzzzzzzzzz","user_id":"user-1"}"#;
    let (client, _) = client([token(jwt(1)), Answer::ok(other)]);
    assert_eq!(client.v3().status(&job_id()).unwrap_err().kind(), ErrorKind::AnotherJob);
}

#[test]
fn a_wait_goes_on_after_an_outage() {
    let (client, _) = persistent([
        token("a"),
        accepted(),
        token(jwt(1)),
        Answer::status(503, "<html>busy</html>"),
        Answer::fail(smileid_client::TransportErrorKind::Interrupted),
        status("clear"),
    ]);
    assert_eq!(client.submit(lookup()).wait().send().unwrap().decision(), Decision::Approved);
}

#[test]
fn every_product_has_its_path_and_its_token() {
    let user = || UserId::new("user-1").unwrap();
    let number = || smileid_client::protocol::job::IdNumber::new("NG", "NIN", "00000000000").unwrap();
    let document = || smileid_client::v3::Document::new("NG", JPEG).unwrap().with_type("PASSPORT").unwrap();
    let (client, script) = of(&Environment::sandbox(), |_| {});
    client.submit(lookup()).send().unwrap();
    client
        .submit(biometric_kyc::Request::new(number(), selfie(), person(), consent()).unwrap())
        .send()
        .unwrap();
    let job =
        smileid_client::v3::document_verification::Request::new(document(), selfie(), person(), consent());
    client.submit(job).send().unwrap();
    let job = smileid_client::v3::enhanced_document_verification::Request::new(
        document(),
        selfie(),
        person(),
        consent(),
    );
    client.submit(job.unwrap()).send().unwrap();
    client.submit(registration::Request::new(selfie(), person(), consent())).send().unwrap();
    client.submit(authentication::Request::new(user(), selfie(), person(), consent())).send().unwrap();
    let sent = script.sent();
    let of_pairs: Vec<_> = sent
        .chunks(2)
        .map(|pair| {
            (form(&pair[0])["product"].as_str().unwrap().to_owned(), pair[1].head.uri.path().to_owned())
        })
        .collect();
    // The words of the official description.
    let expected = [
        ("enhanced_kyc", "/v3/enhanced_kyc"),
        ("biometric_kyc", "/v3/biometric_kyc"),
        ("document_verification", "/v3/document_verification"),
        ("enhanced_document_verification", "/v3/enhanced_document_verification"),
        ("smart_selfie_registration", "/v3/registration"),
        ("smart_selfie_authentication", "/v3/authentication"),
    ];
    assert_eq!(of_pairs, expected.map(|(product, path)| (product.to_owned(), path.to_owned())));
    for pair in sent.chunks(2) {
        let user_id = form(&pair[0])["user_id"].as_str().unwrap().to_owned();
        let sent_id = header(&pair[1], "user-id").map(str::to_owned);
        assert_eq!(sent_id.or_else(|| form(&pair[1])["user_id"].as_str().map(str::to_owned)), Some(user_id));
    }
}

#[test]
fn the_client_adds_a_user_a_correlation_and_its_callback() {
    let url = CallbackUrl::parse("https://partner.example/hook").unwrap();
    let (client, script) = of(&Environment::sandbox(), |config| config.callback = Some(url.clone()));
    let own = CallbackUrl::parse("https://partner.example/own").unwrap();
    let call = client.submit(lookup().with_partner_param("order", "7"));
    let names = call.sent_job().clone();
    let accepted = call.send().unwrap();
    assert_eq!(accepted.sent_job().correlation(), names.correlation());
    client.submit(lookup()).callback(own).send().unwrap();

    let sent = script.sent();
    let params: Value = serde_json::from_str(form(&sent[1])["partner_params"].as_str().unwrap()).unwrap();
    assert_eq!(params, json!({"order": "7", "correlation_id": names.correlation().as_str()}));
    let user_id = header(&sent[1], "user-id").unwrap();
    assert_eq!(Some(user_id), accepted.user_id());
    assert_eq!((user_id.len(), user_id.split_once('-').unwrap().0), (37, "user"));
    assert_eq!(form(&sent[1])["callback_url"], "https://partner.example/hook");
    assert_eq!(form(&sent[3])["callback_url"], "https://partner.example/own");

    let stored = serde_json::to_string(accepted.sent_job()).unwrap();
    assert_eq!(&serde_json::from_str::<smileid_client::v3::SentJob>(&stored).unwrap(), accepted.sent_job());
}

/// A real transport gives a different seed for each call.
#[test]
fn correlations_differ() {
    let client = Client::new(once(), smileid_client::testing::Never);
    let mut seen: Vec<_> = (0..100)
        .flat_map(|_| {
            let call = client.submit(lookup());
            let user_id = call.sent_job().user_id().unwrap().as_str().to_owned();
            [call.sent_job().correlation().as_str().to_owned(), user_id]
        })
        .collect();
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 200);
}

#[test]
fn what_cannot_be_sent_is_refused_before() {
    let http = CallbackUrl::parse("http://partner.example/hook").unwrap();
    let (client, script) = client([]);
    for (call, field) in [
        (client.submit(lookup()).callback(http), "callback_url"),
        (client.submit(lookup().with_partner_param("correlation_id", "x")), "correlation_id"),
    ] {
        let error = call.send().unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::InvalidInput, Some(field)));
        assert!(error.not_sent());
    }
    assert!(script.sent().is_empty());
}

#[test]
fn sandbox_data_does_not_go_to_production() {
    // A test identity of the official SDKs' README.
    let name = PersonName { first: "Amina Fatou", last: "Clearwater" };
    let test_person = || UserDetails::by_email(name, "amina.clearwater@example.com").unwrap();
    let job = || registration::Request::new(selfie(), test_person(), consent());
    let chosen = || registration::Request::new(selfie(), person(), consent()).with_sandbox_result(1220);
    let plain = || registration::Request::new(selfie(), person(), consent());

    let (client, script) = of(&Environment::production(), |_| {});
    for (job, field) in [(job(), "user_details"), (chosen(), "sandbox_result")] {
        let error = client.submit(job).send().unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::InvalidInput, Some(field)));
    }
    assert!(script.sent().is_empty());
    client.submit(plain()).send().unwrap();

    let (client, _) = of(&Environment::production(), |config| config.allow_sandbox_data = true);
    client.submit(job()).send().unwrap();
    let (client, _) = of(&Environment::sandbox(), |_| {});
    client.submit(job()).send().unwrap();
    client.submit(chosen()).send().unwrap();
}

#[test]
fn a_limit_covers_token_job_and_wait() {
    let script = Script::new([token("a"), accepted(), token(jwt(1))]).then_forever(status("processing"));
    let client = Client::new(once(), script.clone());
    let outcome = client.submit(lookup()).wait().timeout(Duration::from_secs(7)).send().unwrap();
    assert!(outcome.is_pending() && script.elapsed() <= Duration::from_secs(7));

    let (client, script) = super::client([Answer::late(Duration::from_secs(60))]);
    let error = client.submit(lookup()).timeout(Duration::from_secs(7)).send().unwrap_err();
    assert!(error.is_timeout() && !error.is_outcome_unknown() && !error.may_be_billed());
    assert_eq!(script.elapsed(), Duration::from_secs(7));
}

/// The time limit of uploads is longer than that of lookups.
#[test]
fn a_job_with_images_has_the_time_of_an_upload() {
    let (client, script) = client([token("a"), Answer::late(Duration::from_secs(3600))]);
    drop(client.submit(registration::Request::new(selfie(), person(), consent())).send());
    assert_eq!(script.elapsed(), Duration::from_secs(300));
    let (client, script) = super::client([token("a"), Answer::late(Duration::from_secs(3600))]);
    drop(client.submit(lookup()).send());
    assert_eq!(script.elapsed(), Duration::from_secs(30));
}
