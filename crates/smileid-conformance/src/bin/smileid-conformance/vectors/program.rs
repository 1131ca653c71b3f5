//! Runs the program under test: writes one question per line, and reads one response per line.

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

/// Maximum size of a response, in bytes. Archives of the suite have a few hundred thousand bytes in base64.
const MAX_RESPONSE: u64 = 16 << 20;

/// Maximum number of bytes at the end of the program's standard error that error messages show.
const TAIL: usize = 2000;

/// Maximum time for the program to end after the last question.
const END_TIMEOUT: Duration = Duration::from_secs(5);

pub(super) struct Program {
    child: Child,
    timeout: Duration,
    /// Sender of the questions. `None` after the last question.
    questions: Option<Sender<Vec<u8>>>,
    responses: Receiver<io::Result<Vec<u8>>>,
    stderr: Arc<Mutex<Vec<u8>>>,
}

/// Error because of which the program cannot be judged.
#[derive(Debug, thiserror::Error)]
pub(super) enum ProgramError {
    #[error("failed to start `{command}`")]
    Start { command: String, source: io::Error },
    #[error("{id}: no response within {} s{stderr}", timeout.as_secs())]
    Late { id: String, timeout: Duration, stderr: StderrTail },
    #[error("{id}: the program ended without a response ({}){stderr}", ended(*status))]
    Ended { id: String, status: Option<ExitStatus>, stderr: StderrTail },
    #[error("{id}: the response has more than {MAX_RESPONSE} bytes{stderr}")]
    Long { id: String, stderr: StderrTail },
    // The message contains the text of the cause, so the cause is not a `source` of this error.
    #[error("{id}: {}; it begins with `{line}`{stderr}", whole(bad))]
    Bad { id: String, bad: BadAnswer, line: String, stderr: StderrTail },
    #[error("the program wrote an unexpected line: `{line}`{stderr}")]
    More { line: String, stderr: StderrTail },
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
            // Questions are written on a separate thread, so that a program that does not read them cannot block the
            // time limit.
            thread::spawn(move || {
                for line in to_ask {
                    if stdin.write_all(&line).and_then(|()| stdin.flush()).is_err() {
                        return;
                    }
                }
            });
        }
        let (sender, responses) = mpsc::channel();
        if let Some(stdout) = child.stdout.take() {
            thread::spawn(move || {
                let mut stdout = BufReader::new(stdout);
                while let Some(line) = next_line(&mut stdout).transpose() {
                    let is_over = line.is_err();
                    if sender.send(line).is_err() || is_over {
                        return;
                    }
                }
            });
        }
        let stderr_tail = Arc::new(Mutex::new(Vec::new()));
        if let Some(stderr) = child.stderr.take() {
            let stderr_tail = Arc::clone(&stderr_tail);
            thread::spawn(move || keep_tail(stderr, &stderr_tail));
        }
        Ok(Self { child, timeout, questions: Some(questions), responses, stderr: stderr_tail })
    }

    /// Sends a question to the program and checks the response.
    pub(super) fn ask(&mut self, question: &Question, folder: &Path) -> Result<Item, ProgramError> {
        let id = || question.id().to_owned();
        let line = question.line(folder);
        match self.responses.try_recv() {
            Ok(Ok(early)) => {
                return Err(ProgramError::More { line: beginning(&early), stderr: self.stderr_tail() });
            }
            Ok(Err(_)) => return Err(ProgramError::Long { id: id(), stderr: self.stderr_tail() }),
            Err(_) => {}
        }
        if let Some(questions) = &self.questions {
            // Fails if the program has ended. Waiting for the response then fails, too.
            let _ended = questions.send(format!("{line}\n").into_bytes());
        }
        match self.responses.recv_timeout(self.timeout) {
            Ok(Ok(line)) => question.judge(&line, folder).map_err(|bad| ProgramError::Bad {
                id: id(),
                bad,
                line: beginning(&line),
                stderr: self.stderr_tail(),
            }),
            Ok(Err(_)) => Err(ProgramError::Long { id: id(), stderr: self.stderr_tail() }),
            Err(RecvTimeoutError::Timeout) => {
                Err(ProgramError::Late { id: id(), timeout: self.timeout, stderr: self.stderr_tail() })
            }
            Err(RecvTimeoutError::Disconnected) => {
                let status = self.wait();
                Err(ProgramError::Ended { id: id(), status, stderr: self.stderr_tail() })
            }
        }
    }

    /// Closes the program's input and waits for its end. A further line of output is an error; the exit status is ignored.
    pub(super) fn end(mut self) -> Result<(), ProgramError> {
        self.questions = None;
        match self.responses.recv_timeout(END_TIMEOUT) {
            Ok(Ok(line)) => Err(ProgramError::More { line: beginning(&line), stderr: self.stderr_tail() }),
            _ => Ok(()),
        }
    }

    /// Returns the exit status, if the program ends soon. A program can close its standard output and continue.
    fn wait(&mut self) -> Option<ExitStatus> {
        let start = Instant::now();
        while start.elapsed() < END_TIMEOUT {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Some(status);
            }
            thread::sleep(Duration::from_millis(10));
        }
        None
    }

    fn stderr_tail(&self) -> StderrTail {
        // Standard error that was written before the response may still arrive.
        thread::sleep(Duration::from_millis(50));
        let stderr = self.stderr.lock().unwrap_or_else(PoisonError::into_inner);
        StderrTail(String::from_utf8_lossy(&stderr).trim().to_owned())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ended_already = self.child.kill();
        let _status = self.child.wait();
    }
}

/// Reads the next line. Returns `None` at the end, and an error for a line that is too long.
fn next_line(from: &mut BufReader<impl Read>) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    let mut read = from.take(MAX_RESPONSE);
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

fn keep_tail(mut from: impl Read, stderr: &Mutex<Vec<u8>>) {
    let mut buffer = [0; 1024];
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        let mut stderr = stderr.lock().unwrap_or_else(PoisonError::into_inner);
        stderr.extend(buffer.get(..count).unwrap_or_default());
        let beyond = stderr.len().saturating_sub(TAIL);
        stderr.drain(..beyond);
    }
}

fn beginning(line: &[u8]) -> String {
    String::from_utf8_lossy(line).chars().take(120).collect()
}

fn ended(status: Option<ExitStatus>) -> String {
    status
        .map_or_else(|| "it may only have closed its standard output".to_owned(), |status| status.to_string())
}

/// End of the program's standard error, for error messages.
#[derive(Debug)]
pub(super) struct StderrTail(String);

impl std::fmt::Display for StderrTail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0.is_empty() {
            return Ok(());
        }
        f.write_str("; its standard error ends with:")?;
        self.0.lines().try_for_each(|line| write!(f, "\n  {line}"))
    }
}
