//! `cargo xtask quickstarts`: runs the programs of `docs/quickstarts` against a mock server, as a reader would.

use std::{
    env,
    ffi::OsString,
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};

use crate::workspace::{line, output, programs, run as run_command, target};

/// A program of `docs/quickstarts`.
pub(crate) struct Quickstart {
    /// Path below `docs/quickstarts`.
    pub(crate) file: &'static str,
    /// The command. `{file}` stands for the program, `{selfie}` for an image, `{port}` for a free port.
    command: &'static str,
    /// Part of its output.
    prints: &'static str,
}

const fn quickstart(file: &'static str, command: &'static str, prints: &'static str) -> Quickstart {
    Quickstart { file, command, prints }
}

impl Quickstart {
    /// True if it needs only Python or Node.js, as on every system that packages are built for.
    pub(crate) fn is_portable(&self) -> bool {
        self.command.starts_with("python ") || self.command.starts_with("node ")
    }
}

const REGISTERED: &str = "approved: 0840 Enroll User\n";
const APPROVED: &str = "approved\n";
/// The last line of `callback.sh`.
const RECEIVED: &str = "v3 {\"future\": \"10m\"}: 401\n";

/// Text in each program that no check runs.
pub(crate) const NOT_RUN: &str = "Not run by this repository's checks";

/// All programs that are run.
pub(crate) const QUICKSTARTS: &[Quickstart] = &[
    quickstart("curl/v1.sh", "bash {file} {selfie}", REGISTERED),
    quickstart("curl/v3.sh", "bash {file}", APPROVED),
    quickstart("python/v1.py", "python {file} {selfie}", REGISTERED),
    quickstart("python/v1_sdk.py", "python {file} {selfie}", "0840 Enroll User\n"),
    quickstart("python/v3.py", "python {file}", APPROVED),
    quickstart("python/v3_sdk.py", "python {file}", "clear\n"),
    quickstart("python/callback.py", "bash callback.sh {port} python {file} {port}", RECEIVED),
    quickstart("node/v1.mjs", "node {file} {selfie}", REGISTERED),
    quickstart("node/v1_sdk.cjs", "node {file} {selfie}", "0840 Enroll User\n"),
    quickstart("node/v3.mjs", "node {file}", APPROVED),
    quickstart("node/callback.mjs", "bash callback.sh {port} node {file} {port}", RECEIVED),
    quickstart("php/v1.php", "php {file} {selfie}", REGISTERED),
    quickstart("php/v3.php", "php {file}", APPROVED),
    quickstart("php/callback.php", "bash callback.sh {port} php -S 127.0.0.1:{port} {file}", RECEIVED),
    quickstart("go/v1.go", "go run {file} {selfie}", REGISTERED),
    quickstart("go/v3.go", "go run {file}", APPROVED),
    quickstart("go/callback.go", "bash callback.sh {port} go run {file} {port}", RECEIVED),
];

/// Official packages of Python that the programs use.
pub(crate) const PYTHON_PACKAGES: [&str; 2] = ["smile-id-core==3.0.1", "usesmileid==12.1.0"];
/// Official package of Node.js that the programs use.
pub(crate) const NODE_PACKAGE: &str = "smile-identity-core@3.2.1";

/// Debian's packages for a missing program.
const DEBIAN: &str = "curl golang-go jq nodejs npm openssl php-cli php-curl php-zip python3-venv zip";

pub(crate) const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };

/// Where the programs find `smileid-mock`, their languages and the official packages.
pub(crate) struct Place {
    /// Value of `PATH`.
    pub(crate) path: OsString,
    /// Folder with `node_modules`.
    pub(crate) node: PathBuf,
    /// Folder for data of the mock and for caches.
    pub(crate) data: PathBuf,
}

