//! Command `cargo xtask peers side-by-side`: runs this project's client and the official ones in the same situations against the
//! mock server. Fails if this project's client has a worse grade than another.

mod admin;
mod callbacks;
mod grade;
mod page;
mod play;
mod situation;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use anyhow::{Context, Result, ensure};

use super::{Site, node_installed, python_installed};
use crate::server::{Server, build, program};
use grade::{Facts, Grade};
use situation::Situation;

/// Path of the generated page in the repository.
pub(super) const PAGE: &str = "docs/reference/side-by-side.md";

/// Number of clients that run in parallel. They mostly wait.
const AT_A_TIME: usize = 8;

/// A client, and the program that calls it once.
struct Client {
    /// Name of the client on the page.
    name: String,
    words: Vec<PathBuf>,
    /// Working directory of the program.
    folder: PathBuf,
    /// True for a client that uses only HTTPS.
    is_https: bool,
}

/// Clients of a version of the API, and the situations for them.
struct Group {
    version: u8,
    clients: Vec<Client>,
    rows: Vec<Row>,
}

/// A situation and the grade of each client, this project's first.
struct Row {
    situation: Situation,
    came: Vec<(Facts, Grade)>,
}

pub(super) fn run(site: &Site) -> Result<()> {
    let situations = situation::load(&site.root)?;
    let polls: BTreeSet<_> = situations.iter().map(|situation| situation.row.polls).collect();
    let servers =
        polls.into_iter().map(|polls| Ok((polls, server(site, polls)?))).collect::<Result<Vec<_>>>()?;
    let stage = play::Stage::new(site, &servers)?;
    let (third, first): (Vec<_>, Vec<_>) = situations.into_iter().partition(Situation::is_v3);
    let group = |version, clients, situations: Vec<Situation>| {
        let rows = situations.into_iter().map(|situation| Row { situation, came: Vec::new() });
        Group { version, clients, rows: rows.collect() }
    };
    let mut groups = [group(1, clients(site)?, first), group(3, v3_clients(site)?, third)];
    play(&stage, &mut groups)?;

    let written = site.write(PAGE, &page::page(&groups), "side-by-side");
    let worse: Vec<_> = groups.iter().flat_map(worse).collect();
    ensure!(worse.is_empty(), "ours is worse than an official client:\n  {}", worse.join("\n  "));
    written?;
    for Group { version, clients, rows } in &groups {
        println!("side-by-side: version {version}, {} situations, {} clients", rows.len(), clients.len());
    }
    Ok(())
}

/// Runs each client through each situation of its version.
fn play(stage: &play::Stage<'_>, groups: &mut [Group]) -> Result<()> {
    let tasks: Vec<_> = groups
        .iter()
        .flat_map(|group| {
            group.rows.iter().flat_map(|row| group.clients.iter().map(move |client| (row, client)))
        })
        .collect();
    let played = Mutex::new(Vec::new());
    let next = AtomicUsize::new(0);
    let work = || -> Result<()> {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some((Row { situation, .. }, client)) = tasks.get(index) else { return Ok(()) };
            let facts = stage
                .play(index, situation, client)
                .with_context(|| format!("{}: {}", client.name, situation.name))?;
            played.lock().expect("no worker panics with the lock").push((index, facts));
        }
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..AT_A_TIME).map(|_| scope.spawn(work)).collect();
        workers.into_iter().try_for_each(|worker| worker.join().expect("a worker does not panic"))
    })?;

    let mut played = played.into_inner().expect("no worker panicked with the lock");
    played.sort_by_key(|(index, _)| *index);
    let mut played = played.into_iter().map(|(_, facts)| facts);
    for group in groups {
        for row in &mut group.rows {
            let came = played.by_ref().take(group.clients.len());
            row.came = came.map(|facts| (facts.clone(), Grade::of(&facts, row.situation.row.end))).collect();
        }
    }
    Ok(())
}

