//! Tests V3 jobs whose outcome is unknown, and error responses.

use smileid_client::{ErrorKind, Step, TransportErrorKind};

use super::*;

/// Error bodies: the three formats of the official description and the gateway, and two bodies without a known format.
const BODIES: [&str; 5] = [
    r#"{"status":"Bad Request","message":"about Leo"}"#,
    r#"{"message":"Missing Authentication Token"}"#,
    r#"{"error":"about Leo","code":"2405"}"#,
    "<html><body>Bad Gateway</body></html>",
    "",
];

#[test]
fn a_job_is_never_sent_twice_after_its_outcome_is_unknown() {
    let unknown = [408, 424, 500, 502, 503, 504, 599];
    let refused = [301, 302, 307, 400, 401, 402, 403, 404, 409, 413, 415, 422, 429];
    for status in unknown.into_iter().chain(refused) {
        for body in BODIES {
            let (client, script) = persistent([token("a"), Answer::status(status, body)]);
            let error = client.submit(lookup_of("leo")).wait().send().unwrap_err();
            let is_unknown = unknown.contains(&status);
            assert_eq!(error.is_outcome_unknown(), is_unknown, "{status}");
            assert_eq!(error.may_be_billed(), is_unknown, "{status}");
            assert_eq!(error.status().unwrap().as_u16(), status);
            assert_eq!((error.kind(), error.step()), (ErrorKind::Refused, Some(Step::Submit)));
            assert_eq!(script.sent().len(), 2, "{status}");
            let shown = format!("{error} {error:?}");
            assert!(!shown.contains("Leo") && !shown.contains("leo"), "{shown}");
            let sent = error.sent_job().unwrap();
            assert_eq!((sent.user_id().unwrap().as_str(), sent.job_id()), ("leo", None));
        }
    }
}

#[test]
fn a_reply_that_names_no_job_leaves_the_outcome_unknown() {
    let other =
        [r#"{"status":"accepted"}"#, r#"{"status":"accepted","job_id":"../token"}"#, "[]", "<html>", ""];
    for body in other {
        let (client, script) = persistent([token("a"), Answer::status(202, body)]);
        let error = client.submit(lookup()).send().unwrap_err();
        assert!(error.is_outcome_unknown() && error.may_be_billed(), "{body}");
        assert_eq!((error.kind(), script.sent().len()), (ErrorKind::Malformed, 2));
    }
}

#[test]
fn only_what_was_not_sent_is_sent_again() {
    for kind in
        [TransportErrorKind::Timeout, TransportErrorKind::Interrupted, TransportErrorKind::ReplyTooLarge]
    {
        let (client, script) = persistent([token("a"), Answer::fail(kind)]);
        let error = client.submit(lookup()).send().unwrap_err();
        assert!(error.is_outcome_unknown() && error.may_be_billed(), "{kind:?}");
        assert_eq!((error.kind(), script.sent().len()), (ErrorKind::NoResponse, 2));
    }
    let (client, script) = persistent([token("a"), Answer::fail(TransportErrorKind::Connect), accepted()]);
    client.submit(lookup()).send().unwrap();
    assert_eq!(header(&script.sent()[2], "smileid-token"), Some("a"));
}

#[test]
fn a_token_that_does_not_come_leaves_nothing_unknown() {
    // A request for a token has no effect, so it is repeated.
    let (client, script) = persistent([
        Answer::status(503, ""),
        Answer::fail(TransportErrorKind::Interrupted),
        token("a"),
        accepted(),
    ]);
    client.submit(lookup()).send().unwrap();
    assert_eq!(script.sent().len(), 4);

    let (client, script) = persistent([Answer::status(401, BODIES[0])]);
    let error = client.submit(lookup()).send().unwrap_err();
    assert!(!error.is_outcome_unknown() && !error.may_be_billed());
    assert_eq!((script.sent().len(), error.http_status().as_u16()), (1, 502));
}

#[test]
fn credentials_go_to_the_api_s_host_alone() {
    let redirect = || {
        let response = http::Response::builder().status(307).header("location", "https://evil.example/");
        Answer::from(response.body(bytes::Bytes::new()).unwrap())
    };
    let (client, script) = persistent([redirect(), token("a"), redirect(), token(jwt(1)), redirect()]);
    assert_eq!(client.submit(lookup()).send().unwrap_err().status().unwrap().as_u16(), 307);
    assert_eq!(client.submit(lookup()).send().unwrap_err().status().unwrap().as_u16(), 307);
    assert_eq!(client.v3().status(&job_id()).unwrap_err().status().unwrap().as_u16(), 307);
    assert_eq!(script.sent().len(), 5);
    for sent in script.sent() {
        assert_eq!(sent.head.uri.authority().unwrap(), "127.0.0.1:9");
        assert!(!sent.head.uri.to_string().contains("test-api-key"));
    }
}

#[test]
fn nothing_secret_is_shown() {
    let (client, _) = client([token("secret-token"), accepted()]);
    let call = client.submit(lookup_of("leo"));
    let shown = format!("{call:?}");
    let accepted = call.send().unwrap();
    let shown = format!("{shown} {accepted:?} {client:?}");
    for secret in ["secret-token", "test-api-key", "leo", "Joe", "00000000000"] {
        assert!(!shown.contains(secret), "{secret}: {shown}");
    }
}
