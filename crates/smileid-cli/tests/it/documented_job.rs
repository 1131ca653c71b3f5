//! Tests the example of the official documentation, with its placeholders filled in, for each job type.

use serde_json::{Value, json};

use crate::command::*;

/// Returns the four arguments of the documented example. All values are strings, like its placeholders.
fn page(job_type: &str, job_id: &str) -> Value {
    json!({
        "partner_params": {"user_id": "user-1", "job_id": job_id, "job_type": job_type},
        "image_details": [
            {"image_type_id": "0", "image": "docs/images/selfie.jpg"},
            {"image_type_id": "1", "image": "docs/images/id_card.png"},
        ],
        "id_info": {
            "first_name": "Joe",
            "last_name": "Leo",
            "country": "NG",
            "id_type": "BVN",
            "dob": "2000-09-20",
            "id_number": "00000000000",
            "entered": "True",
        },
        "options": {"return_job_status": "True", "return_history": "True", "return_image_links": "True"},
    })
}

#[test]
fn the_first_command_of_the_readme_works() {
    let arguments =
        ["submit", "--env", "mock", "--job-type", "4", "--selfie", "docs/images/selfie.jpg", "--wait"];
    let reply = run(smileid(), arguments, "").json();
    assert_eq!(reply["job_complete"], true);
    assert_eq!(reply["result"]["ResultCode"], "0840");
    assert_eq!(reply["code"], "2302");
    assert!(reply["signature"].is_string(), "the response is printed as received, with its signature");
}

#[test]
fn one_user_can_submit_every_job_type() {
    let server = server("immediate");
    for (job_type, job_id, code) in
        [("1", "job-1", "0810"), ("2", "job-2", "0820"), ("8", "job-3", "0880"), ("2", "job-4", "0820")]
    {
        let reply = submit(smileid_at(&server), &page(job_type, job_id)).json();
        assert_eq!(reply["job_complete"], true, "type {job_type}");
        assert_eq!(reply["job_success"], true, "type {job_type}");
        assert_eq!(reply["result"]["ResultCode"], code, "type {job_type}");
        assert_eq!(reply["result"]["PartnerParams"]["job_id"], job_id);
        assert!(!reply["history"].as_array().unwrap().is_empty());
        assert!(reply["image_links"]["selfie_image"].as_str().unwrap().starts_with("http"));
    }
    let again = submit(smileid_at(&server), &page("4", "job-5"));
    assert_eq!((again.status, &again.error()["code"]), (4, &json!("2209")));

    let mut other = page("4", "job-6");
    other["partner_params"]["user_id"] = "user-2".into();
    let reply = submit(smileid_at(&server), &other).json();
    assert_eq!(reply["result"]["ResultCode"], "0840");
}

#[test]
fn optional_arguments_may_be_null() {
    let server = server("immediate");
    let mut job = page("4", "job-1");
    job["id_info"] = Value::Null;
    job["options"] = Value::Null;
    let mut command = smileid_at(&server);
    command.env("SMILE_ID_CALLBACK_URL", "http://127.0.0.1:9/callback");
    let reply = submit(command, &job).json();
    assert_eq!(reply["success"], true);
    assert_eq!(reply["smile_job_id"].as_str().unwrap().len(), 10);
    assert_eq!((&reply["user_id"], &reply["job_id"]), (&json!("user-1"), &json!("job-1")));
    assert_eq!(reply.as_object().unwrap().len(), 4);

    let mut lookup = page("5", "job-2");
    lookup["image_details"] = Value::Null;
    lookup["options"] = Value::Null;
    let reply = submit(smileid_at(&server), &lookup).json();
    assert_eq!(reply["ResultCode"], "1012");
    assert_eq!(reply["FullName"], "Joe Doe Leo");

    let mut absent = page("4", "job-3");
    absent["partner_params"]["user_id"] = "user-2".into();
    absent.as_object_mut().unwrap().remove("id_info");
    assert_eq!(submit(smileid_at(&server), &absent).json()["result"]["ResultCode"], "0840");
}

#[test]
fn base64_images_work_like_files() {
    use base64::{Engine as _, engine::general_purpose::STANDARD};

    let server = server("immediate");
    let image = |name: &str| STANDARD.encode(std::fs::read(root().join("docs/images").join(name)).unwrap());
    let mut job = page("1", "job-1");
    job["image_details"] = json!([
        {"image_type_id": 2, "image": image("selfie.png")},
        {"image_type_id": 3, "image": image("id_card.jpg")},
        {"image_type_id": 7, "image": image("id_card_back.jpg")},
    ]);
    let reply = submit(smileid_at(&server), &job).json();
    assert_eq!(reply["result"]["ResultCode"], "0810");
    assert!(reply["image_links"]["id_card_back"].is_string());
}

#[test]
fn a_submitted_job_can_be_awaited_later() {
    let server = server("polls=2");
    let callback = ["--callback", "http://127.0.0.1:9/"];
    let flags = ["submit", "--job-type", "4", "--selfie", "docs/images/selfie.jpg"];
    let submitted = run(smileid_at(&server), flags.iter().chain(&callback).copied(), "").json();
    let id = |name: &str| submitted[name].as_str().unwrap().to_owned();
    let (user_id, job_id) = (id("user_id"), id("job_id"));
    let job = ["--user-id", &user_id, "--job-id", &job_id];

    let pending = run(smileid_at(&server), ["status"].iter().chain(&job).copied(), "").json();
    assert_eq!(pending["job_complete"], false);

    let arguments = ["wait", "--timeout", "0"];
    let ran_out = run(smileid_at(&server), arguments.iter().chain(&job).copied(), "");
    assert_eq!(ran_out.status, 7);
    assert_eq!(ran_out.error()["kind"], "pending");
    assert_eq!(ran_out.error()["job_id"], job_id.as_str());

    let done = run(smileid_at(&server), ["wait"].iter().chain(&job).copied(), "").json();
    assert_eq!(done["result"]["ResultCode"], "0840");

    let details = ["--history", "--image-links", "--format", "text"];
    let text = run(smileid_at(&server), ["status"].iter().chain(&job).chain(&details).copied(), "");
    assert_eq!(text.status, 0);
    assert!(text.stdout.contains("0840 Enroll User"), "{}", text.stdout);
    assert!(text.stdout.contains("selfie_image http"), "{}", text.stdout);
}

#[test]
fn sign_matches_the_published_examples() {
    let mut command = smileid();
    command.env("SMILE_ID_PARTNER_ID", "212").env("SMILE_ID_API_KEY", "test-api-key-0001");
    let reply = run(command, ["sign", "--timestamp", "2023-03-09T21:35:00.279Z"], "").json();
    assert_eq!(
        reply,
        json!({
            "timestamp": "2023-03-09T21:35:00.279Z",
            "signature": "ANyq/KI902w+R4faE+AToTtKkbGnJVcfRJftgGdw8XE=",
        })
    );

    let file = ["sign", "--partner-id", "001", "--api-key-file", "-", "--timestamp", "1678216434434"];
    let reply = run(smileid(), file, "abc\n").json();
    assert_eq!(reply["signature"], "eZLNhbSwI+XAQWvWPee9d16W4VUt+xPPv65dWspKGFM=");

    let mut command = smileid();
    command.env("SMILE_ID_PARTNER_ID", "212").env("SMILE_ID_API_KEY", "k");
    let now = run(command, ["sign"], "").json();
    let timestamp = now["timestamp"].as_str().unwrap();
    assert_eq!((timestamp.len(), timestamp.ends_with('Z')), (24, true));
}
