//! Tests jobs without a result: their ids and the command that continues them are printed, also after a signal.
#![cfg(unix)]

use std::{
    io::Read as _,
    process::{Command, Stdio},
};

use serde_json::{Value, json};

use crate::command::*;

const SUBMIT: [&str; 6] = ["submit", "--job-type", "4", "--selfie", "docs/images/selfie.jpg", "--wait"];

/// Runs a printed command in a shell, with the environment of another command.
fn shell(like: &Command, text: &str) -> Run {
    let program = like.get_program().to_owned();
    let text = text.strip_prefix("smileid ").unwrap();
    let mut command = Command::new("sh");
    command.arg("-c").arg(format!("exec \"$0\" {text}")).arg(program).current_dir(root());
    for (name, value) in like.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    run(command, [] as [&str; 0], "")
}

#[test]
fn a_wait_without_a_result_prints_the_command_that_continues() {
    let server = server("after=1h");
    let wait =
        ["submit", "--job-type", "4", "--selfie", "docs/images/selfie.jpg", "--wait", "5s", "--history"];
    let ran_out = run(smileid_at(&server), wait, "");
    let error = ran_out.error();
    assert_eq!((ran_out.status, &error["kind"]), (7, &json!("pending")), "{}", ran_out.stderr);
    let resume = error["resume"].as_str().unwrap();
    assert!(resume.starts_with("smileid wait --env http") && resume.ends_with(" --history"), "{resume}");
    assert!(resume.contains(error["job_id"].as_str().unwrap()));
    let again = shell(&smileid_at(&server), &format!("{resume} --timeout 0 --format json"));
    assert_eq!((again.status, &again.error()["job_id"]), (7, &error["job_id"]), "{}", again.stderr);
    assert_eq!(again.error()["resume"], resume);

    let text = run(smileid_at(&server), wait.iter().chain(&["--format", "text"]), "");
    assert_eq!((text.status, text.stdout.as_str()), (7, ""));
    assert!(text.stderr.contains("Continue with:\n  smileid wait "), "{}", text.stderr);
}

#[test]
fn no_connection_prints_the_submission_with_its_ids() {
    let personal =
        ["--country", "NG", "--id-type", "BVN", "--id-number", "12345678901", "--first-name", "Joe"];
    let job = ["submit", "--job-type", "1", "--selfie", "docs/images/selfie.jpg", "--wait", "90s"];
    let own = ["--partner-param", "shop name=17 Canary Row", "--partner-param", "x=17 Canary Row"];
    let submit =
        job.iter().chain(&own).chain(&personal).chain(&["--callback", "https://receiver.example/secret"]);
    let run = run(smileid_with_key("http://127.0.0.1:1", "some-key"), submit, "");
    let error = run.error();
    assert_eq!((run.status, &error["kind"]), (5, &json!("no_response")));
    let resume = error["resume"].as_str().unwrap();
    for part in [
        "smileid submit --env http://127.0.0.1:1 ",
        " --job-type 1 ",
        &format!(
            " --user-id {} --job-id {} ",
            error["user_id"].as_str().unwrap(),
            error["job_id"].as_str().unwrap()
        ),
        " --id-number \"$ID_NUMBER\" ",
        " --callback \"$SMILE_ID_CALLBACK_URL\" ",
        " --wait 90000ms",
        " --partner-param 'shop name='\"$PARAM_SHOP_NAME\" --partner-param x=\"$PARAM_X\" ",
    ] {
        assert!(resume.contains(part), "{part}: {resume}");
    }
    for secret in ["12345678901", "Joe", "Canary Row", "receiver.example", "some-key"] {
        assert!(!run.stderr.contains(secret), "{}", run.stderr);
    }
    assert_eq!(error["outcome_unknown"], Value::Null, "nothing was sent");
}

#[test]
fn a_signal_prints_the_command_that_continues() {
    let server = server("after=1h");
    for (signal, exit) in [("-INT", 130), ("-TERM", 143)] {
        let mut command = smileid_at(&server);
        command.args(SUBMIT).stdout(Stdio::piped()).stderr(Stdio::piped()).stdin(Stdio::null());
        let mut child = command.spawn().unwrap();
        // Once the mock knows the job, its archive is being sent.
        while server_jobs(&server) == 0 {
            std::thread::yield_now();
        }
        let pid = child.id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
        let (mut stdout, mut stderr) = (String::new(), String::new());
        child.stdout.take().unwrap().read_to_string(&mut stdout).unwrap();
        child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(exit), "{stderr}");
        assert_eq!(stdout, "");
        let error: Value = serde_json::from_str(&stderr).unwrap();
        let error = &error["error"];
        assert_eq!(error["kind"], "interrupted");
        let resume = error["resume"].as_str().unwrap();
        assert!(resume.contains(error["job_id"].as_str().unwrap()), "{resume}");
        assert_eq!(admin(&server, "/_mock/reset", &json!({})), 200);
    }
}

/// Starts a command and stops it when `is_time` returns true. Returns the printed command that continues the job.
fn interrupted(mut command: Command, arguments: &[&str], is_time: impl Fn() -> bool) -> String {
    command.args(arguments).stdout(Stdio::null()).stderr(Stdio::piped()).stdin(Stdio::null());
    let child = command.spawn().unwrap();
    while !is_time() {
        std::thread::yield_now();
    }
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let ended = child.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(130));
    let error: Value = serde_json::from_slice(&ended.stderr).unwrap();
    error["error"]["resume"].as_str().unwrap().to_owned()
}

