//! Questions to any program in any language, and what its answers come to.
//!
//! A [`Question`] is one line of JSON and holds what a case gives, never what it expects; the program answers with one
//! line. Who asks, and how, is the caller's: the binary's `vectors --exec` starts the program and asks over its standard
//! input. The guide `judging-your-implementation.md` says for implementers what every line holds.

mod answer;
mod archive;
mod images;
mod job;
mod signature;
mod verdict;

use std::{collections::BTreeMap, fmt, path::Path};

use bytes::Bytes;
use serde_json::{Map, Value, json};

use crate::{
    case::{Case, Kind},
    report::{Item, Outcome},
};
use answer::Answer;

pub use answer::BadAnswer;

/// A task for a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Task {
    /// Sign a message.
    Sign,
    /// Check a signature that arrived.
    Verify,
    /// Take a job, or refuse it before anything is sent.
    Job,
    /// Make the archive of a job.
    Archive,
    /// Say what a result means for the person.
    Verdict,
}

impl Task {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Sign, Self::Verify, Self::Job, Self::Archive, Self::Verdict];

    fn word(self) -> &'static str {
        match self {
            Self::Sign => "sign",
            Self::Verify => "verify",
            Self::Job => "job",
            Self::Archive => "archive",
            Self::Verdict => "verdict",
        }
    }
}

impl fmt::Display for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// One thing that a program is asked.
pub struct Question {
    case: Case,
    id: String,
    task: Task,
    members: Map<String, Value>,
    files: BTreeMap<String, Bytes>,
    expected: String,
    judge: Judge,
}

/// From an answer to everything that is wrong with it.
type Judge = Box<dyn Fn(&Answer) -> Result<Vec<String>, BadAnswer> + Send + Sync>;

impl Question {
    /// The questions of a case.
    pub(crate) fn all(case: &Case) -> Vec<Self> {
        match case.kind() {
            Kind::Signature(it) => signature::questions(case, it),
            Kind::SdkJob(it) => vec![job::question(case, it)],
            Kind::Package(it) => archive::question(case, it).into_iter().collect(),
            Kind::Verdict(it) => vec![verdict::question(case, it)],
            _ => Vec::new(),
        }
    }

    fn new(case: &Case, task: Task, members: Value, expected: impl Into<String>, judge: Judge) -> Self {
        let members = if let Value::Object(members) = members { members } else { Map::new() };
        let id = format!("{}::{task}", case.id());
        let expected = expected.into();
        Self { case: case.clone(), id, task, members, files: BTreeMap::new(), expected, judge }
    }

    fn with_files(mut self, files: BTreeMap<String, Bytes>) -> Self {
        self.files = files;
        self
    }

    /// The case and what is asked about it: `signature/plain::sign`. No two questions have one.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The task.
    pub fn task(&self) -> Task {
        self.task
    }

    /// The case.
    pub fn case(&self) -> &Case {
        &self.case
    }

    /// The right answer, in words. The program is not told.
    pub fn expected(&self) -> &str {
        &self.expected
    }

    /// The images that its job names, by path. They must be in the folder that [`Question::line`] is told of.
    pub fn files(&self) -> &BTreeMap<String, Bytes> {
        &self.files
    }

    /// The question, one line of JSON without its end. Paths of images lead into `folder`.
    pub fn line(&self, folder: &Path) -> String {
        let mut members = self.members.clone();
        if let Some(job) = members.get_mut("job") {
            for (name, value) in job::images_of(job).flatten() {
                let file = value.as_str().and_then(|path| self.files.get_key_value(path));
                if let Some((path, _)) = file.filter(|_| job::SOURCES.contains(&name.as_str())) {
                    *value = json!(folder.join(path).display().to_string());
                }
            }
        }
        members.insert("id".to_owned(), json!(self.id));
        members.insert("do".to_owned(), json!(self.task.word()));
        Value::Object(members).to_string()
    }

    /// Judges the answer of a program. Mentions of `folder`, where its images were, are taken out, so that two runs have
    /// the same report.
    ///
    /// # Errors
    ///
    /// When it is no answer to this question. The answers to all later questions are then in doubt.
    pub fn judge(&self, line: &[u8], folder: &Path) -> Result<Item, BadAnswer> {
        let (folder, file) = (folder.display().to_string(), folder.join("").display().to_string());
        let shown = |it: &String| shortened(&it.replace(&file, "").replace(&folder, ""));
        let mut deviations = Vec::new();
        let outcome = match Answer::read(line, &self.id)? {
            Answer::Unsupported(why) => Outcome::Skipped { why },
            answer => {
                let found = match &answer {
                    Answer::Crashed(how) => vec![format!("crashes: {how}")],
                    answer => (self.judge)(answer)?,
                };
                deviations = found.iter().map(shown).collect();
                match deviations.as_slice() {
                    [] => Outcome::Passed,
                    _ => Outcome::Failed { step: 0, why: deviations.join("; ") },
                }
            }
        };
        Ok(Item {
            id: self.id.clone(),
            task: Some(self.task.to_string()),
            expected: Some(self.expected.clone()),
            deviations,
            ..Item::new(&self.case, outcome)
        })
    }
}

/// The text with its longest words cut: they are images.
fn shortened(text: &str) -> String {
    const MOST: usize = 60;
    let word = |word: &str| match word.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", word.get(..end).unwrap_or_default()),
        None => word.to_owned(),
    };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

impl fmt::Debug for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Question").field(&self.id).finish()
    }
}
