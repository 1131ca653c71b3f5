//! A batch: submits a selfie for each row of a CSV file, and appends each decision to another file. Started again after a
//! crash, it continues: each row is one job, and billed once.
//!
//! `batch people.csv decisions.csv` reads the columns `id`, `user_id` and `selfie`, the path of an image. Without arguments,
//! it submits three rows of its own, twice:
//!
//! ```text
//! 3 rows: 3 decided now, 0 before, 0 left
//! 3 rows: 0 decided now, 3 before, 0 left
//! ```

#[path = "common/setup.rs"]
mod setup;

use std::{
    collections::HashSet,
    env,
    error::Error,
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind, Write as _},
    path::{Path, PathBuf},
    process::ExitCode,
};

use indicatif::{ProgressBar, ProgressStyle};
use serde::{Deserialize, Serialize};
use smileid::{Client, Image, ImageJob, JobRef, Outcome, Submission};
use tokio::task::JoinSet;

/// Number of jobs at the same time.
const AT_ONCE: usize = 8;

/// A row of the input.
#[derive(Deserialize)]
struct Row {
    /// Name of the row, which never changes: the job is named after it.
    id: String,
    user_id: String,
    selfie: PathBuf,
}

/// A row of the output.
#[derive(Serialize, Deserialize)]
struct Decided {
    id: String,
    job_id: String,
    decision: String,
    code: String,
}

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let client = Client::from_env()?;
    let mut arguments = env::args_os().skip(1).map(PathBuf::from);
    if let (Some(input), Some(output)) = (arguments.next(), arguments.next()) {
        let left = run(&client, &input, &output).await?;
        return Ok(if left == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }
    let folder = tempfile::tempdir()?;
    let (input, output) = (folder.path().join("people.csv"), folder.path().join("decisions.csv"));
    let mut people = csv::Writer::from_path(&input)?;
    people.write_record(["id", "user_id", "selfie"])?;
    for number in 1..=3 {
        let ids = setup::ids(&format!("user-{number}"), &format!("row-{number}"))?;
        let selfie = setup::image_path("selfie.jpg");
        people.write_record([ids.job_id(), ids.user_id(), &selfie.to_string_lossy()])?;
    }
    people.flush()?;
    for _ in 0..2 {
        run(&client, &input, &output).await?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Submits the rows that have no decision yet. Returns the number of those that still have none.
async fn run(client: &Client, input: &Path, output: &Path) -> Result<usize, Box<dyn Error>> {
    let rows: Vec<Row> = csv::Reader::from_path(input)?.deserialize().collect::<Result<_, _>>()?;
    let (mut decisions, before) = open(output)?;
    let total = rows.len();
    let mut waiting =
        rows.into_iter().filter(|row| !before.contains(&row.id)).collect::<Vec<_>>().into_iter();
    // On a terminal only, on standard error.
    let bar = ProgressBar::new(total as u64)
        .with_style(ProgressStyle::with_template("{bar:30} {pos} of {len}, {eta} left {msg}")?);
    bar.set_position((total - waiting.len()) as u64);

    let mut jobs = JoinSet::new();
    let mut decided = 0;
    loop {
        while jobs.len() < AT_ONCE
            && let Some(row) = waiting.next()
        {
            jobs.spawn(submit(client.clone(), row));
        }
        let Some(ended) = jobs.join_next().await else { break };
        match ended? {
            Ok((id, outcome)) if !outcome.is_pending() => {
                append(&mut decisions, id, &outcome)?;
                decided += 1;
            }
            Ok((id, _)) => bar.println(format!("{id}: no result yet")),
            Err((id, error)) => bar.println(format!("{id}: {error}")),
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    let before = before.len();
    let left = total.saturating_sub(before + decided);
    println!("{total} rows: {decided} decided now, {before} before, {left} left");
    Ok(left)
}

/// Submits the job of a row, or continues it.
async fn submit(client: Client, row: Row) -> Result<(String, Outcome), (String, smileid::Error)> {
    let done = async {
        let ids = JobRef::from_key(row.user_id, &row.id)?;
        let job = ImageJob::smart_selfie_registration(ids, Image::file(row.selfie));
        // An earlier run may have sent it, so the client asks for its status first.
        client.submit(Submission::new(job).resumed()).wait().await
    };
    match done.await {
        Ok(outcome) => Ok((row.id, outcome)),
        Err(error) => Err((row.id, error)),
    }
}

/// Opens the output, and returns the ids of the rows that it has. A row that a crash cut off is removed.
fn open(path: &Path) -> io::Result<(File, HashSet<String>)> {
    let text = match fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(error),
    };
    let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    let decisions =
        csv::ReaderBuilder::new().has_headers(false).from_reader(&text[..whole]).into_deserialize();
    let ids = decisions.map(|decision| decision.map(|decision: Decided| decision.id));
    let ids = ids.collect::<Result<_, _>>()?;
    let file = OpenOptions::new().create(true).append(true).open(path)?;
    file.set_len(whole as u64)?;
    Ok((file, ids))
}

/// Appends a decision, and has it written to the disk.
fn append(file: &mut File, id: String, outcome: &Outcome) -> Result<(), Box<dyn Error>> {
    let code = outcome.verdict().code.map(|code| code.to_string()).unwrap_or_default();
    let job_id = outcome.ids().job_id().to_owned();
    let mut line = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    line.serialize(Decided { id, job_id, decision: outcome.decision().to_string(), code })?;
    file.write_all(&line.into_inner()?)?;
    file.sync_data()?;
    Ok(())
}
