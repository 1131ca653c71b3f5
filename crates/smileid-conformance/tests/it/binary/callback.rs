//! Tests the command `callback` over sockets, against wrong receivers and other servers.

use std::{
    convert::Infallible,
    fs,
    io::Write as _,
    net::{SocketAddr, TcpListener},
    process::{Command, Output},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::runtime;

use super::{path, read, text};
use crate::receivers::{
    failures,
    wrong::{KEY, Middling, Queueing, Receiver},
};

fn callback(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_smileid-conformance"));
    command.env_remove("SMILE_ID_PARTNER_ID").env_remove("SMILE_ID_API_KEY");
    command.arg("callback").args(arguments).output().unwrap()
}

/// Serves a receiver at `/callback` and `/state` until the tests end.
fn serve(receiver: impl Receiver + Send + 'static) -> String {
    let runtime = runtime::Builder::new_current_thread().enable_io().build().unwrap();
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    let listener = runtime.block_on(tokio::net::TcpListener::bind(any)).unwrap();
    let url = format!("http://{}/callback", listener.local_addr().unwrap());
    let receiver = Arc::new(Mutex::new(receiver));
    thread::spawn(move || {
        runtime.block_on(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let receiver = Arc::clone(&receiver);
                let service = service_fn(move |request| respond(Arc::clone(&receiver), request));
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
            }
        });
    });
    url
}

async fn respond<R: Receiver>(
    receiver: Arc<Mutex<R>>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let mut response = Response::new(Full::default());
    if head.uri.path() == "/state" {
        *response.body_mut() = Full::from(receiver.lock().unwrap().state().to_string());
    } else if let Ok(body) = body.collect().await {
        let status = receiver.lock().unwrap().receive(&Request::from_parts(head, body.to_bytes()));
        *response.status_mut() = status.try_into().unwrap();
    }
    Ok(response)
}

#[test]
fn a_partly_wrong_receiver_fails_the_expected_cases() {
    let url = serve(Middling::default());
    let folder = tempfile::tempdir().unwrap();
    let (junit, json) = (path(&folder, "junit.xml"), path(&folder, "report.json"));
    let api = ["--api-address", "127.0.0.1:0"];
    let reports = ["--junit", &junit, "--json", &json, "--subject", "a receiver"];
    let arguments = [&["--url", &url, "--settle", "200"], &api[..], &reports[..]].concat();
    let output = callback(&arguments);
    let out = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{out}{}", text(&output.stderr));

    let mut expected: Vec<_> = failures::MIDDLING.iter().flat_map(|(_, cases)| *cases).copied().collect();
    expected.sort_unstable();
    let report: Value = serde_json::from_str(&read(&json)).unwrap();
    let items = report["items"].as_array().unwrap();
    let failed = items.iter().filter(|it| it["outcome"] == "failed");
    let failed: Vec<_> =
        failed.map(|it| it["id"].as_str().unwrap().trim_start_matches("receiver/")).collect();
    assert_eq!(failed, expected, "{out}");
    assert_eq!(report["subject"], "a receiver");
    assert_eq!(
        (&report["failed"], &report["errors"], &report["skipped"]),
        (&json!(expected.len()), &json!(0), &json!(1))
    );

    for line in [
        "FAILED   receiver/stale: A callback that was signed ten minutes ago is refused\n  step 1, delivery 1: the response: \
         expected a refusal (4xx), got 200 OK; the state of job-",
        "\n  source: platform reference, section 10: Security",
        "\n  advice: Refuse a timestamp that is older than about five minutes",
        "skipped  receiver/confirmed: the state is not graded",
        "(the API was not asked about the job)",
        "passed   receiver/huge\n",
    ] {
        assert!(out.contains(line), "{line}\n{out}");
    }
    let junit = read(&junit);
    assert!(junit.contains("<testsuite name=\"smileid-conformance callback\""), "{junit}");
    for written in [out, &junit, &report.to_string()] {
        assert!(!written.contains(KEY) && !written.contains("\"signature\":\"A"), "{written}");
    }

    // The same receiver again: the data of the first run has no effect.
    let output = callback(&["--url", &url, "--only", "^receiver/(document|forged|cut_off|slow|charset)$"]);
    let out = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{out}");
    assert!(out.trim_end().ends_with("5 items: 5 passed, 0 failed, 0 errors, 0 not graded"), "{out}");
}

