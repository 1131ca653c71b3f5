//! The screens of `docs/guides/command.md`: what the commands show on terminals of 80 and 120 columns.
//!
//! With the variable `SMILEID_WRITE_PAGES`, the test writes the screens into the page.

use std::{fs, path::Path, process::Command};

use regex_lite::Regex;
use serde_json::json;
use smileid::types::{ErrorCode, ResultCode};
use smileid_mock_server::MockServer;

use crate::{
    command::*,
    listen,
    terminal::{Screen, Terminal, in_terminal},
};

const PAGE: &str = "docs/guides/command.md";
const KEY: &str = "mock-api-key-0000";

/// Screens of the commands: names in the page, and texts.
type Screens = Vec<(String, String)>;

#[test]
fn the_page_shows_what_a_terminal_shows() {
    let [narrow, wide] = [80, 120].map(Scenes::play);
    for ((name, narrow), (_, wide)) in narrow.iter().zip(&wide) {
        // Lines break only between words.
        assert_eq!(words(narrow), words(wide), "{name}");
    }
    let path = root().join(PAGE);
    let page = fs::read_to_string(&path).expect("the page");
    let shown = with_screens(&page, narrow.iter().chain(&wide));
    if std::env::var_os("SMILEID_WRITE_PAGES").is_some() {
        fs::write(&path, shown).expect("the page is written");
        return;
    }
    let differs = page.lines().zip(shown.lines()).find(|(page, shown)| page != shown);
    assert!(
        page == shown,
        "{PAGE} differs: {differs:?}; write it with SMILEID_WRITE_PAGES=1 cargo test -p smileid-cli --test it screens"
    );
}

/// Replaces the text after each mark `<!-- screen: NAME -->`. Every screen must have a mark.
fn with_screens<'a>(page: &str, screens: impl Iterator<Item = &'a (String, String)>) -> String {
    screens.fold(page.to_owned(), |page, (name, screen)| {
        let mark = format!("<!-- screen: {name} -->\n");
        let (before, after) = page.split_once(&mark).unwrap_or_else(|| panic!("{PAGE} has no {mark}"));
        let end = "\n```\n";
        let after = match after.strip_prefix("```text").and_then(|block| block.split_once(end)) {
            Some((_, after)) => after,
            None => after,
        };
        format!("{before}{mark}```text\n{screen}{end}{after}")
    })
}

fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().filter(|word| *word != "\\").collect()
}

/// Runs the commands one after another.
struct Scenes {
    columns: u16,
    folder: tempfile::TempDir,
    server: MockServer,
    /// A server on which jobs take an hour.
    slow: MockServer,
    screens: Screens,
}

impl Scenes {
    fn play(columns: u16) -> Screens {
        let folder = tempfile::tempdir().expect("a folder");
        for image in ["selfie.jpg", "id_card.jpg"] {
            let from = root().join("docs/images").join(image);
            fs::copy(from, folder.path().join(image)).expect("copied");
        }
        let (server, slow) = (server("immediate"), server("after=1h"));
        let mut scenes = Self { columns, folder, server, slow, screens: Vec::new() };
        scenes.jobs();
        scenes.listen();
        scenes.messages();
        scenes.archives();
        scenes.doctor();
        scenes.screens
    }

    fn jobs(&mut self) {
        let ids = |job: &'static str| ["--user-id", "user-1", "--job-id", job];
        let register = |selfie, job| {
            [&["submit", "--job-type", "4", "--selfie", selfie][..], &ids(job), &["--wait"]].concat()
        };
        self.shows("submit", 0, &register("selfie.jpg", "job-1"));
        self.shows("submit refused", 4, &register("selfie.jpg", "job-2"));
        self.shows("submit without a file", 3, &register("missing.jpg", "job-2"));
        self.shows("submit with a wrong option", 2, &["submit", "--job-type", "4", "--selfi", "selfie.jpg"]);
        let pending = [&register("selfie.jpg", "job-1")[..], &["3s"]].concat();
        self.shows_slowly("submit pending", 7, &pending);
        self.shows("wait", 0, &[&["wait"][..], &ids("job-1")].concat());
        self.shows_slowly("wait pending", 7, &[&["wait"][..], &ids("job-1"), &["--timeout", "1s"]].concat());
        self.shows("wait refused", 4, &[&["wait"][..], &ids("job-9")].concat());
    }

