//! Creates shell commands with which a user continues an interrupted job.

use std::{borrow::Cow, path::Path, time::Duration};

use smileid::{JobRef, Stage, v3::JobId};

use crate::{
    args::{Args, JobArgs, Submit, WaitArgs},
    flags::may_be_shown,
    setup::is_mock,
};

/// Returns the command that waits for the result of a job.
pub(crate) fn wait(args: &Args, ids: &JobRef, history: bool, image_links: bool) -> String {
    let mut words = CommandLine::new(args, "wait");
    words.ids(ids);
    words.flag("--history", history);
    words.flag("--image-links", image_links);
    words.0
}

/// Returns the command that waits for an accepted lookup, which the API may not know yet. It never sends the lookup again.
fn wait_for_accepted(args: &Args, ids: &JobRef, history: bool, image_links: bool) -> String {
    format!("{} --accepted", wait(args, ids, history, image_links))
}

/// Returns the command that waits for the result of a V3 job, which the API may not know yet.
pub(crate) fn wait_v3(args: &Args, job_id: &JobId, is_accepted: bool) -> String {
    let mut words = CommandLine(format!("smileid wait {job_id}")).connected(args);
    words.flag("--accepted", is_accepted);
    words.0
}

/// Returns the command that repeats a wait with the same options.
pub(crate) fn wait_again(args: &Args, ids: &JobRef, again: &WaitArgs) -> String {
    let JobArgs { history, image_links, .. } = again.job;
    let wait = if again.accepted { wait_for_accepted } else { wait };
    wait(args, ids, history, image_links)
}

/// Returns the command that requests the status of the job in a message.
pub(crate) fn status(user_id: &str, job_id: &str) -> String {
    let mut words = CommandLine("smileid status".to_owned());
    words.option("--user-id", user_id);
    words.option("--job-id", job_id);
    words.0
}

/// Returns the command that verifies and confirms the message in a file.
pub(crate) fn confirm(file: &Path, max_age: &str) -> String {
    let file = file.to_string_lossy();
    let here = if file.starts_with('-') { "./" } else { "" };
    format!("smileid verify {}{max_age} --confirm", quoted(&format!("{here}{file}")))
}

/// Returns the command that continues a submission. It waits if the API has the job, and otherwise submits the job with the same
/// ids.
pub(crate) fn submission(
    args: &Args,
    submit: &Submit,
    ids: &JobRef,
    stage: &Stage,
    is_lookup: bool,
) -> String {
    match stage {
        Stage::Uploaded { .. } => {
            let wait = if is_lookup { wait_for_accepted } else { wait };
            wait(args, ids, submit.history, submit.image_links)
        }
        Stage::New | Stage::Refused { .. } => again(args, submit, ids, submit.resume),
        _ => again(args, submit, ids, true),
    }
}

/// Returns the command that submits the same job again with its ids. With `is_resumed`, the job may already have been sent.
///
/// Personal data, values of extra partner parameters and the callback URL become shell variables, since the command may
/// end up in a log.
pub(crate) fn again(args: &Args, submit: &Submit, ids: &JobRef, is_resumed: bool) -> String {
    // The state of a server in this process is lost.
    let is_resumed = is_resumed && !is_mock(args);
    let mut words = CommandLine::new(args, "submit");
    if let Some(file) = &submit.job {
        words.option("--job", &file.to_string_lossy());
    } else {
        match &submit.v3.product {
            Some(product) => words.option("--product", product),
            None => words.option("--job-type", submit.job_type.as_deref().unwrap_or_default()),
        }
        words.ids(ids);
    }
    for (flag, _, path) in crate::flags::images(&submit.images) {
        words.option(flag, &path.to_string_lossy());
    }
    for (name, value) in submit.id_info.given() {
        let flag = format!("--{}", name.replace('_', "-"));
        if matches!(name, "country" | "id_type" | "business_type" | "bank_code") {
            words.option(&flag, value);
        } else {
            words.variable(&flag, &name.to_uppercase());
        }
    }
    for param in &submit.partner_params {
        words.partner_param(param);
    }
    if submit.callback.as_deref().is_some_and(|address| !address.is_empty()) {
        words.variable("--callback", "SMILE_ID_CALLBACK_URL");
    }
    if let Some(wait) = submit.wait {
        let wait = if is_resumed { wait.max(MIN_RESUMED_WAIT) } else { wait };
        words.option("--wait", &format!("{}ms", wait.as_millis()));
    }
    for (flag, is_set) in [
        ("--resume", is_resumed),
        ("--use-enrolled-image", submit.use_enrolled_image),
        ("--allow-new-enroll", submit.allow_new_enroll),
        ("--history", submit.history),
        ("--image-links", submit.image_links),
        ("--strict", submit.strict),
    ] {
        words.flag(flag, is_set);
    }
    words.0
}

/// Minimum `--wait` for a job that may have been sent. An unknown lookup is sent again only after half of this time.
const MIN_RESUMED_WAIT: Duration = Duration::from_secs(60);

