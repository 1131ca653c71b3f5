//! Command `cargo xtask dist`: builds the packages for people without Rust, for this platform: Python wheels, npm packages and
//! archives.

use std::{
    env,
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::{
    quickstarts::{self, NODE_PACKAGE, NPM, PYTHON_PACKAGES, Place},
    tools,
    workspace::{Metadata, echo_and_run, line, output},
};

/// A program of this workspace that is packaged.
struct Program {
    /// Name of its Cargo package.
    package: &'static str,
    binary: &'static str,
    /// Name of the Python package, and of the npm package.
    name: &'static str,
}

const PROGRAMS: [Program; 2] = [
    Program { package: "smileid-mock-server", binary: "smileid-mock", name: "smileid-mock" },
    Program { package: "smileid-cli", binary: "smileid", name: "smileid-cli" },
];

/// Platforms for which the release workflow builds npm packages: `process.platform` and `process.arch` of Node.js.
const PLATFORMS: [(&str, &str); 5] =
    [("darwin", "arm64"), ("darwin", "x64"), ("linux", "arm64"), ("linux", "x64"), ("win32", "x64")];

/// Builds the packages. With `is_installed`, also installs them into new environments and runs them there.
pub(crate) fn run(root: &Path, is_installed: bool) -> Result<()> {
    let dist = Dist::new(root)?;
    for program in &PROGRAMS {
        let binary = dist.wheel(program)?;
        let size = fs::metadata(&binary).context("reading the built binary")?.len();
        println!("{}: {} bytes", program.binary, size);
        dist.npm(program, &binary)?;
        dist.archive(program, &binary)?;
    }
    dist.checksums()?;
    if is_installed { dist.try_out() } else { Ok(()) }
}

struct Dist {
    root: PathBuf,
    target: PathBuf,
    /// Folder for the built packages.
    folder: PathBuf,
    version: String,
    /// Name of the platform, such as `x86_64-unknown-linux-gnu`.
    triple: String,
}

impl Dist {
    fn new(root: &Path) -> Result<Self> {
        let metadata = Metadata::load(root)?;
        let target = metadata.target_directory.clone();
        let version = metadata.members().find(|package| package.name == PROGRAMS[0].package);
        let version = version.context("the package of the mock")?.version.clone();
        let rustc = output(Command::new("rustc").arg("-vV"))?;
        let triple =
            rustc.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc names its host")?;
        let folder = target.join("packages");
        if folder.exists() {
            fs::remove_dir_all(&folder).context("removing the old packages")?;
        }
        fs::create_dir_all(&folder)?;
        Ok(Self { root: root.to_owned(), target, folder, version, triple: triple.to_owned() })
    }

    /// Builds the program and its Python wheel. Returns the path of the program.
    fn wheel(&self, program: &Program) -> Result<PathBuf> {
        let mut maturin = tools::tool(&self.root, "maturin")?;
        maturin.args(["build", "--locked", "--profile", "dist", "--out"]).arg(&self.folder);
        maturin.arg("--manifest-path").arg(self.root.join("crates").join(program.package).join("Cargo.toml"));
        echo_and_run(&mut maturin)?;
        Ok(self.target.join("dist").join(format!("{}{}", program.binary, env::consts::EXE_SUFFIX)))
    }

    /// Packs the npm package of a program, and the npm package with its binary for this platform.
    fn npm(&self, program: &Program, binary: &Path) -> Result<()> {
        let name =
            |(system, machine): (&str, &str)| format!("@smileid-rs/{}-{system}-{machine}", program.name);
        let here = node_platform();
        let main = self.target.join("npm").join(program.name);
        let script = format!("{}.js", program.binary);
        self.package(
            &main,
            json!({
                "name": program.name,
                "bin": {program.binary: script},
                "main": "index.js",
                "files": [script, "index.js"],
                "optionalDependencies":
                    PLATFORMS.into_iter().map(|it| (name(it), json!(self.version))).collect::<serde_json::Map<_, _>>(),
            }),
        )?;
        for (from, to) in [("launcher.js", script.as_str()), ("index.js", "index.js")] {
            fs::copy(self.root.join("xtask/dist").join(from), main.join(to))
                .with_context(|| from.to_owned())?;
        }
        fs::copy(self.root.join("crates").join(program.package).join("README.md"), main.join("README.md"))?;
        self.pack(&main)?;

        let platform = self.target.join("npm").join(format!("{}-platform", program.name));
        let file = format!("{}{}", program.name, env::consts::EXE_SUFFIX);
        let manifest = json!({"name": name(here), "os": [here.0], "cpu": [here.1], "files": [file]});
        self.package(&platform, manifest)?;
        fs::copy(binary, platform.join(&file)).context("copying the binary")?;
        self.pack(&platform)
    }

    /// Writes `package.json` with the members that all packages have.
    fn package(&self, folder: &Path, mut manifest: Value) -> Result<()> {
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
        fs::create_dir_all(folder)?;
        manifest["version"] = json!(self.version);
        manifest["license"] = json!("MIT OR Apache-2.0");
        manifest["description"] =
            json!("A local Smile ID and its command, independent of Smile ID: see the repository.");
        manifest["repository"] =
            json!({"type": "git", "url": "git+https://github.com/smileid-rs/smileid.git"});
        manifest["engines"] = json!({"node": ">=18"});
        for licence in LICENCES {
            fs::copy(self.root.join(licence), folder.join(licence))?;
        }
        let text = serde_json::to_string_pretty(&manifest)? + "\n";
        fs::write(folder.join("package.json"), text).context("writing package.json")
    }

    fn pack(&self, folder: &Path) -> Result<()> {
        let mut npm = Command::new(NPM);
        npm.args(["pack", "--silent", "--pack-destination"]).arg(&self.folder).current_dir(folder);
        output(&mut npm).map(drop).context("packing requires Node.js 18 or newer, with npm")
    }

    /// Packs the program with its licences, for `cargo binstall` and for direct downloads.
    fn archive(&self, program: &Program, binary: &Path) -> Result<()> {
        let name = format!("{}-{}-{}.tar.gz", program.binary, self.version, self.triple);
        let mut python = tools::tool(&self.root, "python")?;
        python.arg("xtask/dist/archive.py").arg(self.folder.join(name)).arg(binary);
        python.arg(self.root.join("crates").join(program.package).join("README.md"));
        echo_and_run(python.args(LICENCES))
    }

    /// Writes the SHA-256 of every package into `SHA256SUMS`, in the format of `sha256sum --check`.
    fn checksums(&self) -> Result<()> {
        let script = "import hashlib, pathlib, sys\n\
                      for file in sorted(pathlib.Path(sys.argv[1]).iterdir()):\n    \
                      print(hashlib.sha256(file.read_bytes()).hexdigest(), '', file.name)";
        let sums = output(tools::tool(&self.root, "python")?.args(["-c", script]).arg(&self.folder))?;
        fs::write(self.folder.join("SHA256SUMS"), &sums).context("writing the checksums")?;
        print!("{sums}");
        Ok(())
    }

    /// Installs the packages into new environments without Rust, and runs the quickstarts of Python and Node.js there.
    fn try_out(&self) -> Result<()> {
        let place = tempfile::tempdir().context("creating a folder for the trial")?;
        let path = path_without_rust()?;
        let selfie = self.root.join("docs/images/selfie.jpg");
        let mut times = Vec::new();
        // Runs a command, which must print the expected text.
        let mut run = |what: &str, program: &Path, arguments: &[&OsStr], folder: &Path, expected: &str| {
            let mut command = Command::new(program);
            command.args(arguments).current_dir(folder).env("PATH", &path).env("ALLOW_INSTALL", "1");
            command.env("PIP_DISABLE_PIP_VERSION_CHECK", "1").env("XDG_DATA_HOME", place.path().join("data"));
            let start = Instant::now();
            println!("$ {}", line(&command));
            let printed = output(&mut command)?;
            ensure!(printed.contains(expected), "{what}: expected `{expected}`, but it printed: {printed}");
            times.push((what.to_owned(), start.elapsed()));
            anyhow::Ok(())
        };

        let venv = place.path().join("python");
        let programs = venv.join(if cfg!(windows) { "Scripts" } else { "bin" });
        let python = if cfg!(windows) { "python" } else { "python3" };
        run(
            "python -m venv",
            Path::new(python),
            &["-m", "venv", "python"].map(OsStr::new),
            place.path(),
            "",
        )?;
        let wheels = self.files(".whl")?;
        let mut install = vec![OsStr::new("install"), OsStr::new("--quiet")];
        install.extend(wheels.iter().map(|it| it.as_os_str()));
        install.extend(PYTHON_PACKAGES.map(OsStr::new));
        run("pip install", &programs.join("pip"), &install, place.path(), "")?;
        run("smileid", &programs.join("smileid"), &submit(&selfie), place.path(), APPROVED)?;

        let folder = place.path().join("node");
        fs::create_dir(&folder)?;
        let script = self.root.join("docs/quickstarts/node/v1_sdk.cjs");
        fs::copy(&script, folder.join("v1_sdk.cjs"))?; // next to the packages, where Node.js finds them
        let packages = self.files(".tgz")?;
        let mut install = ["install", "--silent", "--no-audit", "--no-fund"].map(OsStr::new).to_vec();
        install.extend(packages.iter().map(|it| it.as_os_str()));
        install.push(OsStr::new(NODE_PACKAGE));
        run("npm install", Path::new(NPM), &install, &folder, "")?;
        let command = ["smileid-mock", "exec", "--", "node", "v1_sdk.cjs"].map(OsStr::new);
        run(
            "npx smileid-mock",
            Path::new(NPX),
            &[&command[..], &[selfie.as_os_str()]].concat(),
            &folder,
            "0840 Enroll User\n",
        )?;
        run(
            "npx smileid",
            Path::new(NPX),
            &[&[OsStr::new("smileid")], &submit(&selfie)[..]].concat(),
            &folder,
            APPROVED,
        )?;
        let folders = std::iter::once(programs).chain(env::split_paths(&path));
        let place = Place { path: env::join_paths(folders)?, node: folder, data: place.path().join("data") };
        let portable = quickstarts::QUICKSTARTS.iter().filter(|it| it.is_portable());
        times.extend(quickstarts::run_in(&self.root, &place, portable)?);
        quickstarts::show_times(&times);
        Ok(())
    }

    /// Returns the packages whose file names end with `end`.
    fn files(&self, end: &str) -> Result<Vec<PathBuf>> {
        let files = fs::read_dir(&self.folder)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
        Ok(files.into_iter().filter(|file| file.to_string_lossy().ends_with(end)).collect())
    }
}

/// Text that the output of [`submit`] must contain.
const APPROVED: &str = r#""decision":"approved""#;
const LICENCES: [&str; 2] = ["LICENSE-MIT", "LICENSE-APACHE"];
const NPX: &str = if cfg!(windows) { "npx.cmd" } else { "npx" };

/// Returns the first command of the README.
fn submit(selfie: &Path) -> Vec<&OsStr> {
    let words = ["submit", "--env", "mock", "--job-type", "4", "--wait", "--selfie"];
    words.map(OsStr::new).into_iter().chain([selfie.as_os_str()]).collect()
}

/// Returns the names of this platform in Node.js.
fn node_platform() -> (&'static str, &'static str) {
    let system = match env::consts::OS {
        "macos" => "darwin",
        "windows" => "win32",
        other => other,
    };
    let machine = match env::consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    };
    (system, machine)
}

/// Returns `PATH` without the folders that have a Rust toolchain.
fn path_without_rust() -> Result<std::ffi::OsString> {
    let path = env::var_os("PATH").context("the variable PATH is set")?;
    let has =
        |folder: &Path, program: &str| folder.join(format!("{program}{}", env::consts::EXE_SUFFIX)).exists();
    let folders = env::split_paths(&path).filter(|it| !has(it, "cargo") && !has(it, "rustc"));
    let path = env::join_paths(folders)?;
    ensure!(!path.is_empty(), "Python and Node.js are in the folder of the Rust toolchain");
    Ok(path)
}