    /// A verified callback, one with a wrong signature, and a request to a wrong URL.
    fn listen(&mut self) {
        let command = self.command(&self.server);
        let words = ["listen", "--address", "127.0.0.1:0", "--path", "/callback", "--confirm"];
        let terminal = Terminal::start(command, &words, self.columns);
        let first = terminal.wait_for("/callback");
        let url = first.split_whitespace().last().expect("a URL").to_owned();
        let address = url.trim_start_matches("http://").trim_end_matches("/callback");
        let ids = ["--user-id", "user-2", "--job-id", "job-2"];
        let submit = ["submit", "--job-type", "4", "--selfie", "selfie.jpg", "--callback", &url, "--wait"];
        run(self.command(&self.server), submit.iter().chain(&ids), "").json();
        terminal.wait_for("proof         confirmed");
        let forged = listen::signed(&listen::result(), 0).replace("\"signature\":\"", "\"signature\":\"AAAA");
        assert_eq!(listen::post(address, "/callback", &forged), 401);
        terminal.wait_for("proof         none");
        assert_eq!(listen::post(address, "/callbacks", &forged), 404);
        terminal.wait_for("404");
        terminal.interrupt();
        let mut screen = terminal.end();
        screen.text = screen.text.replace(&url, "http://127.0.0.1:50090/callback");
        self.keep("listen", (screen, 0), &["listen", "--path", "/callback", "--confirm"]);
    }

    fn messages(&mut self) {
        let callback = listen::signed(&listen::result(), 0);
        self.write("callback.json", &callback);
        self.write("changed.json", &callback.replace("\"0840\"", "\"0841\""));
        self.write("forged.json", &callback.replace("\"signature\":\"", "\"signature\":\"AAAA"));
        self.write("old.json", &listen::signed(&listen::result(), 86_400_000));
        self.shows("verify", 0, &["verify", "callback.json"]);
        self.shows("verify confirmed", 0, &["verify", "callback.json", "--confirm"]);
        self.shows("verify contradicted", 6, &["verify", "changed.json", "--confirm"]);
        self.shows("verify forged", 6, &["verify", "forged.json"]);
        self.shows("verify stale", 6, &["verify", "old.json"]);
        self.shows("explain a code", 0, &["explain", "0810", "--job-type", "biometric_kyc"]);
        self.shows("explain an error", 0, &["explain", "2209"]);
        self.shows("explain a file", 0, &["explain", "callback.json"]);
        self.shows("explain an unknown code", 1, &["explain", "9999"]);
    }

    fn archives(&mut self) {
        let job = json!({
            "partner_params": {"user_id": "user-3", "job_id": "job-3", "job_type": 4},
            "image_details": [{"image_type_id": 0, "image": "selfie.jpg"}],
            "options": {"return_job_status": true},
        });
        self.write("job.json", &job.to_string());
        let build = ["package", "build", "--job", "job.json", "--output", "job.zip"];
        assert_eq!(run(self.command(&self.server), build, "").status, 0);
        let zip = fs::read(self.folder.path().join("job.zip")).expect("the archive");
        fs::write(self.folder.path().join("cut.zip"), &zip[..zip.len() / 2]).expect("written");
        self.shows("inspect", 0, &["package", "inspect", "job.zip"]);
        self.shows("inspect an unusable archive", 2, &["package", "inspect", "cut.zip", "--strict"]);
    }

