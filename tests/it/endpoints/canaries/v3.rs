//! Canaries in the messages of version 3, and in all that a client and a mock write about jobs.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
    time::SystemTime,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use smileid::{
    CallbackUrl, Config, Environment, IdNumber, PersonName, ReqwestTransport, client,
    protocol::v3::{
        self, Consent, Document, Metadata, Selfie, UserDetails, UserId, compare::ComparisonImageType,
        report_fraud,
    },
    testing::Recorder,
};
use smileid_conformance::client::Judge;
use smileid_mock_server::{MockServer, Observer, Options, Seen, UtcMillis};
use smileid_protocol::{
    auth::AuthScheme,
    endpoint::{Endpoint, Spec},
    for_each_v3_endpoint,
    v3::callback::Callback,
};

use super::*;

const TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjE4MDAwMDAwMDB9.c2ln";

fn escaped(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    text.bytes()
        .map(|it| if is_plain(it) { char::from(it).to_string() } else { format!("%{it:02X}") })
        .collect()
}

/// A request with the members of a sample: in the path, in a header, or as parts of a form or of a query.
fn request(spec: &Spec, sample: &Value) -> http::Request<Bytes> {
    let mut path = spec.path.to_owned();
    let (mut form, mut query) = (Vec::new(), Vec::new());
    for (name, value) in sample.as_object().expect("an object") {
        let text = value.as_str().unwrap_or_default();
        let field = format!("{{{name}}}");
        if path.contains(&field) {
            path = path.replace(&field, &escaped(text));
            continue;
        }
        query.push(format!("{name}={}", escaped(text)));
        let files = value.as_array().filter(|items| items.iter().all(|it| it.get("base64").is_some()));
        let files: Vec<_> = files.map_or(vec![value], |items| items.iter().collect());
        for value in files {
            let (kind, content) = match value.get("base64").and_then(Value::as_str) {
                Some(base64) => {
                    let content = STANDARD.decode(base64).unwrap_or_else(|_| base64.as_bytes().to_vec());
                    ("; filename=\"canary.jpg\"\r\nContent-Type: image/jpeg", content)
                }
                None if value.is_string() => ("", text.as_bytes().to_vec()),
                None => ("\r\nContent-Type: application/json", value.to_string().into_bytes()),
            };
            form.extend(
                format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"{kind}\r\n\r\n").bytes(),
            );
            form.extend(content);
            form.extend(b"\r\n");
        }
    }
    form.extend(b"--x--\r\n");
    let is_query = spec.method == http::Method::GET;
    let query = if is_query { format!("?{}", query.join("&")) } else { String::new() };
    let request = http::Request::builder()
        .method(spec.method.clone())
        .uri(format!("{path}{query}"))
        .header("content-type", "multipart/form-data; boundary=x")
        .header("smileid-token", TOKEN)
        .header("smileid-partner-id", "1")
        .header("smileid-api-key", "canary");
    request.body(if is_query { Bytes::new() } else { form.into() }).expect("a request")
}

fn messages<E>(sightings: &mut Sightings)
where
    E: Endpoint<Auth: AuthScheme<Proof: Debug>, Response: Debug> + Debug,
{
    let name = E::SPEC.name;
    for sample in samples(name) {
        match sample {
            Sample::Request(value) => sightings.look(&format!("{name} request"), &value, &|value| {
                outcome(E::decode(&request(&E::SPEC, value)))
            }),
            Sample::Reply(value) => sightings.look(&format!("{name} reply"), &value, &|value| {
                let reply = |status: u16| {
                    let reply = http::Response::builder()
                        .status(status)
                        .header("response-signature", "canary")
                        .header("response-timestamp", "1");
                    reply.body(Bytes::from(value.to_string())).expect("a reply")
                };
                [200, 202, 400, 404].map(|status| outcome(E::decode_reply(&reply(status)))).concat()
            }),
        }
    }
}

#[test]
fn only_what_is_listed_is_shown() {
    let mut sightings = Sightings::default();
    macro_rules! all {
        ($($version:ident :: $endpoint:ident),+ $(,)?) => {
            $(messages::<$version::$endpoint::Request>(&mut sightings);)+
        };
    }
    for_each_v3_endpoint!(all);

    let suite = Suite::embedded().expect("the embedded cases are in order");
    for case in suite.cases() {
        let Kind::Callback(case) = case.kind() else { continue };
        let (Some(headers), CallbackExpected::Read(_)) = (&case.headers, &case.expect) else { continue };
        let body = serde_json::from_str(&case.body).expect("it is read");
        let sample = serde_json::json!({"headers": headers, "body": Value::clone(&body)});
        sightings.look("v3::callback", &sample, &|value| {
            let mut headers = http::HeaderMap::new();
            for (name, value) in value["headers"].as_object().expect("headers") {
                let name: http::HeaderName = name.parse().expect("a name");
                headers.insert(name, value.as_str().unwrap_or_default().parse().expect("a value"));
            }
            outcome(Callback::read(&headers, value["body"].to_string().as_bytes()))
        });
    }

    sightings.are_listed(|place| place.starts_with("v3::"));
    assert!(sightings.seeded > 2000, "only {} canaries were seeded", sightings.seeded);
}

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A JPEG with a canary.
fn jpeg() -> Vec<u8> {
    b"\xff\xd8\xff\xe0canary".to_vec()
}

