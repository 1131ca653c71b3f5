//! Tests the diagnosis of refused requests and unusual archives: in the journal and in a header, but not in the body.

use std::{collections::BTreeSet, path::Path};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::{HeaderValue, Method, Request, Response, header::CONTENT_TYPE};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use smileid_mock_server::Config;
use smileid_protocol::{
    auth::{Credentials, doctor::SignatureIssue},
    endpoint::Endpoint,
    job::ImageJob,
    types::ErrorCode,
    v1::{
        auth_smile, backfill_users, job_status, selfie_form::SelfieForm, smart_selfie_enroll, upload,
        verify_phone_number,
    },
};

use crate::support::{Mock, ids, joined, ready, registration, selfie};

const PARTNER: &str = "085";
const KEY: &str = "test-api-key-0001";
/// API key that looks like base64.
const BASE64_KEY: &str = "dGVzdC1hcGkta2V5LTAwMDE=";
const TIME: &str = "2023-03-09T21:35:00.279Z";

/// A signature with one mistake, made without the code of the protocol crate.
struct Mistake {
    code: &'static str,
    key: &'static str,
    partner: String,
    timestamp: String,
    signature: String,
    /// Timestamp in another place of the request.
    elsewhere: Option<String>,
}

fn mac(key: &[u8], message: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(message.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn sign(key: &[u8], message: &str) -> String {
    STANDARD.encode(mac(key, message))
}

fn hexadecimal(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

/// Returns the mistakes of the wire reference (sections 2 and 9), at least one for every code of the signature doctor.
fn mistakes() -> Vec<Mistake> {
    let message = format!("{TIME}{PARTNER}sid_request");
    let raw = mac(KEY.as_bytes(), &message);
    let right = STANDARD.encode(&raw);
    let with = |code, signature: String| Mistake {
        code,
        key: KEY,
        partner: PARTNER.into(),
        timestamp: TIME.into(),
        signature,
        elsewhere: None,
    };
    let signed = |code, message: &str| with(code, sign(KEY.as_bytes(), message));
    let time = |code, time: &str| signed(code, &format!("{time}{PARTNER}sid_request"));
    // A time whose signature has letters in which the two alphabets of base64 differ.
    let odd = (0..1000).map(|n| format!("2023-03-09T21:35:00.{n:03}Z")).find_map(|time| {
        let signature = sign(KEY.as_bytes(), &format!("{time}{PARTNER}sid_request"));
        (signature.contains('+') && signature.contains('/')).then_some((time, signature))
    });
    let (odd_time, odd_signature) = odd.unwrap();
    let mut wrapped = right.clone();
    wrapped.insert(20, ' ');
    vec![
        with("other-key", sign(b"test-api-key-0212", &message)),
        signed("partner-padding-lost", &format!("{TIME}85sid_request")),
        signed("partner-padding-added", &format!("{TIME}0085sid_request")),
        Mistake { partner: "777".into(), ..signed("other-partner", &format!("{TIME}777sid_request")) },
        Mistake { partner: "85".into(), ..with("partner-id-rewritten", right.clone()) },
        Mistake {
            key: BASE64_KEY,
            ..with("key-decoded", sign(&STANDARD.decode(BASE64_KEY).unwrap(), &message))
        },
        with("key-whitespace", sign(format!("{KEY}\n").as_bytes(), &message)),
        signed("partner-id-decorated", &format!("{TIME}{PARTNER}\nsid_request")),
        with("key-quoted", sign(format!("\"{KEY}\"").as_bytes(), &message)),
        with("key-byte-order-mark", sign(format!("\u{feff}{KEY}").as_bytes(), &message)),
        with("key-case", sign(KEY.to_uppercase().as_bytes(), &message)),
        with("hexadecimal", hexadecimal(&raw)),
        with("hexadecimal-upper-case", hexadecimal(&raw).to_uppercase()),
        with("base64-of-hexadecimal", STANDARD.encode(hexadecimal(&raw))),
        Mistake {
            timestamp: odd_time.clone(),
            ..with("url-safe", odd_signature.replace('+', "-").replace('/', "_"))
        },
        with("unpadded", right.trim_end_matches('=').into()),
        with("whitespace", wrapped),
        Mistake { timestamp: odd_time.clone(), ..with("plus-lost", odd_signature.replace('+', " ")) },
        with("truncated", right[..22].into()),
        with("other-hash", STANDARD.encode([7; 20])),
        with("not-a-signature", "signature".into()),
        signed("no-timestamp", &format!("{PARTNER}sid_request")),
        signed("no-partner-id", &format!("{TIME}sid_request")),
        signed("no-sid-request", &format!("{TIME}{PARTNER}")),
        signed("sid-request-spelling", &format!("{TIME}{PARTNER}sid_request1")),
        signed("part-order", &format!("{PARTNER}{TIME}sid_request")),
        signed("separator", &format!("{TIME}:{PARTNER}:sid_request")),
        signed("message-whitespace", &format!("{message}\n")),
        with("plain-hash", STANDARD.encode(Sha256::digest(&message))),
        with("key-and-message-swapped", sign(message.as_bytes(), KEY)),
        with(
            "sec-key",
            format!("{}|{}", STANDARD.encode([1; 128]), hexadecimal(&Sha256::digest("85:1562938446"))),
        ),
        Mistake {
            elsewhere: Some("2023-03-09T21:35:02.010Z".into()),
            ..time("other-place", "2023-03-09T21:35:02.010Z")
        },
        Mistake { partner: right.clone(), ..with("partner-and-signature-swapped", PARTNER.into()) },
        Mistake {
            partner: TIME.into(),
            timestamp: PARTNER.into(),
            ..with("partner-and-timestamp-swapped", right.clone())
        },
        Mistake { timestamp: right.clone(), ..with("signature-and-timestamp-swapped", TIME.into()) },
        with("unexplained", sign(b"nobody has this key", &message)),
        time("timestamp-fraction", "2023-03-09T21:35:00Z"),
        time("timestamp-zone", "2023-03-09T21:35:00.279+00:00"),
        time("timestamp-separator", "2023-03-09 21:35:00.279Z"),
        time("timestamp-spelling", "2023-03-09 21:35:00 +0000"),
        time("timestamp-epoch", "1678397700"),
        time("timestamp-local", "2023-03-09T22:35:00.279"),
        time("timestamp-local-as-utc", "2023-03-10T00:35:00.279Z"),
        time("timestamp-whitespace", "2023-03-09T21:35:00.279Z\n"),
        time("timestamp-quoted", "\"2023-03-09T21:35:00.279Z\""),
    ]
}

fn mock_of(key: &str) -> Mock {
    let mut config = Config::new([42; 32]);
    let partners = [(PARTNER, key), ("212", "test-api-key-0212")];
    config.partners = partners.map(|(id, key)| Credentials::new(id, key).unwrap()).into();
    Mock::with(config)
}

/// Replaces the signature of a request with a wrong one, wherever the endpoint has it.
fn with_proof(mut request: Request<Bytes>, mistake: &Mistake) -> Request<Bytes> {
    const HEADERS: [&str; 3] = ["smileid-partner-id", "smileid-timestamp", "smileid-request-signature"];
    let parts = [&mistake.partner, &mistake.timestamp, &mistake.signature];
    let in_headers = request.headers().contains_key(HEADERS[0]);
    if let Some(elsewhere) = mistake.elsewhere.as_ref().filter(|_| !in_headers) {
        request.headers_mut().insert(HEADERS[1], HeaderValue::from_str(elsewhere).unwrap());
    }
    if in_headers {
        for (name, value) in HEADERS.into_iter().zip(parts) {
            request.headers_mut().insert(name, HeaderValue::from_str(value).unwrap());
        }
        return request;
    }
    let mut body: Value = serde_json::from_slice(request.body()).unwrap();
    let partner = if body.get("smile_client_id").is_some() { "smile_client_id" } else { "partner_id" };
    for (name, value) in [partner, "timestamp", "signature"].into_iter().zip(parts) {
        assert!(body.get(name).is_some());
        body[name] = value.as_str().into();
    }
    request.map(|_| body.to_string().into())
}

fn header(response: &Response<Bytes>) -> &str {
    response.headers().get("smileid-mock-diagnosis").expect("a diagnosis").to_str().unwrap()
}

fn last_entry(mock: &Mock) -> Value {
    mock.journal("?limit=1")[0].clone()
}

/// Returns the codes in the diagnosis of the last request.
fn codes(mock: &Mock) -> Vec<String> {
    let entry = last_entry(mock);
    let reasons = entry["diagnosis"].as_array().unwrap();
    reasons.iter().map(|reason| reason["code"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_mistake_with_a_signature_is_named() {
    let mistakes = mistakes();
    let named: BTreeSet<_> = mistakes.iter().map(|mistake| mistake.code).collect();
    assert_eq!(
        named,
        SignatureIssue::CODES.iter().copied().collect(),
        "each code of the doctor's has its mistake"
    );

    for mistake in &mistakes {
        let mock = mock_of(mistake.key);
        let requests = [
            mock.encode(&job_status::Request::new("leo", "job")),
            mock.encode(&ready(registration("leo", "job")).upload_request(None)),
            mock.encode(&smart_selfie_enroll::Request::from(SelfieForm::new(
                "leo",
                Bytes::from_static(b"\xff\xd8\xff"),
            ))),
        ];
        for request in requests {
            let path = request.uri().path().to_owned();
            if mistake.elsewhere.is_some() && path.starts_with("/v2") {
                continue; // the form has no second place
            }
            let response = mock.raw(&with_proof(request, mistake));
            let what = format!("{} at {path}", mistake.code);

            // The platform's response, word for word. It does not contain the reason.
            let text = ErrorCode::NOT_AUTHORIZED.row().unwrap().texts[0];
            let body: Value = serde_json::from_slice(response.body()).unwrap();
            assert_eq!(
                (response.status().as_u16(), body),
                (400, json!({"code": "2205", "error": text})),
                "{what}"
            );

            // One of the many spellings of a timestamp takes long to find, and may stand in the journal alone.
            let is_named = header(&response).starts_with(&format!("{}: ", mistake.code));
            let may_wait = mistake.code.starts_with("timestamp-");
            assert!(
                is_named || may_wait && header(&response).contains("search-continues: "),
                "{what}: {}",
                header(&response)
            );
            assert_eq!(codes(&mock)[0], mistake.code, "{what}");
            let entry = last_entry(&mock);
            assert_eq!(entry["refused"], true);
            let shown = format!("{entry} {}", header(&response));
            assert!(!shown.contains(mistake.key), "{what}: {shown}");
            let is_secret = mistake.signature.len() > 24;
            assert!(!is_secret || !shown.contains(&mistake.signature), "{what}: {shown}");
        }
    }
}

/// Returns a status request whose signature is wrong in one text.
fn wrong_proof(timestamp: &str, signature: String) -> Mistake {
    let (partner, timestamp) = (PARTNER.into(), timestamp.into());
    Mistake { code: "", key: KEY, partner, timestamp, signature, elsewhere: None }
}

#[test]
fn common_mistakes_are_named_in_the_answer() {
    let mock = mock_of(KEY);
    let hash = |message: &str| STANDARD.encode(Sha256::digest(message));
    let message = format!("{TIME}{PARTNER}sid_request");
    let mistakes = [
        ("no-partner-id", sign(KEY.as_bytes(), TIME)),
        ("separator", sign(KEY.as_bytes(), &format!("{PARTNER}:{TIME}"))),
        ("part-order", sign(KEY.as_bytes(), &format!("sid_request{PARTNER}{TIME}"))),
        ("sid-request-spelling", sign(KEY.as_bytes(), &format!("{TIME}{PARTNER}sid_request1"))),
        ("message-whitespace", sign(KEY.as_bytes(), &format!("{message} "))),
        ("key-quoted", sign(format!("'{KEY}'\n").as_bytes(), &message)),
        ("key-byte-order-mark", sign(format!("\u{feff}{KEY}\r\n").as_bytes(), &message)),
        ("timestamp-quoted", sign(KEY.as_bytes(), &format!("\"{TIME}\"{PARTNER}sid_request"))),
        ("plain-hash", hash(&format!("{message}{KEY}"))),
        ("plain-hash", hash(&format!("{KEY}{message}"))),
        ("plain-hash", hash(&format!("{TIME}{KEY}"))),
    ];
    for (code, signature) in mistakes {
        let mistake = wrong_proof(TIME, signature);
        let response = mock.raw(&with_proof(mock.encode(&job_status::Request::new("leo", "job")), &mistake));
        let named = header(&response);
        assert!(
            named.contains(&format!("{code}: ")) && !named.contains("search-continues"),
            "{code}: {named}"
        );
    }
}

#[test]
fn rare_mistakes_are_found_after_the_answer_for_the_journal() {
    let mock = mock_of(KEY);
    // Signed with microseconds, of which the request has the milliseconds: one of thousands of spellings.
    let signed = format!("2023-03-09T21:35:00.279913{PARTNER}sid_request");
    let mistake = wrong_proof(TIME, sign(KEY.as_bytes(), &signed));
    let request = with_proof(mock.encode(&job_status::Request::new("leo", "job")), &mistake);
    let response = mock.raw(&request);
    assert!(header(&response).starts_with("unexplained: "), "{}", header(&response));
    assert!(header(&response).contains("; search-continues: "), "{}", header(&response));
    assert_eq!(codes(&mock), ["timestamp-spelling"]);

    // A mistake that no search finds.
    let mistake = wrong_proof(TIME, sign(b"nobody has this key", TIME));
    mock.raw(&with_proof(mock.encode(&job_status::Request::new("leo", "job")), &mistake));
    assert_eq!(codes(&mock), ["unexplained"]);
}

#[test]
fn a_proof_of_any_length_is_not_examined() {
    let mock = mock_of(KEY);
    let long = "2".repeat(1_900_000);
    let signature = sign(b"another key", TIME);
    for (mistake, name) in [
        (wrong_proof(&long, signature.clone()), "timestamp"),
        (wrong_proof(TIME, long.clone()), "signature"),
        (Mistake { partner: long.clone(), ..wrong_proof(TIME, signature) }, "partner id"),
    ] {
        let request = with_proof(mock.encode(&job_status::Request::new("leo", "job")), &mistake);
        let response = mock.raw(&request);
        let expected = format!("proof-too-long: the {name} has 1900000 bytes");
        assert!(header(&response).starts_with(&expected), "{}", header(&response));
        assert_eq!(codes(&mock), ["proof-too-long"], "{name}");
        assert!(last_entry(&mock).to_string().len() < 4000, "{name}");
    }
}

#[test]
fn a_partner_who_lost_zeros_is_recognised() {
    let mock = mock_of(KEY);
    let lost = Mistake {
        code: "",
        key: KEY,
        partner: "85".into(),
        timestamp: TIME.into(),
        signature: sign(KEY.as_bytes(), &format!("{TIME}85sid_request")),
        elsewhere: None,
    };
    let request = with_proof(mock.encode(&job_status::Request::new("leo", "job")), &lost);
    mock.raw(&request);
    assert_eq!(codes(&mock), ["partner-padding-lost", "unknown-partner"]);
    let text = last_entry(&mock)["diagnosis"][1]["text"].to_string();
    assert!(text.contains("`085`"), "{text}");

    // Nobody's key, and nobody's id.
    let stranger = Mistake {
        partner: "999".into(),
        signature: sign(b"another key", &format!("{TIME}999sid_request")),
        ..lost
    };
    mock.raw(&with_proof(mock.encode(&job_status::Request::new("leo", "job")), &stranger));
    assert_eq!(codes(&mock), ["unknown-partner"]);
}

#[test]
fn a_proof_that_is_missing_is_named() {
    let mock = Mock::new();
    mock.send_altered(&job_status::Request::new("leo", "job"), |members| drop(members.remove("signature")));
    assert_eq!(codes(&mock), ["proof-missing"]);
    assert!(last_entry(&mock)["diagnosis"][0]["text"].as_str().unwrap().contains("`signature`"));
    // A partner id that became a number.
    mock.send_altered(&job_status::Request::new("leo", "job"), |members| {
        members.insert("partner_id".into(), 85.into());
    });
    assert_eq!(codes(&mock), ["unreadable-json"]);
    assert!(last_entry(&mock)["diagnosis"][0]["text"].as_str().unwrap().contains("`partner_id`"));
}

/// Frequent mistakes: members in camel case, the API key in the body, and the old `sec_key` (used before 2022).
#[test]
fn invented_members_are_named() {
    let mock = Mock::new();
    let request = job_status::Request::new("leo", "job");
    let spelt = |name: &'static str, otherwise: &'static str| {
        mock.send_altered(&request, |members| {
            let value = members.remove(name).unwrap();
            members.insert(otherwise.into(), value);
        });
        let texts = last_entry(&mock)["diagnosis"].clone();
        assert!(
            texts[1]["text"].as_str().unwrap().contains(&format!("`{otherwise}` must be named `{name}`")),
            "{texts}"
        );
        codes(&mock)
    };
    assert_eq!(spelt("partner_id", "partnerId"), ["proof-missing", "member-spelling"]);
    assert_eq!(spelt("signature", "Signature"), ["proof-missing", "member-spelling"]);
    assert_eq!(spelt("job_id", "jobId"), ["member-missing", "member-spelling"]);

    mock.send_altered(&request, |members| {
        members.remove("signature");
        members.remove("timestamp");
        members.insert("api_key".into(), KEY.into());
    });
    assert_eq!(codes(&mock), ["proof-missing", "key-sent"]);
    assert!(!last_entry(&mock).to_string().contains(KEY));
    mock.send_altered(&request, |members| {
        members.insert("signature".into(), sign(b"another key", "x").into());
        members.insert("apiKey".into(), KEY.into());
    });
    assert_eq!(codes(&mock), ["unexplained", "key-sent"]);

    mock.send_altered(&request, |members| {
        members.remove("signature");
        members.insert("sec_key".into(), "abc|def".into());
    });
    assert_eq!(codes(&mock), ["proof-missing", "sec-key"]);
}

#[test]
fn what_breaks_a_rule_is_named() {
    let mock = Mock::new();
    let assert_last = |code: &str, text: &str| {
        let entry = last_entry(&mock);
        let reason = &entry["diagnosis"][0];
        assert_eq!((&reason["code"], &reason["severity"]), (&code.into(), &"refused".into()), "{entry}");
        assert!(reason["text"].as_str().unwrap().contains(text), "{reason}");
    };
    let announce = || ready(registration("leo", "job")).upload_request(None);
    mock.send(&announce()).unwrap();
    mock.send(&announce()).unwrap_err();
    assert_last("2215", ErrorCode::JOB_EXISTS.row().unwrap().meaning);

    let without = |path: &str| mock.refusal_with(&announce(), path, Value::Null);
    without("partner_params.user_id");
    assert_last("member-missing", "`partner_params.user_id`");
    mock.refusal_with(&announce(), "partner_params.job_type", json!([]));
    assert_last("unreadable-json", "expected");

    let request = verify_phone_number::Request::from(smileid_protocol::v1::phone::PhoneCheck::new(
        "XX",
        "0",
        smileid_protocol::v1::phone::MatchFields::default(),
    ));
    mock.refusal(&request);
    assert_last("member-invalid", "`country` must be one of [KE, NG");

    mock.refusal(&backfill_users::Request::new("leo", "2023-01-01", "????"));
    assert_last("rule-broken", "base64");

    let app = auth_smile::Request::new(mock.credentials.partner_id().clone(), "wrong", 4.into());
    mock.refusal(&app);
    assert_last("rule-broken", "auth_token");
}

#[test]
fn what_is_wrong_with_a_link_is_named() {
    let mock = Mock::new();
    let url = mock.send(&ready(registration("leo", "job")).upload_request(None)).unwrap().upload_url;
    let put = |url: &str, content: &str| {
        let request = Request::put(url).header(CONTENT_TYPE, content).header("content-length", 1);
        mock.raw(&request.body(Bytes::from_static(b"x")).unwrap())
    };
    let zip = "application/zip";
    assert!(header(&put(&url.replace("Expires=17", "Expires=18"), zip)).starts_with("link-altered: "));
    assert!(header(&put(&url, "application/x-zip")).starts_with("content-type: "));
    assert_eq!(last_entry(&mock)["job_id"], "job", "a link stands for its job");
    mock.pass(std::time::Duration::from_secs(16 * 60));
    let expired = put(&url, zip);
    assert!(header(&expired).starts_with("link-expired: "));
    assert!(expired.body().starts_with(b"<?xml"));
    assert_eq!(
        (last_entry(&mock)["code"].clone(), codes(&mock)),
        (Value::Null, vec!["link-expired".to_owned()])
    );
}

#[test]
fn the_nearest_route_is_named() {
    let mock = Mock::new();
    for (method, path, code, says) in [
        (Method::POST, "/v1/uplaod", "no-route", "POST /v1/upload"),
        (Method::POST, "/v1/job-status", "no-route", "POST /v1/job_status"),
        (Method::POST, "/upload", "no-route", "POST /v1/upload"),
        (Method::GET, "/v1/job_status", "wrong-method", "POST /v1/job_status"),
        (Method::GET, "/nothing/like/it", "no-route", "no endpoint has a similar path"),
    ] {
        let response = mock.raw(&Request::builder().method(method).uri(path).body(Bytes::new()).unwrap());
        assert_eq!(response.status(), 403, "{path}");
        assert_eq!(response.body(), r#"{"message":"Missing Authentication Token"}"#);
        assert!(
            header(&response).starts_with(code) && header(&response).contains(says),
            "{}",
            header(&response)
        );
        assert_eq!(codes(&mock), [code]);
    }
}

#[test]
fn a_request_that_is_answered_has_no_diagnosis() {
    let mock = Mock::new();
    mock.send(&ready(registration("leo", "job")).upload_request(None)).unwrap();
    let response = mock.raw(&mock.encode(&job_status::Request::new("leo", "job")));
    assert!(!response.headers().contains_key("smileid-mock-diagnosis"));
    assert_eq!((last_entry(&mock)["refused"].clone(), codes(&mock)), (false.into(), vec![]));
}

/// Uploads an archive for a new job. Returns the findings in the journal and those at the job.
fn reasons_of(archive: Bytes) -> (Vec<Value>, Vec<Value>) {
    let mock = Mock::new();
    let url = mock.send(&ready(registration("leo", "job")).upload_request(None)).unwrap().upload_url;
    assert_eq!(mock.put(&url, archive).status(), 200, "the storage takes anything");
    let jobs = mock.admin(&Method::GET, "/jobs").1;
    let list = |it: &Value| it.as_array().unwrap().clone();
    (list(&last_entry(&mock)["diagnosis"]), list(&jobs["jobs"][0]["findings"]))
}

/// Archives of the conformance suite, made with Python's zipfile and struct, each with its mistake.
#[test]
#[expect(clippy::disallowed_methods, reason = "the archives are files")]
fn every_broken_archive_has_its_own_diagnosis() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../smileid-conformance/cases/package");
    let mut seen = 0;
    for file in std::fs::read_dir(&folder).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|it| it != "json") {
            continue;
        }
        let case: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let (Some(archive), Some(expected)) =
            (case["open"]["archive"].as_str(), case["open"]["expect"]["findings"].as_array())
        else {
            continue;
        };
        let (journal, job) = reasons_of(std::fs::read(folder.join(archive)).unwrap().into());
        let what = |reason: &Value| (reason["severity"].to_string(), reason["code"].to_string());
        let sorted = |reasons: &[Value]| {
            let of_inspection = reasons.iter().filter(|reason| reason["severity"] != "warning");
            let mut whats: Vec<_> = of_inspection.map(what).collect();
            whats.retain(|(_, code)| !code.starts_with("\"archive."));
            whats.sort();
            whats
        };
        assert_eq!(sorted(&job), sorted(expected), "{archive}");
        assert_eq!(sorted(&journal), sorted(expected), "{archive}");
        for reason in &journal {
            assert!(!reason["text"].as_str().unwrap().is_empty());
        }
        seen += 1;
    }
    assert!(seen > 80, "{seen}");
}

#[test]
fn an_archive_is_held_against_its_job() {
    use smileid_protocol::package::{
        INFO_JSON,
        layout::{Entry, layout},
    };
    let zip = |info: Value, files: &[&'static str]| {
        let mut entries = vec![Entry::new(INFO_JSON, Bytes::from(info.to_string()))];
        entries
            .extend(files.iter().map(|name| Entry::new(*name, Bytes::from_static(crate::support::SELFIE))));
        joined(&layout(entries).unwrap())
    };
    let row = json!({"image_type_id": 0, "image": "", "file_name": "leonora.jpg"});
    let other = json!({"images": [row], "misc_information": {"partner_params": {"job_id": "other"}}});
    let (reasons, _) = reasons_of(zip(other, &["leonora.jpg"]));
    assert!(
        reasons.iter().any(|it| it["code"] == "archive.other-job" && it["severity"] == "problem"),
        "{reasons:?}"
    );

    let none = json!({"images": [{"image_type_id": 1, "image": "", "file_name": "card.jpg"}]});
    let (reasons, _) = reasons_of(zip(none, &["card.jpg"]));
    assert!(reasons.iter().any(|it| it["code"] == "archive.no-selfie"), "{reasons:?}");

    // Findings name a place: a pointer into info.json, or an archive entry, masked as its name may contain a person's.
    let lacking = json!({"images": [row, {"image_type_id": 0, "image": "", "file_name": "gone.jpg"}]});
    let (reasons, findings) = reasons_of(zip(lacking, &["leonora.jpg", "unlisted.jpg"]));
    assert_eq!(reasons, findings);
    let at = |code: &str| reasons.iter().find(|it| it["code"] == code).unwrap()["at"].clone();
    assert_eq!(at("image.file-missing"), "/images/1/file_name");
    assert_eq!(at("entry.not-listed"), "<name of 12 characters>");

    let sound = ready(ImageJob::smart_selfie_registration(ids("leo", "job"), selfie()));
    let mock = Mock::new();
    let request: upload::Request = sound.upload_request(None);
    let reply = mock.send(&request).unwrap();
    mock.put(&reply.upload_url, mock.archive(&sound, &request, &reply));
    assert_eq!(codes(&mock), Vec::<String>::new());
    assert_eq!(
        <upload::Request as Endpoint>::SPEC.path,
        mock.journal("?endpoint=upload")[0]["path"].as_str().unwrap()
    );
}