    fn doctor(&mut self) {
        self.shows("doctor", 0, &["doctor"]);
        let mut command = self.command(&self.server);
        command.env("SMILE_ID_API_KEY", "a-key-of-production");
        let screen = in_terminal(command, &["doctor"], self.columns);
        self.keep("doctor with a wrong key", (screen, 4), &["doctor"]);
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.folder.path().join(name), text).expect("written");
    }

    fn command(&self, server: &MockServer) -> Command {
        let mut command = smileid_at(server);
        command.current_dir(self.folder.path());
        command
    }

    /// Runs a command, which must end with this exit code.
    fn shows(&mut self, name: &str, status: i32, arguments: &[&str]) {
        let screen = in_terminal(self.command(&self.server), arguments, self.columns);
        self.keep(name, (screen, status), arguments);
    }

    fn shows_slowly(&mut self, name: &str, status: i32, arguments: &[&str]) {
        let screen = in_terminal(self.command(&self.slow), arguments, self.columns);
        self.keep(name, (screen, status), arguments);
    }

    /// Checks a screen, and keeps it without the values that change.
    fn keep(&mut self, name: &str, (screen, status): (Screen, i32), arguments: &[&str]) {
        let Screen { text, is_broken, .. } = &screen;
        assert_eq!(screen.status, status, "{name}:\n{text}");
        assert!(!is_broken, "{name}: a line is longer than {} columns:\n{text}", self.columns);
        assert!(!text.contains(KEY) && !is_match(text, "[A-Za-z0-9+/]{40,}"), "{name}: a secret:\n{text}");
        check_codes(name, text);
        let code = if status == 0 { String::new() } else { format!("\n$ echo $?\n{status}") };
        let all = format!("{}\n{text}{code}", self.prompt(arguments));
        let all = self.without_changing_values(&all);
        self.screens.push((format!("{name}, {} columns", self.columns), all));
    }

    /// The command as it is typed, within the width.
    fn prompt(&self, arguments: &[&str]) -> String {
        let mut lines = vec!["$ smileid".to_owned()];
        for (index, word) in arguments.iter().enumerate() {
            // An option stays with its value.
            let value = arguments.get(index + 1).filter(|next| !next.starts_with("--"));
            let needed = word.len() + value.map_or(0, |value| 1 + value.len()) + " \\".len();
            let line = lines.last_mut().expect("a line");
            if word.starts_with("--") && line.len() + 1 + needed > usize::from(self.columns) {
                line.push_str(" \\");
                lines.push(format!("    {word}"));
            } else {
                line.extend([" ", word]);
            }
        }
        lines.join("\n")
    }

    /// Replaces ports, times and folders by others of the same length.
    fn without_changing_values(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for server in [&self.server, &self.slow] {
            assert_eq!(server.base_url().len(), "http://127.0.0.1:50085".len(), "a port of five digits");
            text = text.replace(server.base_url(), "http://127.0.0.1:50085");
        }
        assert!(!text.contains(Path::new(self.folder.path()).to_str().expect("UTF-8")), "{text}");
        let time = Regex::new(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d\d\dZ").expect("a pattern");
        let text = time.replace_all(&text, "2026-11-30T12:00:00.000Z");
        Regex::new(r"864\d\d seconds").expect("a pattern").replace(&text, "86400 seconds").into_owned()
    }
}

fn is_match(text: &str, pattern: &str) -> bool {
    Regex::new(pattern).expect("a pattern").is_match(text)
}

/// Every known code on a screen has its meaning, or the API's text, beside it.
fn check_codes(name: &str, text: &str) {
    let plain = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for code in Regex::new(r"\b\d{4}\b").expect("a pattern").find_iter(&plain).map(|found| found.as_str()) {
        let results = ResultCode::rows().iter().filter(|row| row.code == code);
        let errors = ErrorCode::from(code).row();
        let mut texts: Vec<&str> =
            results.flat_map(|row| row.texts.iter().chain([&row.meaning])).copied().collect();
        texts.extend(errors.into_iter().flat_map(|row| row.texts.iter().chain([&row.meaning])));
        let is_explained = |text: &&str| plain.contains(text.trim_end_matches('.'));
        assert!(texts.is_empty() || texts.iter().any(is_explained), "{name}: {code} has no meaning:\n{text}");
    }
}
