//! Loads the test cases.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    fmt, fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use bytes::Bytes;
use smileid_protocol::{ENDPOINTS, V3_ENDPOINTS};

use crate::{
    case::{ApiVersion, Case, Kind, PackageCase, ServerCase, WireCase, problem::CaseProblem},
    check::Check,
    embedded,
    failure::Failure,
    own,
    probe::{program::Question, receiver::rehearse},
    report::{Item, Outcome, Probe, Report},
};

/// A set of valid cases.
#[derive(Clone, Debug)]
pub struct Suite {
    cases: Vec<Case>,
}

type Files = BTreeMap<String, Cow<'static, [u8]>>;

impl Suite {
    /// Loads the cases that are embedded in this version of the crate.
    ///
    /// # Errors
    ///
    /// Fails if a case is malformed. The tests of this crate exclude that.
    pub fn embedded() -> Result<Self, LoadError> {
        Self::from_files(
            Self::embedded_files().map(|(path, bytes)| (path.to_owned(), Cow::Borrowed(bytes))).collect(),
        )
    }

    /// Returns the files that are embedded in this version of the crate, by their path under `cases/`.
    pub fn embedded_files() -> impl Iterator<Item = (&'static str, &'static [u8])> {
        embedded::files()
    }

    /// Loads the cases of a folder with the same layout as `cases/` of this crate. Ignores notes (`.md`) and scripts
    /// (`.py`).
    ///
    /// # Errors
    ///
    /// Fails if a file cannot be read, is not a valid case, or is not used.
    pub fn load(folder: &Path) -> Result<Self, LoadError> {
        let mut files = Files::new();
        let read = collect(folder, "", &mut files);
        read.map_err(|(path, source)| LoadError { problems: vec![CaseProblem::File { path, source }] })?;
        Self::from_files(files)
    }

    fn from_files(mut files: Files) -> Result<Self, LoadError> {
        let mut problems = Vec::new();
        let mut cases = Vec::new();
        let mut used = BTreeSet::new();
        let paths: Vec<_> =
            files.keys().filter(|path| path.strip_suffix(".json").is_some()).cloned().collect();
        for path in paths {
            used.insert(path.clone());
            let text = files.get(&path).map(AsRef::as_ref).unwrap_or_default();
            let case = Case::read(&path, text).and_then(|case| attach(case, &path, &files, &mut used));
            match case {
                Ok(case)
                    if own::checks(&case).is_empty()
                        && !matches!(case.kind, Kind::Server(_) | Kind::Receiver(_)) =>
                {
                    problems.push(CaseProblem::Unread { file: path });
                }
                Ok(case) => cases.push(case),
                Err(problem) => problems.push(problem),
            }
        }
        files.retain(|path, _| !used.contains(path));
        problems.extend(files.into_keys().map(|file| CaseProblem::Unread { file }));
        if problems.is_empty() { Ok(Self { cases }) } else { Err(LoadError { problems }) }
    }

    /// Returns all cases, ordered by id.
    pub fn cases(&self) -> &[Case] {
        &self.cases
    }

    /// Returns the scenarios for servers.
    pub fn scenarios(&self) -> impl Iterator<Item = &Case> {
        self.cases.iter().filter(|case| case.scenario().is_some())
    }

    /// The cases for receivers of callbacks of one version of the API.
    pub fn receiver_cases(&self, version: ApiVersion) -> impl Iterator<Item = &Case> {
        self.cases.iter().filter(move |case| case.receiver().is_some_and(|it| it.version == version))
    }

    /// Returns the checks of this project's own crates. Each case has one or more, except scenarios and receiver cases: see
    /// [`crate::server`] and [`crate::receiver`].
    pub fn checks(&self) -> Vec<Check> {
        self.cases.iter().flat_map(own::checks).collect()
    }

    /// Returns the questions for a program under test.
    pub fn questions(&self) -> Vec<Question> {
        self.cases.iter().flat_map(Question::all).collect()
    }

    /// Runs every check against the crates of this project.
    pub fn run(&self) -> Report {
        let mut report = Report::new(Probe::Own, env!("CARGO_PKG_NAME"));
        for check in self.checks() {
            let failed = |failure: Failure| Outcome::Failed { step: 0, why: failure.report() };
            let outcome = check.run().map_or_else(failed, |()| Outcome::Passed);
            report.push(Item { id: check.name(), ..Item::new(check.case(), outcome) });
        }
        report
    }

    /// Returns the endpoints of the protocol crate without a case for their request or their response.
    pub fn endpoints_without_cases(&self) -> Vec<&'static str> {
        let has = |name: &str, part: fn(&WireCase) -> bool| {
            let is = |case: &Case| matches!(&case.kind, Kind::Wire(it) if it.endpoint == name && part(it));
            self.cases.iter().any(is)
        };
        let names = ENDPOINTS.iter().chain(V3_ENDPOINTS).map(|spec| spec.name);
        names
            .filter(|name| {
                !has(name, |case| case.request.is_some()) || !has(name, |case| case.response.is_some())
            })
            .collect()
    }
}

