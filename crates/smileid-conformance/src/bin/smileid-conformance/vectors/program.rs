//! The program that is asked: one line in, one line out.

use std::{
    io::{self, BufRead as _, BufReader, Read, Write as _},
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{self, Receiver, RecvTimeoutError, Sender},
    },
    thread,
    time::{Duration, Instant},
};

use smileid_conformance::{
    Item,
    program::{BadAnswer, Question},
};

use crate::whole;

/// How many bytes an answer may have. Archives of the suite have a few hundred thousand in base64.
const LONGEST: u64 = 16 << 20;

/// How much of what the program writes to its standard error is shown when something goes wrong.
const TAIL: usize = 2000;

/// How long the program may take to end once there is nothing more to ask.
const END: Duration = Duration::from_secs(5);

pub(super) struct Program {
    child: Child,
    timeout: Duration,
    /// Gone once there is nothing more to ask.
    questions: Option<Sender<Vec<u8>>>,
    answers: Receiver<io::Result<Vec<u8>>>,
    said: Arc<Mutex<Vec<u8>>>,
}

/// The program cannot be judged.
#[derive(Debug, thiserror::Error)]
pub(super) enum ProgramError {
    #[error("`{command}` cannot be started")]
    Start { command: String, source: io::Error },
    #[error("{id}: no answer within {} s{said}", timeout.as_secs())]
    Late { id: String, timeout: Duration, said: Said },
    #[error("{id}: the program ended, {}, instead of answering{said}", ended(*status))]
    Ended { id: String, status: Option<ExitStatus>, said: Said },
    #[error("{id}: the answer has more than {LONGEST} bytes{said}")]
    Long { id: String, said: Said },
    // What is wrong stands in the middle, so it is no source.
    #[error("{id}: {}; it begins with `{line}`{said}", whole(bad))]
    Bad { id: String, bad: BadAnswer, line: String, said: Said },
    #[error("the program says more than it was asked: `{line}`{said}")]
    More { line: String, said: Said },
}

impl Program {
    pub(super) fn start(command: &[String], timeout: Duration) -> Result<Self, ProgramError> {
        let mut words = command.iter();
        let mut child = Command::new(words.next().map_or("", String::as_str))
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|source| ProgramError::Start { command: command.join(" "), source })?;
        let (questions, to_ask) = mpsc::channel::<Vec<u8>>();
        if let Some(mut stdin) = child.stdin.take() {
            // On a thread of its own: a program that does not read must not stop the clock.
            thread::spawn(move || {
                for line in to_ask {
                    if stdin.write_all(&line).and_then(|()| stdin.flush()).is_err() {
                        return;
                    }
                }
            });
        }
        let (told, answers) = mpsc::channel();
        if let Some(stdout) = child.stdout.take() {
            thread::spawn(move || {
                let mut stdout = BufReader::new(stdout);
                while let Some(line) = next_line(&mut stdout).transpose() {
                    let is_over = line.is_err();
                    if told.send(line).is_err() || is_over {
                        return;
                    }
                }
            });
        }
        let said = Arc::new(Mutex::new(Vec::new()));
        if let Some(stderr) = child.stderr.take() {
            let said = Arc::clone(&said);
            thread::spawn(move || keep_tail(stderr, &said));
        }
        Ok(Self { child, timeout, questions: Some(questions), answers, said })
    }

    /// Asks one question and judges the answer.
    pub(super) fn ask(&mut self, question: &Question, folder: &Path) -> Result<Item, ProgramError> {
        let id = || question.id().to_owned();
        let line = question.line(folder);
        match self.answers.try_recv() {
            Ok(Ok(early)) => return Err(ProgramError::More { line: beginning(&early), said: self.said() }),
            Ok(Err(_)) => return Err(ProgramError::Long { id: id(), said: self.said() }),
            Err(_) => {}
        }
        if let Some(questions) = &self.questions {
            // It fails when the program has ended, and so will the wait for the answer.
            let _ended = questions.send(format!("{line}\n").into_bytes());
        }
        match self.answers.recv_timeout(self.timeout) {
            Ok(Ok(line)) => question.judge(&line, folder).map_err(|bad| ProgramError::Bad {
                id: id(),
                bad,
                line: beginning(&line),
                said: self.said(),
            }),
            Ok(Err(_)) => Err(ProgramError::Long { id: id(), said: self.said() }),
            Err(RecvTimeoutError::Timeout) => {
                Err(ProgramError::Late { id: id(), timeout: self.timeout, said: self.said() })
            }
            Err(RecvTimeoutError::Disconnected) => {
                let status = self.wait();
                Err(ProgramError::Ended { id: id(), status, said: self.said() })
            }
        }
    }

    /// There is nothing more to ask. How the program ends says nothing about its answers; more of them does.
    pub(super) fn end(mut self) -> Result<(), ProgramError> {
        self.questions = None;
        match self.answers.recv_timeout(END) {
            Ok(Ok(line)) => Err(ProgramError::More { line: beginning(&line), said: self.said() }),
            _ => Ok(()),
        }
    }

    /// How the program ended, if it does soon: its standard output may be closed and it still run.
    fn wait(&mut self) -> Option<ExitStatus> {
        let start = Instant::now();
        while start.elapsed() < END {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Some(status);
            }
            thread::sleep(Duration::from_millis(10));
        }
        None
    }

    fn said(&self) -> Said {
        // What was said before the answer may still be on its way.
        thread::sleep(Duration::from_millis(50));
        let said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        Said(String::from_utf8_lossy(&said).trim().to_owned())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ended_already = self.child.kill();
        let _status = self.child.wait();
    }
}

/// The next line, none when there is no more, an error when it is too long.
fn next_line(from: &mut BufReader<impl Read>) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    let mut read = from.take(LONGEST);
    read.read_until(b'\n', &mut line)?;
    match line.pop() {
        None => Ok(None),
        Some(b'\n') => Ok(Some(line)),
        Some(_) if read.limit() == 0 => Err(io::ErrorKind::FileTooLarge.into()),
        Some(last) => {
            line.push(last);
            Ok(Some(line))
        }
    }
}

fn keep_tail(mut from: impl Read, said: &Mutex<Vec<u8>>) {
    let mut buffer = [0; 1024];
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        let mut said = said.lock().unwrap_or_else(PoisonError::into_inner);
        said.extend(buffer.get(..count).unwrap_or_default());
        let beyond = said.len().saturating_sub(TAIL);
        said.drain(..beyond);
    }
}

fn beginning(line: &[u8]) -> String {
    String::from_utf8_lossy(line).chars().take(120).collect()
}

fn ended(status: Option<ExitStatus>) -> String {
    status.map_or_else(|| "or closed its standard output".to_owned(), |status| status.to_string())
}

/// The end of what the program wrote to its standard error.
#[derive(Debug)]
pub(super) struct Said(String);

impl std::fmt::Display for Said {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0.is_empty() {
            return Ok(());
        }
        f.write_str("; its standard error ends with:")?;
        self.0.lines().try_for_each(|line| write!(f, "\n  {line}"))
    }
}