/// Submits a job of every product, waits for each, and makes all other calls, with canaries in every personal place.
async fn broad_run(client: &client::Client) -> Vec<String> {
    let name = PersonName { first: "canary", last: "canary" };
    let person =
        || UserDetails::by_email(name, "canary@example.com").unwrap().with_phone("+987654321098765").unwrap();
    let consent = || Consent::granted(SystemTime::now(), "EN", "https://partner.example/privacy").unwrap();
    let id = || IdNumber::new("NG", "BVN", "987654321098765").unwrap();
    let selfie = || Selfie::new(jpeg(), vec![jpeg(); 6]).unwrap();
    let document = || Document::new("ZA", jpeg()).unwrap().with_type("PASSPORT").unwrap();
    let user = || UserId::new("user-1").unwrap();
    let callback = CallbackUrl::parse("http://127.0.0.1:9/canary?canary=canary").unwrap();
    let mut written = Vec::new();
    macro_rules! submitted {
        ($($job:expr),+ $(,)?) => {$(
            let job = $job
                .with_partner_param("note", "canary")
                .with_metadata(Metadata::new("canary", "canary").unwrap());
            written.push(format!("{job:?}"));
            let call = client.submit(job);
            written.push(format!("{call:?}"));
            let outcome = call.wait().await;
            written.push(format!("{outcome:?} {:?}", outcome.as_ref().map(|it| it.verdict())));
            let job_id = outcome.unwrap().job_id().clone();
            written.push(format!("{:?}", client.v3().status(&job_id).await));
            let replay = v3::replay::Request::new(job_id).to(&callback).unwrap();
            written.push(format!("{:?}", client.v3().replay(replay).await));
        )+};
    }
    submitted! {
        v3::enhanced_kyc::Request::new(id(), person(), consent()).unwrap(),
        v3::biometric_kyc::Request::new(id(), selfie(), person(), consent()).unwrap(),
        v3::document_verification::Request::new(document(), selfie(), person(), consent()),
        v3::enhanced_document_verification::Request::new(document(), selfie(), person(), consent()).unwrap(),
        v3::residency_document_verification::Request::new(document(), jpeg(), selfie(), person(), consent()).unwrap(),
        v3::compare::Request::new(jpeg(), (ComparisonImageType::IdPhoto, jpeg()), person(), consent()).unwrap(),
        v3::registration::Request::new(selfie(), person(), consent()).with_user_id(user()),
        v3::authentication::Request::with_enrolled_image(user(), person(), consent()),
    }
    let looked_up = v3::enhanced_kyc::Request::new(id(), person(), consent()).unwrap();
    let call = client.v3().enhanced_kyc_sync(looked_up.with_partner_param("note", "canary"));
    written.push(format!("{call:?}"));
    let found = call.send().await;
    written.push(format!("{found:?}"));
    let report = report_fraud::Request::fraud(
        user(),
        report_fraud::Reason::Other,
        "canary@example.com",
        Some("canary"),
    );
    let reply = client.v3().report_fraud(report.unwrap()).await;
    written.push(format!("{reply:?}"));
    written
}

#[test]
fn logs_journals_recordings_and_reports_show_nothing() {
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .json()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut options = Options::new().unwrap();
        let key = Credentials::new("085", "canary-key-0001").unwrap();
        let judge = Arc::new(Mutex::new(Judge::new(key.clone())));
        let shown = Arc::clone(&judge);
        options.config.partners = vec![key.clone()];
        options.config.observer = Some(Observer::new(move |seen| {
            if let Seen::Request { request, answer, at, .. } = seen {
                shown.lock().unwrap().observe(request, answer, at.to_utc_millis());
            }
        }));
        let mock = MockServer::start_with(options).await.unwrap();
        let environment: Environment = mock.base_url().parse().unwrap();
        let recorder = Recorder::new(ReqwestTransport::new().unwrap());
        let client = client::Client::new(Config::new(key, &environment), recorder.clone());
        let mut written = broad_run(&client).await;
        assert!(written.iter().all(|it| !it.contains("Err(")), "{written:#?}");

        let journal = mock.journal();
        assert!(journal.len() > 15, "{}", journal.len());
        written.extend(journal.iter().map(|entry| format!("{entry:?}")));
        for route in ["/_mock/journal", "/_mock/journal.har", "/_mock/jobs", "/_mock/billing"] {
            let request = http::Request::get(format!("http://127.0.0.1{route}")).body(Bytes::new()).unwrap();
            let response = mock.service().handle(&request, UtcMillis::from_utc_millis(0)).response;
            assert_eq!(response.status(), 200, "{route}");
            written.push(String::from_utf8_lossy(response.body()).into_owned());
        }
        written.push(serde_json::to_string(&recorder.recording()).unwrap());
        let judge = judge.lock().unwrap();
        let report = judge.report();
        assert!(report.rules.is_empty(), "{report}");
        written.push(format!(
            "{report} {report:?} {} {judge:?} {}",
            serde_json::to_string(&report).unwrap(),
            report.to_junit().unwrap()
        ));
        written.push(String::from_utf8(lines.0.lock().unwrap().clone()).unwrap());
        for text in &written {
            let place = CANARIES.iter().find_map(|canary| text.find(canary)).unwrap_or_default();
            assert!(is_clean(text), "{}", text.get(place.saturating_sub(200)..).unwrap_or_default());
            assert!(!text.contains("eyJ"), "a token: {text}");
        }
    });
    assert!(lines.0.lock().unwrap().len() > 1000, "nothing was traced");
}
