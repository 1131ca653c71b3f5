//! Tests that the journal contains every request and response, without personal data.

use bytes::Bytes;
use http::{Method, Request};
use serde_json::{Value, json};
use smileid_mock_server::{CannedReply, Config, Fault, Rule, Unread, UtcMillis, When};
use smileid_protocol::{
    auth::Credentials,
    endpoint::Endpoint,
    job::{CallbackUrl, IdNumber, LookupJob},
    types::ErrorCode,
    v1::{
        aml, async_id_verification, async_verify_address, auth_smile, backfill_users, bank_codes,
        compare_user_info, create_smile_link, get_smile_link, id_verification, job_status,
        phone::{MatchFields, PhoneCheck},
        selfie_form::SelfieForm,
        smart_selfie_enroll, token, totp_consent, upload, verify, verify_phone_number,
    },
};

use crate::support::{ID_CARD, Mock, ORIGIN, SELFIE, ids, joined, ready, registration};

/// Secret values that the journal must not show. None has a part that could come from elsewhere.
const CANARIES: [&str; 32] = [
    "Qwertzia",
    "Yxcvbnova",
    "Asdfghjon",
    "Zuiopski",
    "1957-03-31",
    "73517351735",
    "A99887766",
    "08055667788",
    "canary@mail.example",
    "17 Canary Close",
    "Canarytown",
    "canary-secret-path",
    "canary-query-value",
    "canary-userinfo",
    "canary-file-name",
    "canary-token-value",
    "canary-otp-99",
    "canary-session-77",
    "canary-bank-account-4455",
    "canary-plate-XY123",
    "canary-unknown-member",
    "canary-nested-value",
    "canary-list-value",
    "canary-cookie-value",
    "canary-header-value",
    "canary-authorization",
    "canary-path-segment",
    "canary-info-json",
    "canary-entry-name",
    "canary-misc-value",
    "canary-company",
    "canary-partner-param",
];

#[test]
fn every_request_is_written_down() {
    let mock = Mock::new();
    let job = ready(registration("leo", "job-1"));
    let request = job.upload_request(None);
    let reply = mock.send(&request).unwrap();
    mock.put(&reply.upload_url, mock.archive(&job, &request, &reply));
    let mut status = job_status::Request::new("leo", "job-1");
    status.image_links = true;
    let links = mock.send(&status).unwrap().image_links.unwrap();
    mock.raw(&Request::get(links.selfie_image.unwrap()).body(Bytes::new()).unwrap());
    mock.send(&request).unwrap_err();
    mock.raw(&Request::get("/v1/nothing").body(Bytes::new()).unwrap());

    let entries = mock.journal("");
    let told = |name: &str| entries.iter().map(|entry| entry[name].clone()).collect::<Vec<_>>();
    assert_eq!(told("id"), [1, 2, 3, 4, 5, 6].map(Value::from));
    let endpoints = ["upload", "put_archive", "job_status", "image", "upload"].map(Value::from);
    assert_eq!(told("endpoint")[..5], endpoints);
    assert_eq!(told("endpoint")[5], Value::Null);
    assert_eq!(told("status"), [200, 200, 200, 200, 400, 403].map(Value::from));
    assert_eq!(told("code")[2..5], [json!("2302"), Value::Null, json!("2215")]);
    assert_eq!(told("result_code")[2], "0840");
    assert_eq!(told("refused"), [false, false, false, false, true, true].map(Value::from));
    assert_eq!(told("time")[0], mock.timestamp().as_str());
    for entry in &entries[..5] {
        assert_eq!((&entry["partner_id"], &entry["user_id"]), (&json!("085"), &json!("leo")), "{entry}");
        assert_eq!(entry["job_id"], "job-1");
    }
    assert_eq!(told("smile_job_id")[..4], vec![json!(reply.smile_job_id); 4]);

    // Head and body, with what is known to be harmless.
    let [announced, put, _, image, ..] = &entries[..] else { panic!() };
    let body = &announced["request"]["body"]["content"];
    assert_eq!((&body["partner_params"]["job_type"], &body["smile_client_id"]), (&json!(4), &json!("085")));
    assert!(body["signature"].as_str().unwrap().chars().count() == 7, "{body}");
    let shown = announced["reply"]["body"]["content"]["upload_url"].as_str().unwrap();
    assert!(shown.starts_with(ORIGIN) && shown.ends_with("/selfie.zip?<\u{2026}>"), "{shown}");
    let target = put["request"]["target"].as_str().unwrap();
    assert!(target.contains("Signature=<text of ") && target.starts_with("/videos/085/085-"), "{target}");
    let archive = put["request"]["body"]["content"].as_str().unwrap();
    assert!(archive.starts_with("<zip archive of "), "{archive}");
    assert_eq!(image["reply"]["body"]["content"], format!("<JPEG image of {} bytes>", SELFIE.len()));
    let agent = json!({"name": "content-type", "value": "application/json"});
    assert!(announced["request"]["headers"].as_array().unwrap().contains(&agent), "{announced}");
}

