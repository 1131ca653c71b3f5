//! Command `cargo xtask peers`: runs the official libraries of other languages and the recipes of `docs/guides` against the mock
//! server, and compares the libraries with this project's client.

mod conformance;
mod side_by_side;

use std::{
    env,
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

use crate::{
    command::{line, output, run as run_command, target},
    server::{build, program},
};

/// Function that runs one peer (an official library or a recipe).
type Drive = fn(&Site) -> Result<()>;

const PEERS: &[(&str, Drive)] = &[
    ("python", python),
    ("node", node),
    ("java", java),
    ("php", php),
    ("go", go),
    ("browser", browser),
    ("side-by-side", side_by_side::run),
    ("conformance", conformance::run),
];

/// Runs the named peers (official libraries and recipes), or all. With `check`, a page that differs from the results is an error.
pub(crate) fn run(root: &Path, names: &[String], check: bool) -> Result<()> {
    let all = names.is_empty() || names.iter().any(|name| name == "all");
    let known: Vec<_> = PEERS.iter().map(|(name, _)| *name).chain(["all"]).collect();
    if let Some(unknown) = names.iter().find(|name| !known.contains(&name.as_str())) {
        bail!("no peer `{unknown}`; the peers are: {}", known.join(", "));
    }
    let site = Site::prepare(root, check)?;
    for (name, drive) in PEERS.iter().filter(|(name, _)| all || names.iter().any(|n| n == name)) {
        drive(&site).with_context(|| format!("peer {name}"))?;
        println!("peers: {name} is content");
    }
    Ok(())
}

/// Paths that the peers need.
struct Site {
    /// Root folder of this repository.
    root: PathBuf,
    /// Folder for installed packages and for the certificate authority.
    folder: PathBuf,
    /// Path of the program `smileid-mock`.
    mock: PathBuf,
    /// True to compare the pages with the results instead of writing them.
    check: bool,
}

impl Site {
    fn prepare(root: &Path, check: bool) -> Result<Self> {
        let folder = target(root)?.join("peers");
        let programs = build(root, "smileid-mock-server", &["--bin", "smileid-mock"])?;
        let mock = program(&programs, "smileid-mock")?.to_owned();
        Ok(Self { root: root.to_owned(), folder, mock, check })
    }

    /// Returns the path of a peer's file in the repository.
    fn file(&self, peer: &str, name: &str) -> PathBuf {
        self.root.join("tests/peers").join(peer).join(name)
    }

    /// Returns a `smileid-mock exec` command: it runs `command` with its own mock on free ports.
    fn exec(&self, command: impl IntoIterator<Item = impl AsRef<OsStr>>, folder: &Path) -> Result<()> {
        let mut exec = Command::new(&self.mock);
        exec.arg("exec").arg("--ca-dir").arg(self.folder.join("ca")).arg("--").args(command);
        println!("$ {}", line(&exec));
        run_command(exec.current_dir(folder).env("PYTHONDONTWRITEBYTECODE", "1"))
    }

    /// Writes the page with the results of `peer`, or compares it with the existing one.
    fn write(&self, page: &str, text: &str, peer: &str) -> Result<()> {
        let path = self.root.join(page);
        let is_current = fs::read_to_string(&path).is_ok_and(|current| current == text);
        if is_current {
            return Ok(());
        }
        if !self.check {
            println!("wrote {page}");
            return fs::write(&path, text).with_context(|| format!("writing {page}"));
        }
        let seen = self.folder.join(path.file_name().context("a page has a name")?);
        fs::write(&seen, text).with_context(|| format!("writing {}", seen.display()))?;
        bail!("{page} differs from the results in {}: run `cargo xtask peers {peer}`", seen.display())
    }

    /// Returns a folder with the packages that the file `wanted` lists. Installs them again if that file has changed.
    fn installed(&self, peer: &str, wanted: &Path, install: impl Fn(&Path) -> Result<()>) -> Result<PathBuf> {
        let folder = self.folder.join(peer);
        let stamp = folder.join("installed.txt");
        let wanted = fs::read_to_string(wanted)
            .with_context(|| format!("reading {}, the packages of the peer", wanted.display()))?;
        if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
            return Ok(folder);
        }
        if folder.exists() {
            fs::remove_dir_all(&folder).context("removing the old packages")?;
        }
        fs::create_dir_all(&folder).context("creating the folder of the peer")?;
        install(&folder)?;
        // The stamp file is written last, so that an interrupted installation is repeated.
        fs::write(&stamp, wanted).context("recording the installed packages")?;
        Ok(folder)
    }
}

fn python(site: &Site) -> Result<()> {
    let python = python_installed(site)?;
    for program in ["drive.py", "v3.py"] {
        site.exec([&python, &site.file("python", program)], &site.root)?;
    }
    site.exec(python_recipe(site)?, &site.root)
}

/// Runs the recipe of the guide for Python.
fn python_recipe(site: &Site) -> Result<Vec<PathBuf>> {
    let options = ["-m", "pytest", "-q", "-p", "no:cacheprovider"].map(PathBuf::from);
    let recipe = site.file("python", "test_recipe.py");
    Ok([python_installed(site)?].into_iter().chain(options).chain([recipe]).collect())
}

fn python_installed(site: &Site) -> Result<PathBuf> {
    python_with_packages(site, "python")
}

/// Returns the path of a Python interpreter with the packages of the peer.
fn python_with_packages(site: &Site, peer: &str) -> Result<PathBuf> {
    let requirements = site.file(peer, "requirements.txt");
    let folder = site.installed(peer, &requirements, |folder| {
        let program = if cfg!(windows) { "python" } else { "python3" };
        output(Command::new(program).args(["-m", "venv"]).arg(folder)).with_context(|| {
            format!(
                "creating a virtual environment requires {program} with its module venv (Debian and Ubuntu: \
                 `apt install python3-venv`)"
            )
        })?;
        let mut pip = Command::new(interpreter(folder));
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]);
        run_command(pip.arg(&requirements))
    })?;
    Ok(interpreter(&folder))
}