/// Loads the files that a case names.
fn attach(case: Case, path: &str, files: &Files, used: &mut BTreeSet<String>) -> Result<Case, CaseProblem> {
    let missing = |attachment: &str| CaseProblem::NoAttachment {
        file: path.to_owned(),
        attachment: attachment.to_owned(),
    };
    match &case.kind {
        Kind::Server(scenario) => {
            let mut scenario = ServerCase::clone(scenario);
            for (name, content) in scenario.files() {
                *content = Bytes::from(files.get(name).ok_or_else(|| missing(name))?.to_vec());
                used.insert(name.to_owned());
            }
            Ok(case.with(Kind::Server(Arc::new(scenario))))
        }
        Kind::Receiver(receiver) => {
            let mut receiver = receiver.as_ref().clone();
            // Cases in the user's own folder may use messages of the embedded suite.
            let embedded = |name: &str| {
                Suite::embedded_files().find_map(|(path, bytes)| (path == name).then_some(bytes))
            };
            let read = |name: &str| files.get(name).map(AsRef::as_ref).or_else(|| embedded(name));
            receiver.attach(path, |name| read(name).map(Bytes::copy_from_slice))?;
            rehearse(case.id(), &receiver).map_err(|source| {
                let text = files.get(path).map(|text| String::from_utf8_lossy(text)).unwrap_or_default();
                CaseProblem::Unplayable {
                    file: path.to_owned(),
                    line: line_of(&source, &text),
                    source: source.into(),
                }
            })?;
            Ok(case.with(Kind::Receiver(Arc::new(receiver))))
        }
        Kind::Package(package) if package.open.is_some() => {
            let mut package = PackageCase::clone(package);
            if let Some(open) = &mut package.open {
                let name = format!("{}/{}", case.folder(), open.archive);
                open.bytes = Bytes::from(files.get(&name).ok_or_else(|| missing(&name))?.to_vec());
                used.insert(name);
            }
            Ok(case.with(Kind::Package(Arc::new(package))))
        }
        _ => Ok(case),
    }
}

/// Returns the line of the file with the last name in a failure message. Names in messages are in backticks.
fn line_of(failure: &Failure, text: &str) -> usize {
    let why = failure.report();
    let names = why.split('`').skip(1).step_by(2);
    let at = names.filter_map(|name| text.find(&format!("\"{name}\""))).last();
    at.and_then(|at| text.get(..at)).map_or(1, |before| before.matches('\n').count() + 1)
}

fn collect(folder: &Path, under: &str, files: &mut Files) -> Result<(), (PathBuf, io::Error)> {
    let failed = |error| (folder.to_owned(), error);
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let id = if under.is_empty() { name.into_owned() } else { format!("{under}/{name}") };
        if path.is_dir() {
            collect(&path, &id, files)?;
        } else if !path.extension().is_some_and(|extension| extension == "md" || extension == "py") {
            let bytes = fs::read(&path).map_err(|error| (path, error))?;
            files.insert(id, Cow::Owned(bytes));
        }
    }
    Ok(())
}

/// Error: some case files are invalid. Shows each problem on its own line.
#[derive(Debug)]
#[non_exhaustive]
pub struct LoadError {
    /// Problems in the case files, ordered by file.
    pub problems: Vec<CaseProblem>,
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} case files are invalid:", self.problems.len())?;
        self.problems.iter().try_for_each(|problem| write!(f, "\n  {problem}"))
    }
}

impl std::error::Error for LoadError {}

#[cfg(test)]
mod tests {
    use super::*;

