//! A pseudo terminal that runs the command, and the screen that a person sees.

use std::{
    fs::{File, OpenOptions},
    io::Read as _,
    num::NonZeroU16,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex, PoisonError},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use rustix::{
    pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt},
    termios::{Winsize, tcsetwinsize},
};

/// Maximum number of rows. Longer output fails the test.
const ROWS: u16 = 120;

/// A command that runs in a terminal. It is killed when the value is dropped.
pub(crate) struct Terminal {
    child: Child,
    seen: Arc<Mutex<Seen>>,
    reader: Option<JoinHandle<()>>,
}

/// Everything that the command has printed.
struct Seen {
    screen: vt100::Parser,
    bytes: Vec<u8>,
}

/// What is left on the screen when the command has ended.
pub(crate) struct Screen {
    /// The lines, without blanks at their ends.
    pub(crate) text: String,
    /// The bytes that the terminal got, with those that control it.
    pub(crate) raw: String,
    pub(crate) status: i32,
    /// True if the terminal had to break a line.
    pub(crate) is_broken: bool,
}

impl Terminal {
    /// Starts the command in a terminal with this number of columns.
    pub(crate) fn start(mut command: Command, arguments: &[&str], columns: u16) -> Self {
        let owner = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a pseudo terminal");
        grantpt(&owner).expect("granted");
        unlockpt(&owner).expect("unlocked");
        let path = ptsname(&owner, Vec::new()).expect("a name").into_string().expect("UTF-8");
        let terminal = OpenOptions::new().read(true).write(true).open(path).expect("the terminal opens");
        let size = Winsize { ws_row: ROWS, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
        tcsetwinsize(&terminal, size).expect("a size");
        command.args(arguments).stdin(Stdio::null()).env("TERM", "xterm-256color");
        command.stdout(terminal.try_clone().expect("a copy")).stderr(terminal);
        let child = command.spawn().expect("the command starts");
        drop(command); // holds copies of the terminal, which would keep the reader from ending
        let [rows, width] = [ROWS, columns].map(|size| NonZeroU16::new(size).expect("not zero"));
        let screen = vt100::Parser::new(rows, width, 0);
        let seen = Arc::new(Mutex::new(Seen { screen, bytes: Vec::new() }));
        let told = Arc::clone(&seen);
        let reader = thread::spawn(move || read(File::from(owner), &told));
        Self { child, seen, reader: Some(reader) }
    }

    /// Waits until the screen shows a text, and returns all of the screen.
    pub(crate) fn wait_for(&self, text: &str) -> String {
        let start = Instant::now();
        loop {
            let shown = self.seen.lock().unwrap_or_else(PoisonError::into_inner).text();
            if shown.contains(text) {
                return shown;
            }
            assert!(start.elapsed() < Duration::from_secs(60), "no `{text}` on the screen:\n{shown}");
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Sends SIGINT, as Ctrl-C does.
    pub(crate) fn interrupt(&self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status().expect("kill").success());
    }

    /// Waits for the end of the command.
    pub(crate) fn end(mut self) -> Screen {
        let status = self.child.wait().expect("the command ends").code().expect("no signal");
        self.reader.take().map(JoinHandle::join).transpose().expect("the reader ends");
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        Screen {
            text: seen.text(),
            raw: String::from_utf8_lossy(&seen.bytes).into_owned(),
            status,
            is_broken: (0..ROWS).any(|row| seen.screen.screen().row_wrapped(row)),
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Seen {
    fn text(&self) -> String {
        let (_, columns) = self.screen.screen().size();
        let rows: Vec<_> = self.screen.screen().rows(0, columns.into()).collect();
        let lines: Vec<_> = rows.iter().map(|row| row.trim_end()).collect();
        lines.join("\n").trim_end().to_owned()
    }
}

fn read(mut terminal: File, seen: &Mutex<Seen>) {
    let mut buffer = [0; 4096];
    // On Linux, reading fails once the last copy of the terminal is closed.
    while let Ok(count @ 1..) = terminal.read(&mut buffer) {
        let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.screen.process(&buffer[..count]);
        seen.bytes.extend_from_slice(&buffer[..count]);
    }
}

/// Runs a command in a terminal to its end.
pub(crate) fn in_terminal(command: Command, arguments: &[&str], columns: u16) -> Screen {
    Terminal::start(command, arguments, columns).end()
}