fn interpreter(folder: &Path) -> PathBuf {
    folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" })
}

fn node(site: &Site) -> Result<()> {
    let folder = node_installed(site, &["drive.cjs", "recipe.test.js"])?;
    let images = site.root.join("docs/images");
    site.exec([OsStr::new("node"), OsStr::new("drive.cjs"), images.as_os_str()], &folder)?;
    site.exec(["node", "node_modules/vitest/vitest.mjs", "run", "--reporter=default"], &folder)
}

/// Returns a folder with the packages of the peer and copies of these files.
fn node_installed(site: &Site, files: &[&str]) -> Result<PathBuf> {
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let manifest = site.file("node", "package.json");
    let folder = site.installed("node", &manifest, |folder| {
        copy(&manifest, folder)?;
        let mut install = Command::new(npm);
        install.args(["install", "--silent", "--no-audit", "--no-fund", "--no-package-lock"]);
        // Required by the package's install script.
        run_command(install.env("ALLOW_INSTALL", "1").current_dir(folder))
            .context("the peer requires Node.js 18 or newer, with npm")
    })?;
    // The files are copied next to the packages, where Node.js finds the packages.
    for file in files {
        copy(&site.file("node", file), &folder)?;
    }
    Ok(folder)
}

fn copy(file: &Path, folder: &Path) -> Result<()> {
    let name = file.file_name().context("a file has a name")?;
    fs::copy(file, folder.join(name)).with_context(|| format!("copying {}", file.display()))?;
    Ok(())
}

/// JUnit files of Debian and Ubuntu (`apt install junit5`). On other systems, set `JUNIT_CLASSPATH`.
const JUNIT: &[&str] = &[
    "apiguardian-api",
    "junit-jupiter-api",
    "junit-jupiter-engine",
    "junit-jupiter-params",
    "junit-platform-commons",
    "junit-platform-console",
    "junit-platform-engine",
    "junit-platform-launcher",
    "junit-platform-reporting",
    "opentest4j",
    "opentest4j-reporting-events",
    "opentest4j-reporting-schema",
    "picocli",
    "univocity-parsers",
];

fn java(site: &Site) -> Result<()> {
    let recipe = site.file("java", "SmileIdRecipeTest.java");
    let classes = site.folder.join("java");
    let junit = match env::var_os("JUNIT_CLASSPATH") {
        Some(jars) => env::split_paths(&jars).collect(),
        None => JUNIT.iter().map(|jar| format!("/usr/share/java/{jar}.jar").into()).collect::<Vec<_>>(),
    };
    let jars = env::join_paths(&junit).context("naming JUnit's files")?;
    let mut javac = Command::new("javac");
    javac.arg("-d").arg(&classes).arg("-classpath").arg(&jars).arg(&recipe);
    run_command(&mut javac).context(
        "the peer requires JDK 17 or newer and JUnit 5 (Debian and Ubuntu: `apt install default-jdk-headless \
         junit5`; elsewhere JUNIT_CLASSPATH)",
    )?;
    let all =
        env::join_paths([classes.clone()].into_iter().chain(junit)).context("joining the class path")?;
    let launcher = "org.junit.platform.console.ConsoleLauncher";
    let mut command: Vec<_> = ["java", "-classpath"].map(OsStr::new).to_vec();
    let scan = [launcher, "--disable-banner", "--fail-if-no-tests", "--scan-classpath"].map(OsStr::new);
    command.push(&all);
    command.extend(scan);
    command.push(classes.as_os_str());
    site.exec(command, &site.root)
}

fn php(site: &Site) -> Result<()> {
    let recipe = site.file("php", "SmileIdRecipeTest.php");
    let command = [OsStr::new("phpunit"), OsStr::new("--do-not-cache-result"), recipe.as_os_str()];
    site.exec(command, &site.root).context(
        "the peer requires PHP 8.1 or newer and PHPUnit (Debian and Ubuntu: `apt install phpunit php-cli php-curl`)",
    )
}

fn go(site: &Site) -> Result<()> {
    let recipe = site.file("go", "smileid_test.go");
    // `-count=1` runs the tests although nothing has changed.
    let command = ["go", "test", "-count=1"].map(OsStr::new).into_iter().chain([recipe.as_os_str()]);
    site.exec(command, &site.root)
        .context("the peer requires Go 1.19 or newer (Debian and Ubuntu: `apt install golang-go`)")
}

/// Uses the onboarding example in Chromium, and leaves pictures in the folder of the peer.
fn browser(site: &Site) -> Result<()> {
    let python = python_with_packages(site, "browser")?;
    let programs = build(&site.root, "smileid", &["--example", "onboarding"])?;
    let chromium = env::var_os("CHROMIUM").unwrap_or_else(|| "/usr/bin/chromium".into());
    let command = [
        python,
        site.file("browser", "onboarding.py"),
        program(&programs, "onboarding")?.to_owned(),
        chromium.into(),
        site.root.join("docs/images/selfie.jpg"),
        site.folder.join("browser"),
    ];
    site.exec(command, &site.root)
        .context("the peer requires Chromium (Debian: `apt install chromium`), or its path in CHROMIUM")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_peer_is_refused_with_the_list() {
        let refusal = run(Path::new("."), &["cobol".to_owned()], true).expect_err("no such peer").to_string();
        assert!(refusal.contains("cobol") && refusal.contains("python"), "{refusal}");
    }
}