/// Builds the mock, installs the official packages, and runs the programs whose paths contain one of the names, or all.
pub(crate) fn run(root: &Path, names: &[String]) -> Result<()> {
    let built = programs(root)?;
    let folder = target(root)?.join("quickstarts");
    let (python, node) = (folder.join("python"), folder.join("node"));
    let scripts = python.join(if cfg!(windows) { "Scripts" } else { "bin" });
    if !scripts.exists() {
        run_command(
            Command::new(if cfg!(windows) { "python" } else { "python3" }).args(["-m", "venv"]).arg(&python),
        )?;
    }
    let mut pip = Command::new(scripts.join("pip"));
    run_command(pip.args(["install", "--quiet", "--disable-pip-version-check"]).args(PYTHON_PACKAGES))?;
    std::fs::create_dir_all(node.join("node_modules"))?; // else npm would look for them in the folders above
    let mut npm = Command::new(NPM);
    npm.args(["install", "--silent", "--no-audit", "--no-fund", "--prefix"]).arg(&node).arg(NODE_PACKAGE);
    run_command(npm.env("ALLOW_INSTALL", "1"))?;

    let path = env::var_os("PATH").context("the variable PATH is set")?;
    let folders = [built, scripts].into_iter().chain(env::split_paths(&path));
    let place = Place { path: env::join_paths(folders)?, node, data: folder.join("data") };
    let is_wanted =
        |it: &&Quickstart| names.is_empty() || names.iter().any(|name| it.file.contains(name.as_str()));
    let wanted: Vec<_> = QUICKSTARTS.iter().filter(is_wanted).collect();
    ensure!(!wanted.is_empty(), "no quickstart has such a name");
    show_times(&run_in(root, &place, wanted)?);
    Ok(())
}

/// Runs programs, and returns the time that each took.
pub(crate) fn run_in<'a>(
    root: &Path,
    place: &Place,
    quickstarts: impl IntoIterator<Item = &'a Quickstart>,
) -> Result<Vec<(String, Duration)>> {
    let folder = root.join("docs/quickstarts");
    let selfie = root.join("docs/images/selfie.jpg");
    let mut times = Vec::new();
    for quickstart in quickstarts {
        let port = free_port()?.to_string();
        let words = quickstart.command.split(' ').map(|word| match word {
            "{file}" => quickstart.file.into(),
            "{selfie}" => selfie.clone().into_os_string(),
            _ => OsString::from(word.replace("{port}", &port)),
        });
        let mut command = Command::new("smileid-mock");
        command.args(["exec", "--strict", "--"]).args(words).current_dir(&folder);
        command.env("PATH", &place.path).env("NODE_PATH", place.node.join("node_modules"));
        command.env("XDG_DATA_HOME", &place.data).env("PYTHONDONTWRITEBYTECODE", "1");
        println!("$ {}", line(&command));
        let start = Instant::now();
        let printed = output(&mut command).with_context(|| {
            format!(
                "{}; if a program is missing: apt-get install --no-install-recommends {DEBIAN}",
                quickstart.file
            )
        })?;
        let expected = quickstart.prints;
        if !printed.contains(expected) {
            bail!("{}: expected `{}`, but it printed: {printed}", quickstart.file, expected.trim_end());
        }
        times.push((quickstart.file.to_owned(), start.elapsed()));
    }
    Ok(times)
}

pub(crate) fn show_times(times: &[(String, Duration)]) {
    for (name, time) in times {
        println!("{name:<20} {:>5.1} s", time.as_secs_f64());
    }
}

fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("finding a free port")?;
    Ok(listener.local_addr()?.port())
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs};

    use super::{NOT_RUN, QUICKSTARTS};
    use crate::workspace::root;

    #[test]
    fn every_program_is_run_or_says_that_it_is_not() {
        let folder = root().expect("a repository").join("docs/quickstarts");
        let mut known: BTreeSet<_> = QUICKSTARTS.iter().map(|it| it.file.to_owned()).collect();
        for language in fs::read_dir(&folder).expect("quickstarts").map(|it| it.expect("an entry").path()) {
            let Ok(files) = fs::read_dir(&language) else { continue };
            for file in files.map(|it| it.expect("an entry").path()) {
                let name = file.strip_prefix(&folder).expect("below").to_string_lossy().replace('\\', "/");
                let text = fs::read_to_string(&file).expect("a program");
                assert!(known.remove(&name) || text.contains(NOT_RUN), "{name}");
            }
        }
        assert!(known.is_empty(), "{known:?}");
    }
}
