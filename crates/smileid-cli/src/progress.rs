//! Progress of a job, on standard error: a bar for an upload, and a spinner for a wait.

use std::{
    io::{self, IsTerminal as _},
    time::Duration,
};

use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::args::{Args, Format};

/// Progress of a job. It disappears when the value is dropped.
pub(crate) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// Begins with a spinner and a message. With `--verbose`, the lines of the requests show the progress.
    pub(crate) fn start(args: &Args, message: String) -> Self {
        let bar = if is_shown(args) && args.verbose == 0 {
            ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr())
        } else {
            ProgressBar::hidden()
        };
        bar.set_style(spinner());
        bar.set_message(message);
        bar.enable_steady_tick(Duration::from_millis(100));
        Self { bar }
    }

    /// Begins with the message of a wait for a result.
    pub(crate) fn of_wait(args: &Args, limit: Duration) -> Self {
        Self::start(args, waiting(limit))
    }

    /// Returns a function that shows the progress of an upload, and `message` once all is sent.
    pub(crate) fn upload(&self, message: String) -> impl Fn(u64, u64) + Send + Sync + 'static {
        let bar = self.bar.clone();
        move |sent, total| {
            if sent >= total {
                bar.unset_length();
                bar.set_style(spinner());
                bar.set_message(message.clone());
            } else if bar.length() != Some(total) {
                bar.set_style(upload());
                bar.set_length(total);
            }
            bar.set_position(sent);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// Message of a wait for a result.
pub(crate) fn waiting(limit: Duration) -> String {
    format!("waiting up to {} for the result", HumanDuration(limit))
}

/// True if progress is shown: in text, on a terminal, and without `--quiet`.
pub(crate) fn is_shown(args: &Args) -> bool {
    args.format() == Format::Text && !args.quiet && io::stderr().is_terminal()
}

fn spinner() -> ProgressStyle {
    style(ProgressStyle::default_spinner(), "{spinner} {msg} ({elapsed})")
}

fn upload() -> ProgressStyle {
    style(ProgressStyle::default_bar(), "sending {bar:30} {bytes} of {total_bytes}, {bytes_per_sec}")
}

/// Adds a template. One that is not valid leaves the style as it is.
fn style(style: ProgressStyle, template: &str) -> ProgressStyle {
    style.clone().template(template).unwrap_or(style)
}