/// Builder of a shell command. Quotes words where a shell needs it.
struct CommandLine(String);

impl CommandLine {
    fn new(args: &Args, command: &str) -> Self {
        Self(format!("smileid {command}")).connected(args)
    }

    /// Adds the flags for environment and credentials.
    fn connected(self, args: &Args) -> Self {
        let mut words = self;
        if let Some(env) = &args.env {
            words.option("--env", env);
        }
        match &args.partner_id {
            Some(id) if may_be_shown(id) => words.option("--partner-id", id),
            Some(_) => words.variable("--partner-id", "SMILE_ID_PARTNER_ID"),
            None => {}
        }
        if let Some(file) = &args.api_key_file {
            words.option("--api-key-file", &file.to_string_lossy());
        }
        words
    }

    fn ids(&mut self, ids: &JobRef) {
        self.option("--user-id", ids.user_id());
        self.option("--job-id", ids.job_id());
    }

    fn flag(&mut self, flag: &str, is_set: bool) {
        if is_set {
            self.0 = format!("{} {flag}", self.0);
        }
    }

    /// Adds an option, with `=` if its value looks like a flag.
    fn option(&mut self, flag: &str, value: &str) {
        let between = if value.starts_with('-') && value != "-" { '=' } else { ' ' };
        self.0 = format!("{} {flag}{between}{}", self.0, quoted(value));
    }

    fn variable(&mut self, flag: &str, name: &str) {
        self.0 = format!("{} {flag} \"${name}\"", self.0);
    }

    /// Adds the name of a partner parameter, and a shell variable for its value.
    fn partner_param(&mut self, param: &str) {
        let name = param.split_once('=').map_or(param, |(name, _)| name);
        let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
        let variable: String = name.chars().map(plain).collect();
        self.option("--partner-param", &format!("{name}="));
        self.0 = format!("{}\"$PARAM_{variable}\"", self.0);
    }
}

/// Quotes a word for POSIX shells. The result shows no unprintable characters, except for line breaks at the end.
pub(crate) fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@%+,=".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    if !is_printed(word) {
        // A command substitution strips line breaks at the end, so they follow it.
        let text = word.trim_end_matches('\n');
        let end = word.get(text.len()..).unwrap_or_default();
        let end = if end.is_empty() { String::new() } else { format!("'{end}'") };
        return format!("\"$(printf {})\"{end}", single_quoted(&printf_format(text)));
    }
    single_quoted(word)
}

fn single_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// Returns true if a text can be printed unchanged.
fn is_printed(text: &str) -> bool {
    matches!(smileid::protocol::printable::printable(text), Cow::Borrowed(_))
}

/// Converts text to a format of `printf`, with octal digits for unprintable characters.
fn printf_format(text: &str) -> String {
    use std::fmt::Write as _;

    let mut format = String::new();
    for (index, c) in text.char_indices() {
        let bytes = &mut [0; 4];
        let piece = &*c.encode_utf8(bytes);
        match c {
            '\\' => format.push_str(r"\\"),
            '%' => format.push_str("%%"),
            // A hyphen at the start would make the word an option.
            c if is_printed(piece) && (c != '-' || index > 0) => format.push(c),
            _ => {
                for byte in piece.bytes() {
                    let _ = write!(format, "\\{byte:03o}");
                }
            }
        }
    }
    format
}

#[cfg(test)]
mod tests {
    use super::{quoted, status};

    #[test]
    fn quotes_words_for_a_shell() {
        for (word, text) in [
            ("job-1", "job-1"),
            ("", "''"),
            ("a b", "'a b'"),
            ("$(rm x);`y`", "'$(rm x);`y`'"),
            ("it's $HOME `x`", r"'it'\''s $HOME `x`'"),
            ("a\nb'\\%s", r#""$(printf 'a\012b'\''\\%%s')""#),
            ("\u{202e}ab\n\n", "\"$(printf '\\342\\200\\256ab')\"'\n\n'"),
            ("\n", "\"$(printf '')\"'\n'"),
            ("http://127.0.0.1:8085", "http://127.0.0.1:8085"),
        ] {
            assert_eq!(quoted(word), text);
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_posix_shell_restores_every_character() {
        let words = (1..=0x2100).chain([0xfeff, 0x1f600, 0xe0041]).filter_map(char::from_u32);
        let all: String = words.collect();
        for word in [all.as_str(), "job\n1", "a\n\n", "\n", "-\t%d\\n'\"$(x)`x`\u{85}", "\u{1b}[2J"] {
            let script = format!("printf %s. {}", quoted(word));
            let read = std::process::Command::new("sh").args(["-c", &script]).output().unwrap();
            assert_eq!(String::from_utf8(read.stdout).unwrap(), format!("{word}."), "{script:?}");
        }
    }

    #[test]
    fn an_id_that_looks_like_a_flag_stays_a_value() {
        let command = "smileid status --user-id=-x --job-id='--env=http://x/ y'";
        assert_eq!(status("-x", "--env=http://x/ y"), command);
    }
}
