//! Asks questions to a program in any language, and checks its answers.
//!
//! A [`Question`] is one line of JSON with the input of a case, without its expected values. The program responds with
//! one line. The caller transfers the lines: `vectors --exec` of the binary starts the program and uses its standard
//! input and output. The guide `judging-your-implementation.md` describes the lines for implementers.

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

/// A task that a program is asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Task {
    /// The program signs a message.
    Sign,
    /// The program verifies a received signature.
    Verify,
    /// The program submits a job, or refuses it before anything is sent.
    Job,
    /// The program builds the archive of a job.
    Archive,
    /// The program determines the verdict on a result.
    Verdict,
}

impl Task {
    /// All tasks.
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

/// A question that a program is asked.
pub struct Question {
    case: Case,
    id: String,
    task: Task,
    members: Map<String, Value>,
    files: BTreeMap<String, Bytes>,
    expected: String,
    judge: Judge,
}

/// Function that finds all deviations in a response.
type Judge = Box<dyn Fn(&Answer) -> Result<Vec<String>, BadAnswer> + Send + Sync>;

impl Question {
    /// Returns the questions of a case.
    pub(crate) fn all(case: &Case) -> Vec<Self> {
        match case.kind() {
            Kind::Signature(it) => signature::questions(case, it),
            Kind::SdkJob(it) => vec![job::question(case, it)],
            Kind::Package(it) => archive::question(case, it).into_iter().collect(),
            Kind::Verdict(it) => verdict::question(case, it).into_iter().collect(),
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

    /// Returns the id of the question: the id of the case and the task, such as `signature/plain::sign`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns the task of the question.
    pub fn task(&self) -> Task {
        self.task
    }

    /// Returns the case from which the question comes.
    pub fn case(&self) -> &Case {
        &self.case
    }

    /// Returns the expected answer in words. The program does not get it.
    pub fn expected(&self) -> &str {
        &self.expected
    }

    /// Returns the images that the job names, by path. Write them to the folder that [`Question::line`] gets.
    pub fn files(&self) -> &BTreeMap<String, Bytes> {
        &self.files
    }

    /// Returns the question as one line of JSON. Image paths point into `folder`.
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

    /// Checks the answer of a program. Removes the path of `folder`, which contained the images, so that the reports of two runs
    /// are equal.
    ///
    /// # Errors
    ///
    /// Fails if the line is not a response to this question. Later responses are then unreliable.
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

/// Shortens the very long words of a text, which are images in base64.
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