#[test]
fn what_a_fault_did_is_written_down() {
    let mock = Mock::new();
    let fault = Fault::reply(CannedReply::new(http::StatusCode::SERVICE_UNAVAILABLE).unwrap());
    let number = mock.service.add_fault(Rule::new(When::default(), fault));
    mock.raw(&mock.encode(&job_status::Request::new("leo", "job")));
    let entry = &mock.journal("")[0];
    assert_eq!((&entry["status"], &entry["refused"]), (&json!(503), &json!(false)));
    let reason = &entry["diagnosis"][0];
    assert_eq!((&reason["code"], &reason["severity"]), (&json!("fault"), &json!("fault")));
    assert!(reason["text"].as_str().unwrap().contains(&number.to_string()), "{reason}");
}

#[test]
fn it_is_searched() {
    let mut config = Config::new([42; 32]);
    config.partners.push(Credentials::new("212", "key").unwrap());
    let mut mock = Mock::with(config);
    let ask = |mock: &Mock| mock.raw(&mock.encode(&job_status::Request::new("leo", "job")));
    ask(&mock);
    mock.send(&bank_codes::Request::new("NG")).unwrap();
    mock.credentials = Credentials::new("212", "key").unwrap();
    ask(&mock);
    mock.credentials = Credentials::new("999", "key").unwrap();
    ask(&mock);

    let found =
        |query: &str| mock.journal(query).iter().map(|it| it["id"].as_u64().unwrap()).collect::<Vec<_>>();
    assert_eq!(found(""), [1, 2, 3, 4]);
    assert_eq!(found("?partner_id=085"), [1]);
    assert_eq!((found("?partner_id=212"), found("?partner_id=999")), (vec![3], vec![4]), "a stranger too");
    assert_eq!(found("?partner_id=nobody"), [0_u64; 0]);
    assert_eq!((found("?since=2"), found("?since=1&limit=2")), (vec![3, 4], vec![2, 3]));
    assert_eq!((found("?limit=1"), found("?limit=0")), (vec![4], vec![]));
    assert_eq!((found("?refused=true"), found("?refused=false")), (vec![1, 3, 4], vec![2]));
    assert_eq!(found("?endpoint=bank_codes"), [2]);

    let clear = |query: &str| mock.admin(&Method::DELETE, &format!("/journal{query}"));
    assert_eq!(clear("?partner_id=212"), (200, json!({"removed": 1})));
    assert_eq!(found(""), [1, 2, 4]);
    assert_eq!(clear("?partner_id=999").0, 404);
    assert_eq!(clear(""), (200, json!({"removed": 3})));
    ask(&mock);
    assert_eq!(found(""), [5], "ids rise on");
}