    const CASE: &str = r#"{
        "id": "signature/a", "description": "d", "source": "synthetic",
        "partner_id": "", "api_key": "k", "timestamp": "t", "expect": {"refused": "partner_id"}
    }"#;

    fn problems(files: &[(&str, &str)]) -> Vec<String> {
        let bytes = |text: &str| Cow::Owned(text.as_bytes().to_vec());
        let files = files.iter().map(|(path, text)| ((*path).to_owned(), bytes(text))).collect();
        let problems = Suite::from_files(files).map_or_else(|error| error.problems, |_| Vec::new());
        problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_valid_case_has_no_problem() {
        assert_eq!(problems(&[("signature/a.json", CASE)]), Vec::<String>::new());
    }

    #[test]
    fn a_malformed_case_is_reported_with_line_and_column() {
        for (from, to, place, problem) in [
            ("\"api_key\"", "\"apikey\"", "signature/a.json:3:", "unknown field `apikey`, expected one of"),
            ("\"timestamp\": \"t\", ", "", "signature/a.json:4:", "missing field `timestamp`"),
            ("\"d\"", "7", "signature/a.json:2:", "invalid type: integer `7`, expected a string"),
            ("\"refused\"", "\"refusd\"", "signature/a.json:3:", "unknown variant `refusd`, expected"),
            ("\"expect\"", "", "signature/a.json:3:", "key must be a string"),
        ] {
            let found = problems(&[("signature/a.json", &CASE.replacen(from, to, 1))]);
            assert_eq!(found.len(), 1, "{found:?}");
            assert!(found.iter().all(|it| it.starts_with(place) && it.contains(problem)), "{found:?}");
        }
    }

    #[test]
    fn an_unknown_member_of_an_expectation_is_reported() {
        let case = r#"{
            "id": "v1/upload/a", "description": "d", "source": "synthetic",
            "credentials": {"partner_id": "1", "api_key": "k"},
            "malformed": {"body": "", "expect": {"json": {"membr": "signature"}}}
        }"#;
        let found = problems(&[("v1/upload/a.json", case)]);
        assert!(
            found.iter().any(|it| it.contains("a.json:4") && it.contains("unknown field `membr`")),
            "{found:?}"
        );
    }

    #[test]
    fn the_id_is_the_path() {
        assert_eq!(
            problems(&[("signature/b.json", CASE)]),
            ["signature/b.json: the id is `signature/a`, but must be the path without `.json`"]
        );
    }

    #[test]
    fn description_and_source_must_be_one_line() {
        let found = problems(&[("signature/a.json", &CASE.replace("\"synthetic\"", "\" \""))]);
        assert_eq!(found, ["signature/a.json: `source` must be one line of text"]);
    }

    #[test]
    fn unused_files_are_reported() {
        let wire = r#"{
            "id": "v1/no_such_endpoint/a", "description": "d", "source": "synthetic",
            "credentials": {"partner_id": "1", "api_key": "k"}, "malformed": {"body": "", "expect": {"json": {}}}
        }"#;
        let idle = wire.replace("no_such_endpoint", "upload");
        let idle = idle.replace(", \"malformed\": {\"body\": \"\", \"expect\": {\"json\": {}}}", "");
        let recorded = r#"{
            "id": "recorded/a", "description": "d", "source": "synthetic",
            "credentials": {"partner_id": "1", "api_key": "k"}, "requests": [], "archives": [], "rules": []
        }"#;
        for file in [
            ("recorded/a.json", recorded),
            ("v1/no_such_endpoint/a.json", wire),
            ("v1/upload/a.json", &idle),
            ("elsewhere/a.json", CASE),
            ("a.json", CASE),
            ("package/a.zip", ""),
            ("signature/notes.txt", ""),
        ] {
            assert_eq!(problems(&[file]), [format!("{}: no case or check uses this file", file.0)]);
        }
    }

    #[test]
    fn a_proof_without_a_request_is_reported() {
        let case = r#"{
            "id": "v1/upload/a", "description": "d", "source": "synthetic",
            "credentials": {"partner_id": "1", "api_key": "k"}, "proof": {"timestamp": "t", "signature": "s"},
            "malformed": {"body": "", "expect": {"json": {}}}
        }"#;
        assert_eq!(problems(&[("v1/upload/a.json", case)]), ["v1/upload/a.json: `proof` is not used"]);
    }

    #[test]
    fn errors_in_scenarios_are_reported() {
        let case = r#"{
            "id": "server/a", "description": "d", "source": "synthetic",
            "steps": [
                {"ask": {"endpoint": "v1::services", "expect": {"status": 200}, "keep": {"banks": "/bank_codes"}}},
                {"put": {"to": "{banks}", "archive": {"file": "package/a.zip"}, "expect": {"status": 200}}}
            ]
        }"#;
        let with = |from: &str, to: &str| {
            let case = case.replacen(from, to, 1);
            problems(&[("server/a.json", &case), ("package/a.zip", "")])
        };
        assert_eq!(with("", ""), Vec::<String>::new());
        for (from, to, problem) in [
            ("v1::services", "v1::service", "server/a.json: step 1 names the unknown endpoint `v1::service`"),
            ("{banks}", "{bank}", "server/a.json: step 2 uses `{bank}`, which no earlier step sets"),
            ("\"status\"", "\"statsu\"", "server/a.json:4:72: unknown field `statsu`, expected one of"),
            (
                "{\"status\": 200}",
                "{\"status\": 200, \"json\": {\"$typ\": 1}}",
                "server/a.json:4:99: unknown matcher or invalid value of `$typ`",
            ),
            ("\"ask\"", "\"asks\"", "server/a.json:4:23: unknown variant `asks`, expected one of"),
            ("a.zip", "b.zip", "server/a.json: the file `package/b.zip` does not exist"),
        ] {
            let found = with(from, to);
            assert!(found.iter().any(|it| it.starts_with(problem)), "{problem}\n{found:?}");
        }
    }

    #[test]
    fn a_missing_archive_is_reported() {
        let case = r#"{
            "id": "package/a", "description": "d", "source": "synthetic",
            "open": {"archive": "a.zip", "expect": {"usable": false, "findings": []}}
        }"#;
        assert_eq!(
            problems(&[("package/a.json", case)]),
            ["package/a.json: the file `package/a.zip` does not exist"]
        );
        assert_eq!(problems(&[("package/a.json", case), ("package/a.zip", "")]), Vec::<String>::new());
    }
}