#[test]
fn without_a_state_only_responses_are_graded() {
    let url = serve(Middling::default());
    let only = "^receiver/(document|forged|phone|confirmed|array)$";
    let output = callback(&["--url", &url, "--no-state", "--only", only]);
    let out = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{out}{}", text(&output.stderr));
    for line in [
        "passed   receiver/array\n",
        "passed   receiver/phone\n",
        "skipped  receiver/document: the responses are correct; the state is not graded, since the receiver does not report it\n",
        "skipped  receiver/forged: the responses are correct",
        "skipped  receiver/confirmed: not graded: the receiver has no API to ask\n",
        "5 items: 2 passed, 0 failed, 0 errors, 3 not graded\n",
    ] {
        assert!(out.contains(line), "{line}\n{out}");
    }
}

#[test]
fn own_cases_need_no_rust() {
    let url = serve(Middling::default());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("receiver/own.json");
    let own = r#"{
        "id": "receiver/own", "description": "A result", "source": "synthetic", "advice": "Take it.",
        "messages": {"face": {"callback": "callback/biometric", "set": {"/ResultCode": "1210"}}},
        "deliveries": [{"message": "face", "expect": ["2xx"]}],
        "state": {"job-{run}": {"code": "1210"}}
    }"#;
    fs::create_dir(file.parent().unwrap()).unwrap();
    let arguments = ["--url", &url, "--cases", folder.path().to_str().unwrap(), "--settle", "0"];
    for (from, to, code, said) in [
        ("", "", 0, "passed   receiver/own\n"),
        (
            "2xx",
            "4xx",
            1,
            "FAILED   receiver/own: A result\n  step 1, delivery 1: the response: expected a refusal (4xx)",
        ),
        ("{\"code\": \"1210\"}", "{\"code\": \"0810\"}", 1, "`code`: expected \"0810\", got \"1210\""),
        ("\"expect\"", "\"expects\"", 2, "receiver/own.json:4:52: unknown field `expects`, expected one of"),
        ("2xx", "201", 2, "receiver/own.json:4:59: unknown variant `201`, expected one of"),
        ("\"message\": \"face\"", "\"message\": \"body\"", 2, "delivery 1 names the unknown message `body`"),
    ] {
        fs::write(&file, own.replacen(from, to, 1)).unwrap();
        let output = callback(&arguments);
        let all = format!("{}{}", text(&output.stdout), text(&output.stderr));
        assert_eq!(output.status.code(), Some(code), "{all}");
        assert!(all.contains(said), "{said}\n{all}");
    }
}