#[test]
fn it_stays_within_its_bytes() {
    let mut config = Config::new([42; 32]);
    config.journal_bytes = 1 << 20;
    let mock = Mock::with(config);
    let request = mock.encode(&job_status::Request::new("leo", "job"));
    for _ in 0..10_000 {
        mock.raw(&request);
    }
    let (_, journal) = mock.admin(&Method::GET, "/journal");
    let entries = journal["entries"].as_array().unwrap();
    let bytes = journal["bytes"].as_u64().unwrap();
    assert!(bytes <= 1 << 20 && bytes > 1_000_000, "{bytes}");
    assert_eq!(journal["dropped"].as_u64().unwrap() + entries.len() as u64, 10_000);
    assert_eq!(entries.last().unwrap()["id"], 10_000, "the newest stay");
    let text = serde_json::to_vec(&journal).unwrap().len();
    assert!(text < 3 << 20, "{text}: what is counted is what is held");
}

#[test]
fn a_body_is_written_down_only_so_far() {
    let mock = Mock::new();
    mock.send_altered(&job_status::Request::new("leo", "job"), |members| {
        members.insert("list".into(), vec![1; 19_000].into());
    });
    let entry = &mock.journal("")[0];
    let content = entry["request"]["body"]["content"].as_str().unwrap();
    assert!(content.starts_with('<') && content.ends_with(" bytes>"), "{content}");
    assert!(entry.to_string().len() < 4096);

    // A request that is too large to be read is in the journal too.
    let (head, ()) = Request::post("/v1/upload").header("host", "x").body(()).unwrap().into_parts();
    mock.service.refuse_unread(head, Unread::TooLarge, mock.now());
    let entry = &mock.journal("?limit=1")[0];
    assert_eq!((&entry["status"], &entry["diagnosis"][0]["code"]), (&json!(413), &json!("too-large")));
}

#[test]
fn equal_requests_leave_equal_journals() {
    let journal = || {
        let mock = Mock::new();
        mock.submit(registration("leo", "job")).unwrap();
        mock.status("leo", "job");
        serde_json::to_string(&mock.journal("")).unwrap()
    };
    assert_eq!(journal(), journal());
}