/// Returns the situations in which another client has a better grade than this project's.
fn worse(Group { clients, rows, .. }: &Group) -> Vec<String> {
    let of_row = |row: &Row| {
        let ours = row.came.first().map(|(_, grade)| *grade);
        let better = clients.iter().zip(&row.came).filter(|(_, (_, grade))| Some(*grade) < ours);
        let describe = |(client, (_, grade)): (&Client, &(Facts, Grade))| {
            let ours = ours.map_or("", Grade::word);
            format!("{}: {} is {}, ours {ours}", row.situation.name, client.name, grade.word())
        };
        better.map(describe).collect::<Vec<_>>()
    };
    rows.iter().flat_map(of_row).collect()
}

fn server(site: &Site, polls: u32) -> Result<Server> {
    let mut mock = Command::new(&site.mock);
    mock.args(["--http", "127.0.0.1:0", "--https", "127.0.0.1:0", "--ca-dir"]).arg(site.folder.join("ca"));
    if polls > 0 {
        mock.args(["--processing", &format!("polls={polls}")]);
    }
    Server::start(&mut mock)
}

/// Returns this project's V3 client, and the official one.
fn v3_clients(site: &Site) -> Result<Vec<Client>> {
    let ours = build(&site.root, "smileid-tests", &["--example", "side_by_side_v3"])?;
    let python = site.file("python", "requirements.txt");
    Ok(vec![
        Client {
            name: "`smileid`".to_owned(),
            words: vec![program(&ours, "side_by_side_v3")?.to_owned()],
            folder: site.root.clone(),
            is_https: false,
        },
        Client {
            name: format!("Python `usesmileid` {}", version(&python, "usesmileid==")?),
            words: vec![python_installed(site)?, site.file("python", "side_by_side_v3.py")],
            folder: site.root.clone(),
            is_https: true,
        },
    ])
}

/// Returns this project's client of version 1, and the official ones.
fn clients(site: &Site) -> Result<Vec<Client>> {
    let ours = build(&site.root, "smileid-tests", &["--example", "side_by_side"])?;
    let root = || site.root.clone();
    let python = site.file("python", "requirements.txt");
    let node = site.file("node", "package.json");
    Ok(vec![
        Client {
            name: "`smileid`".to_owned(),
            words: vec![program(&ours, "side_by_side")?.to_owned()],
            folder: root(),
            is_https: false,
        },
        Client {
            name: format!("Python `smile-id-core` {}", version(&python, "smile-id-core==")?),
            words: vec![python_installed(site)?, site.file("python", "side_by_side.py")],
            folder: root(),
            is_https: false,
        },
        Client {
            name: format!(
                "JavaScript `smile-identity-core` {}",
                version(&node, "\"smile-identity-core\": \"")?
            ),
            words: vec!["node".into(), "side_by_side.cjs".into()],
            folder: node_installed(site, &["side_by_side.cjs"])?,
            is_https: true,
        },
    ])
}

/// Returns the version that follows `prefix` in a list of packages.
pub(super) fn version(needs: &Path, prefix: &str) -> Result<String> {
    let text = fs::read_to_string(needs).with_context(|| format!("reading {}", needs.display()))?;
    let found = text.lines().find_map(|line| line.trim().strip_prefix(prefix));
    let version = found.with_context(|| format!("{} has no `{prefix}`", needs.display()))?;
    Ok(version.trim_end_matches(['"', ',']).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_in_which_another_is_better_is_named() {
        let client = |name: &str| Client {
            name: name.to_owned(),
            words: Vec::new(),
            folder: PathBuf::new(),
            is_https: false,
        };
        let clients = [client("ours"), client("one"), client("other")];
        let facts = Facts { calls: Vec::new(), requests: 0, jobs: 0, bill: 0, code: None };
        let situations = "[[situation]]\nname = 'rain'\n[[situation]]\nname = 'hail'";
        let situations = situation::read(situations).expect("a table");
        let grades = [[Grade::Again, Grade::Crash, Grade::Again], [Grade::Again, Grade::Good, Grade::Crash]];
        let rows = situations.into_iter().zip(grades).map(|(situation, grades)| Row {
            situation,
            came: grades.into_iter().map(|grade| (facts.clone(), grade)).collect(),
        });
        let group = Group { version: 1, clients: clients.into(), rows: rows.collect() };
        assert_eq!(worse(&group), ["hail: one is good, ours again"]);
    }
}