#[test]
fn an_interrupted_lookup_is_not_sent_again_while_the_api_does_not_know_it() {
    let server = server("immediate");
    let stall = json!({"times": 1, "when": {"endpoint": "async_id_verification"},
        "then": {"stall": {"at": "after_handling"}}});
    assert_eq!(admin(&server, "/_mock/faults", &stall), 201);
    let lookup = ["submit", "--job-type", "5", "--country", "NG", "--id-type", "NIN", "--id-number"];
    let rest = ["00000000000", "--callback", "http://127.0.0.1:9/hook", "--wait", "20s"];
    let is_billed = || {
        let (_, billing) = admin_get(&server, "/_mock/billing");
        billing["total"] == 1
    };
    let resume = interrupted(smileid_at(&server), &[&lookup[..], &rest].concat(), is_billed);
    assert!(resume.contains(" --resume"), "{resume}");

    // In observations, the API knew lookups after 4.4 to 7.9 s.
    let unknown = json!({"times": 1, "when": {"endpoint": "job_status"},
        "then": {"reply": {"status": 400, "body": {"json": {"code": "2304", "error": "No job found"}}}}});
    assert_eq!(admin(&server, "/_mock/faults", &unknown), 201);
    let mut command = smileid_at(&server);
    command.env("ID_NUMBER", "00000000000").env("SMILE_ID_CALLBACK_URL", "http://127.0.0.1:9/hook");
    let resumed = shell(&command, &resume);
    assert_eq!(resumed.json()["verdict"]["decision"], "approved");
    assert!(is_billed());
}

/// An accepted lookup must never be sent again, however long the API does not know it.
#[test]
fn an_accepted_lookup_is_awaited_and_not_sent_again() {
    let server = server("immediate");
    let unknown = json!({"times": 100, "when": {"endpoint": "job_status"},
        "then": {"reply": {"status": 400, "body": {"json": {"code": "2304", "error": "No job found"}}}}});
    assert_eq!(admin(&server, "/_mock/faults", &unknown), 201);
    let lookup =
        ["submit", "--job-type", "5", "--country", "NG", "--id-type", "NIN", "--id-number", "00000000000"];
    let rest = ["--callback", "http://127.0.0.1:9/hook", "--wait", "1s", "--user-id", "u 1", "--job-id", "j"];
    let pending = run(smileid_at(&server), lookup.iter().chain(&rest), "");
    let error = pending.error();
    let resume = error["resume"].as_str().unwrap();
    assert_eq!(pending.status, 7);
    assert!(resume.starts_with("smileid wait ") && resume.ends_with(" --accepted"), "{resume}");

    let still = shell(&smileid_at(&server), &format!("{resume} --timeout 1s"));
    assert_eq!((still.status, &still.error()["resume"]), (7, &error["resume"]));
    let ids = ["wait", "--user-id", "u 1", "--job-id", "j", "--timeout", "1s"];
    assert_eq!(run(smileid_at(&server), ids, "").error()["code"], "2304", "without the flag");
    assert_eq!(admin_delete(&server, "/_mock/faults"), 200);
    assert_eq!(shell(&smileid_at(&server), resume).json()["verdict"]["decision"], "approved");
    assert_eq!(admin_get(&server, "/_mock/billing").1["total"], 1);
}

#[test]
fn an_interrupted_upload_that_arrived_can_be_resumed() {
    let server = server("immediate");
    let stall = json!({"times": 1, "when": {"endpoint": "put_archive"},
        "then": {"stall": {"at": "after_handling"}}});
    assert_eq!(admin(&server, "/_mock/faults", &stall), 201);
    let is_there = || {
        let (_, jobs) = admin_get(&server, "/_mock/jobs");
        jobs["jobs"][0]["stage"].as_str().is_some_and(|stage| stage != "announced")
    };
    let resume = interrupted(smileid_at(&server), &SUBMIT, is_there);
    assert_eq!(shell(&smileid_at(&server), &resume).json()["job_complete"], true);
    assert_eq!(server_jobs(&server), 1);
}

#[test]
fn jobs_that_cannot_be_resumed_are_refused() {
    let lookup = ["--job-type", "5", "--country", "NG", "--id-type", "NIN", "--id-number", "00000000000"];
    for (env, rest) in
        [("http://127.0.0.1:1", &[][..]), ("mock", &["--wait", "--callback", "http://localhost/"])]
    {
        let submit = ["submit", "--env", env, "--resume"];
        let arguments = submit.iter().chain(&lookup).chain(rest);
        let refused = run(smileid_with_key(env, "some-key"), arguments, "");
        assert_eq!(refused.status, 2, "{}", refused.stderr);
    }
}

fn server_jobs(server: &smileid_mock_server::MockServer) -> usize {
    let (_, jobs) = admin_get(server, "/_mock/jobs");
    jobs["jobs"].as_array().map_or(0, Vec::len)
}

#[test]
fn a_lookup_without_a_response_warns_of_double_billing() {
    let lookup =
        ["submit", "--job-type", "5", "--country", "NG", "--id-type", "BVN", "--id-number", "00000000000"];
    let run = run(smileid_with_key(&responding_with(Vec::new()), "some-key"), lookup, "");
    let error = run.error();
    assert_eq!((run.status, &error["outcome_unknown"]), (5, &json!(true)), "{}", run.stderr);
    assert!(error["message"].as_str().unwrap().contains("a repeated lookup is billed again"));
    assert!(error["resume"].as_str().unwrap().contains(error["job_id"].as_str().unwrap()));
}