#[test]
fn unreachable_receivers_exit_with_2() {
    let closed = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}/callback", listener.local_addr().unwrap())
    };
    let silent = TcpListener::bind("127.0.0.1:0").unwrap(); // connects, and never responds
    let silent_url = format!("http://{}/callback", silent.local_addr().unwrap());
    let taken = silent.local_addr().unwrap().to_string();
    let state = responds_only_to("/state", "[]");
    let page = responds_only_to("/state", "<html>");
    let object = responds_only_to("/state", "{}");
    let null = responds_only_to("/state", "null");
    let nameless = responds_only_to("/state", r#"{"jobs": [{"decision": "approved"}]}"#);
    let large = responds_only_to("/state", format!("[{}]", " ".repeat(2_000_000)));
    let not_so_large = responds_only_to("/state", format!("[{}]", " ".repeat(1_999_998)));
    for (arguments, why) in [
        (&["--url", &closed][..], "the receiver does not respond"),
        (&["--url", &closed, "--no-state"], "the receiver does not respond"),
        (&["--url", &silent_url, "--timeout", "1"], "the receiver does not respond"),
        (&["--url", &page], "set another URL with --state, or grade only the responses with --no-state"),
        (&["--url", &object], "invalid state: expected a list of jobs, each with a `job_id`"),
        (&["--url", &null], "invalid state"),
        (&["--url", &nameless], "such as {\"jobs\": [{\"job_id\": \"job-1\", \"decision\": \"approved\"}]}"),
        (&["--url", &large], "the state has more than 2000000 bytes"),
        // It reports a state, but responds to no callback.
        (&["--url", &not_so_large, "--only", "^receiver/get$"], "the receiver sent no response"),
        (&["--url", &state, "--only", "^receiver/(document|cut_off)$"], "the receiver sent no response"),
        (&["--url", &state, "--only", "^nothing$"], "nothing was graded"),
        (&["--url", &state, "--api-address", &taken], "use a free port of this machine in --api-address"),
        (&["--url", "ftp://127.0.0.1/"], "begin with http"),
        (&["--url", "127.0.0.1:8090"], "begin with http"),
        (&["--url", &closed, "--state", "ftp://somebody:secret@127.0.0.1/"], "begin with http"),
        (&["--url", &closed, "--partner-id", "085"], "SMILE_ID_API_KEY is missing"),
        (&["--url", &closed, "--state", &closed, "--no-state"], "--no-state"),
        (&[], "--url"),
    ] {
        let output = callback(arguments);
        let err = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?} {}{err}", text(&output.stdout));
        assert!(err.contains(why) && !err.contains("secret"), "{arguments:?} {err}");
    }
}

#[test]
fn later_changes_of_the_state_are_detected() {
    let delay = Duration::from_millis(700);
    let url = serve(Queueing { delay, queue: Vec::new() });
    let only = "^receiver/(document|provisional_after_final|duplicate)$";
    let output = callback(&["--url", &url, "--settle", "1500", "--only", only]);
    let out = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{out}{}", text(&output.stderr));
    for line in [
        "passed   receiver/document\n",
        "passed   receiver/duplicate\n",
        "FAILED   receiver/provisional_after_final: ",
        "\n  step 3, state: correct at first, but changed later: the state of job-",
        "`decision`: expected \"approved\", got \"provisional\"",
    ] {
        assert!(out.contains(line), "{line}\n{out}");
    }
}

#[test]
fn reports_redact_urls() {
    let url = serve(Middling::default());
    let secret = url.replacen("http://", "http://somebody:a-secret@", 1) + "?token=a-secret";
    let state = secret.replace("/callback", "/state");
    let address = url.strip_prefix("http://").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (junit, json) = (path(&folder, "junit.xml"), path(&folder, "report.json"));
    let reports = ["--junit", &junit, "--json", &json, "--only", "^receiver/document$"];
    let output = callback(&[&["--url", &secret, "--state", &state], &reports[..]].concat());
    let all = format!("{}{}{}{}", text(&output.stdout), text(&output.stderr), read(&junit), read(&json));
    assert_eq!(output.status.code(), Some(0), "{all}");
    assert!(all.contains(&format!("http://{address}?…: 1 items")), "{all}");
    assert!(!all.contains("secret") && !all.contains("somebody"), "{all}");

    let page = responds_only_to("/state", "<html>");
    let closed = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}/callback", listener.local_addr().unwrap())
    };
    for (url, said) in [(page, "failed to read the state from"), (closed, "/state?…: ")] {
        let secret = url.replacen("http://", "http://somebody:a-secret@", 1);
        let state = secret.replace("/callback", "/state?token=a-secret");
        let output = callback(&["--url", &secret, "--state", &state]);
        let err = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{err}");
        assert!(err.contains(said) && !err.contains("secret") && !err.contains("somebody"), "{err}");
    }
}

/// Starts a server that responds only to this path, and closes all other connections.
fn responds_only_to(path: &'static str, body: impl Into<String>) -> String {
    let body = body.into();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/callback", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut head = [0; 512];
            let length = std::io::Read::read(&mut stream, &mut head).unwrap_or_default();
            if String::from_utf8_lossy(&head[..length]).contains(path) {
                let length = body.len();
                write!(
                    stream,
                    "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
                )
                .unwrap();
            }
        }
    });
    url
}