/// Sends every secret value in all possible places.
fn send_canaries(mock: &Mock) {
    let [first, last, other, maiden, dob, number, card, phone, mail, street, town, ..] = CANARIES;
    let address = "https://canary-userinfo:x@partner.example/canary-secret-path?k=canary-query-value";
    let personal = json!({
        "first_name": first, "last_name": last, "middle_name": other, "maiden": maiden, "dob": dob, "email": mail,
        "address": {"street": street, "towns": [town]}, "account": "canary-bank-account-4455", "phone_number": phone,
        "plate": {"value": ["canary-plate-XY123"]}, "canary@mail.example": "canary-unknown-member",
        "deep": {"deeper": {"deepest": "canary-nested-value"}}, "list": ["canary-list-value", {"x": "canary-list-value"}],
    });
    let mut requests: Vec<Request<Bytes>> = Vec::new();

    let id = || IdNumber::new("NG", "BVN", "73517351735").unwrap();
    let mut look_up = LookupJob::enhanced_kyc(ids("u", "j"), id()).into_lookup();
    look_up.id_info.first_name = Some(first.into());
    look_up.id_info.last_name = Some(last.into());
    look_up.id_info.dob = Some(dob.into());
    look_up.id_info.phone_number = Some(phone.into());
    look_up.partner_params.set_extra("note", "canary-partner-param").unwrap();
    look_up.partner_params.set_extra("message", "canary-partner-param").unwrap();
    requests.push(mock.encode(&id_verification::Request::from(look_up.clone())));
    let callback = CallbackUrl::parse(address).unwrap();
    requests.push(mock.encode(&async_id_verification::Request::new(look_up.clone(), &callback)));
    requests.push(mock.encode(&verify::Request::from(look_up)));

    let fields = || {
        let mut fields = MatchFields::default();
        fields.first_name = Some(first.into());
        fields.last_name = Some(last.into());
        fields
    };
    requests.push(mock.encode(&verify_phone_number::Request::from(PhoneCheck::new("NG", phone, fields()))));
    requests.push(mock.encode(&async_verify_address::Request::nigeria(street, address, "IKEDC", card)));
    requests.push(mock.encode(&aml::Request::new(
        &ids("u", "j"),
        format!("{first} {last}"),
        vec!["NG".into()],
    )));
    requests.push(mock.encode(&compare_user_info::Request::new("u", "NG", "BVN")));
    requests.push(mock.encode(&token::Request::new(
        &ids("u", "j"),
        &"biometric_kyc".into(),
        Some(&callback),
    )));
    requests.push(mock.encode(&backfill_users::Request::new("u", dob, "canary-token-value")));
    requests.push(mock.encode(&auth_smile::Request::new(
        mock.credentials.partner_id().clone(),
        "canary-token-value",
        4.into(),
    )));
    requests.push(mock.encode(&create_smile_link::Request::new(
        create_smile_link::LinkPage {
            name: &format!("{first}'s"),
            company_name: "canary-company",
            data_privacy_policy_url: address,
        },
        vec![create_smile_link::LinkIdType::new("NG", "BVN", "biometric_kyc")],
        &callback,
    )));
    requests.push(mock.encode(&get_smile_link::Request::new("canary-path-segment")));
    let mut step = totp_consent::Request::new("NG", "BVN_MFA", number);
    step.step.session_id = Some("canary-session-77".into());
    step.step.otp = Some("canary-otp-99".into());
    requests.push(mock.encode(&step));

    let mut form = SelfieForm::new("u2", Bytes::from_static(SELFIE));
    form.callback_url = Some(address.into());
    let mut params = smileid_protocol::types::PartnerParams::default();
    params.set_extra("note", "canary-partner-param").unwrap();
    form.partner_params = Some(params);
    requests.push(mock.encode(&smart_selfie_enroll::Request::from(form)));

    // Members that nobody knows, at every endpoint with a JSON body; refused and answered; headers and queries.
    for request in requests.clone() {
        let Ok(Value::Object(mut body)) = serde_json::from_slice(request.body()) else { continue };
        body.insert("surprise".into(), personal.clone());
        for (name, value) in ["error", "message", "status", "code"].into_iter().zip(CANARIES) {
            body.insert(name.into(), value.into());
        }
        requests.push(request.map(|_| Value::Object(body.clone()).to_string().into()));
    }
    for request in requests.clone() {
        let (mut head, body) = request.into_parts();
        let headers = [
            ("cookie", "canary-cookie-value"),
            ("x-anything", "canary-header-value"),
            ("authorization", "canary-authorization"),
        ];
        for (name, value) in headers {
            head.headers.insert(name, value.parse().unwrap());
        }
        let path = head.uri.path().to_owned();
        head.uri = format!("{ORIGIN}{path}/canary-path-segment/{number}?x=canary-query-value&{phone}")
            .parse()
            .unwrap();
        requests.push(Request::from_parts(head, body));
    }
    for body in ["Qwertzia Yxcvbnova", "{\"Qwertzia\": ", "PK Qwertzia", "[\"73517351735\"]", "\"Asdfghjon\""]
    {
        requests.push(Request::post(format!("{ORIGIN}/v1/job_status")).body(body.into()).unwrap());
    }
    for request in &requests {
        mock.raw(request);
    }
    send_archive_of_canaries(mock, &personal);
}

fn send_archive_of_canaries(mock: &Mock, personal: &Value) {
    use smileid_protocol::package::{
        INFO_JSON,
        layout::{Entry, layout},
    };
    let mut announced: upload::Request = ready(registration("u", "archive")).upload_request(None);
    announced.file_name = Some("canary-file-name.zip".into());
    announced.partner_params.set_extra("note", "canary-partner-param").unwrap();
    let url = mock.send(&announced).unwrap().upload_url;
    let info = json!({
        "images": [
            {"image_type_id": 0, "image": "", "file_name": "canary-entry-name.jpg"},
            {"image_type_id": 1, "image": "", "file_name": "canary-file-name.jpg"},
            {"image_type_id": 99, "image": "/srv/canary-misc-value.jpg", "file_name": ""},
        ],
        "id_info": {"first_name": "Qwertzia", "entered": {"canary-info-json": 1}, "canary-info-json": personal},
        "misc_information": {"userData": {"firstName": {"canary-misc-value": 1}}, "canary-misc-value": "canary-misc-value"},
    });
    let entries = vec![
        Entry::new("canary-entry-name.jpg", Bytes::from_static(SELFIE)),
        Entry::new(INFO_JSON, Bytes::from(info.to_string())),
        Entry::new("canary-file-name/../x.jpg", Bytes::from_static(ID_CARD)),
    ];
    mock.put(&url, joined(&layout(entries).unwrap()));
    mock.put(&url.replace("Signature=", "Signature=canary-query-value"), Bytes::from_static(b"Qwertzia"));
    let mut status = job_status::Request::new("u", "archive");
    status.history = true;
    status.image_links = true;
    mock.send(&status).unwrap();
}

#[test]
fn nothing_personal_is_shown_anywhere() {
    let mock = Mock::new();
    send_canaries(&mock);
    let shown = |path: &str| {
        let request = Request::get(format!("{ORIGIN}/_mock{path}")).body(Bytes::new()).unwrap();
        let response = mock.raw(&request);
        assert_eq!(response.status(), 200, "{path}");
        String::from_utf8_lossy(response.body()).into_owned()
    };
    let places = ["/journal", "/journal.har", "/metrics", "/jobs", "/billing", "/partners"];
    for (place, text) in places.map(|path| (path, shown(path))) {
        for canary in CANARIES {
            assert!(!text.contains(canary), "{canary} at {place}: {}", around(&text, canary));
        }
    }
    // The headers of refusals go into the same logs.
    for entry in mock.journal("?refused=true") {
        let header = entry["diagnosis"].to_string();
        assert!(!CANARIES.iter().any(|canary| header.contains(canary)), "{header}");
    }
    let entries = mock.journal("");
    assert!(entries.len() > 50, "{}", entries.len());
    let debug = format!("{:?}", mock.service);
    for canary in CANARIES {
        assert!(!debug.contains(canary), "{canary} in {}", around(&debug, canary));
    }
}

/// Members, parameters and headers of which the journal shows the API's known words.
const OF_WORDS: [&str; 22] = [
    "country",
    "country_code",
    "continent",
    "locale",
    "language",
    "id_type",
    "product",
    "job_type",
    "verification_method",
    "image_type_id",
    "business_type",
    "source",
    "Source",
    "source_sdk",
    "source_sdk_version",
    "smileid-source-sdk",
    "smileid-source-sdk-version",
    "apiVersion",
    "use_enrolled_image",
    "retry",
    "history",
    "entered",
];

#[test]
fn what_is_written_in_the_wrong_place_is_not_shown() {
    let mock = Mock::new();
    let query: Vec<_> = OF_WORDS.iter().map(|name| format!("{name}=A99887766")).collect();
    let misled = CANARIES.map(Value::from).into_iter().chain(["LEONORA", "31.03.57", "A9"].map(Value::from));
    for value in misled.chain([json!(73_517_351_735_u64), json!(-100), json!(1957)]) {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let members: serde_json::Map<_, _> =
            OF_WORDS.iter().map(|name| ((*name).to_owned(), value.clone())).collect();
        let mut body = members.clone();
        body.insert("partner_params".into(), json!({"job_type": value, "sandbox_result": value}));
        body.insert("id_info".into(), Value::Object(members));
        let mut request = Request::post(format!("{ORIGIN}/v1/upload?{}", query.join("&")));
        for name in OF_WORDS.iter().filter(|name| name.starts_with("smileid-")) {
            request = request.header(*name, &text);
        }
        mock.raw(&request.body(Value::Object(body).to_string().into()).unwrap());
        // Nor as the name of a member or a parameter, unless it is a single word.
        if text.bytes().filter(u8::is_ascii_digit).count() > 2 {
            let request = Request::post(format!("{ORIGIN}/v1/upload?{}=x", text.replace(' ', "+")));
            let body = json!({text.clone(): 1, "id_info": {text.clone(): {text.clone(): 1}}});
            mock.raw(&request.body(body.to_string().into()).unwrap());
        }
        let shown = mock.admin(&Method::GET, "/journal").1["entries"].to_string();
        let alone = ["\"", "=", "?", "&", ":"].map(|before| format!("{before}{text}"));
        assert!(!alone.iter().any(|it| shown.contains(it)), "{text} in {shown}");
        assert!(!shown.contains("A99887766"), "{shown}");
        mock.admin(&Method::DELETE, "/journal");
    }
}

#[test]
fn a_key_of_a_partner_is_not_shown_where_names_are() {
    let mock = Mock::new();
    let key = mock.credentials.api_key().expose().to_owned();
    let body = json!({"partner_id": key, "user_id": key, "job_id": format!("job of {key}"),
        "timestamp": "2023-11-14T22:13:20.123Z", "partner_params": {"user_id": key, "job_id": "j", "job_type": 4}});
    for path in ["/v1/upload", "/v1/job_status", "/v1/nowhere"] {
        let request = Request::post(format!("{ORIGIN}{path}?partner_id={key}"));
        let request = request.header("user-agent", format!("app/{key}")).header("smileid-partner-id", &key);
        mock.raw(&request.body(body.to_string().into()).unwrap());
    }
    for report in ["/journal", "/journal.har"] {
        let shown = mock.admin(&Method::GET, report).1.to_string();
        assert!(shown.contains("<API key>") && !shown.contains(&key), "{report}: {shown}");
    }
}

#[test]
fn words_that_the_api_knows_are_shown() {
    let mock = Mock::new();
    let known = json!({
        "country": "NG", "id_type": "BVN", "product": "biometric_kyc", "job_type": 1, "source_sdk": "rest_api",
        "source_sdk_version": "1.0.0", "business_type": "co", "continent": "AFRICA", "locale": "en-GB", "retry": "true",
        "history": false, "partner_params": {"job_type": "1", "sandbox_result": "0"},
    });
    mock.raw(&Request::post(format!("{ORIGIN}/v1/upload")).body(known.to_string().into()).unwrap());
    assert_eq!(mock.journal("")[0]["request"]["body"]["content"], known);
}

#[test]
fn of_a_list_of_all_there_is_the_size_is_kept() {
    let mock = Mock::new();
    for path in ["/v1/services", "/v1/valid_documents"] {
        let size =
            mock.raw(&Request::get(format!("{ORIGIN}{path}")).body(Bytes::new()).unwrap()).body().len();
        let body = &mock.journal("?limit=1")[0]["reply"]["body"];
        assert_eq!(*body, json!({"size": size, "content": format!("<{size} bytes>")}), "{path}");
    }
}

fn around<'a>(text: &'a str, canary: &str) -> &'a str {
    let at = text.find(canary).unwrap_or_default();
    text.get(at.saturating_sub(80)..(at + 80).min(text.len())).unwrap_or_default()
}

#[test]
fn the_archive_of_it_is_one() {
    let mock = Mock::new();
    mock.submit(registration("leo", "job")).unwrap();
    mock.refusal(&job_status::Request::new("leo", "unknown"));
    let (_, har) = mock.admin(&Method::GET, "/journal.har");
    let log = &har["log"];
    assert_eq!(log["version"], "1.2");
    assert!(log["creator"]["name"].is_string() && log["creator"]["version"].is_string());
    let entries = log["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 3);
    // Members that the specification of HAR 1.2 asks for.
    for entry in entries {
        for name in ["startedDateTime", "time", "request", "response", "cache", "timings"] {
            assert!(!entry[name].is_null(), "{name}");
        }
        for name in
            ["method", "url", "httpVersion", "cookies", "headers", "queryString", "headersSize", "bodySize"]
        {
            assert!(!entry["request"][name].is_null(), "{name}");
        }
        for name in [
            "status",
            "statusText",
            "httpVersion",
            "cookies",
            "headers",
            "content",
            "redirectURL",
            "headersSize",
            "bodySize",
        ] {
            assert!(!entry["response"][name].is_null(), "{name}");
        }
        assert!(entry["response"]["content"]["size"].is_u64() && entry["timings"]["wait"].is_u64());
    }
    let meaning = ErrorCode::JOB_NOT_FOUND.row().unwrap().meaning;
    assert_eq!(entries[2]["comment"], format!("2304: {meaning}"));
    assert_eq!(
        mock.admin(&Method::GET, "/journal.har?refused=true").1["log"]["entries"].as_array().unwrap().len(),
        1
    );
}

#[test]
fn time_is_the_partners() {
    let mut config = Config::new([42; 32]);
    config.clock = smileid_mock_server::Clock::Frozen { at: UtcMillis::from_utc_millis(0) };
    let mock = Mock::with(config);
    mock.send(&bank_codes::Request::new("NG")).unwrap();
    assert_eq!(mock.journal("")[0]["time"], "1970-01-01T00:00:00.000Z");
    assert_eq!(bank_codes::Request::SPEC.path, mock.journal("")[0]["path"].as_str().unwrap());
}

/// Programs that cut a text inside an emoji send half of it, and Windows programs write byte order marks.
#[test]
fn halves_of_characters_and_marks_are_read() {
    let mock = Mock::new();
    let request = mock.encode(&job_status::Request::new("leo", "job-1"));
    let body = String::from_utf8(request.body().to_vec()).unwrap();
    for text in [body.replace("job-1", r"job-\ud83d"), format!("\u{feff}{body}"), format!("{body}\0")] {
        let (head, _) = request.clone().into_parts();
        let response = mock.raw(&Request::from_parts(head, text.clone().into()));
        let reply: Value = serde_json::from_slice(response.body()).unwrap();
        assert_eq!(reply["code"], "2304", "{text}: the proof is right, and there is no such job");
        let entry = mock.journal("?limit=1")[0].clone();
        assert_eq!(entry["request"]["body"]["content"]["user_id"], "leo", "{entry}");
    }
    let utf16: Vec<u8> = body.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let (head, _) = request.into_parts();
    mock.raw(&Request::from_parts(head, utf16.into()));
    let reason = mock.journal("?limit=1")[0]["diagnosis"][0].clone();
    assert_eq!(reason["code"], "unreadable-json");
    assert!(reason["text"].as_str().unwrap().contains("UTF-16 (little-endian)"), "{reason}");

    let post = |body: &[u8]| {
        let request = Request::post("http://127.0.0.1/_mock/partners").body(Bytes::copy_from_slice(body));
        let response = mock.raw(&request.unwrap());
        (response.status().as_u16(), String::from_utf8_lossy(response.body()).into_owned())
    };
    assert_eq!(post(b"\xef\xbb\xbf{}").0, post(b"{}").0);
    let (status, said) = post(b"\xff\xfe{\0}\0");
    assert!(status == 400 && said.contains("the body: the text is UTF-16 (little-endian)"), "{said}");
}
