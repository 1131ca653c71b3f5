//! Rules for Cargo manifests.

use std::collections::BTreeSet;

use toml::{Table, Value};

use super::{File, Tree, Violation};
use crate::workspace::Metadata;

/// Checks that only the workspace manifest contains path and version of the workspace's crates.
///
/// A dev-dependency may be a plain path: `cargo publish` omits it, so that two crates can test each other.
pub(super) fn internal_dependencies(tree: &Tree) -> Vec<Violation> {
    let (manifests, mut violations) = read(tree);
    let members: BTreeSet<&str> =
        manifests.iter().filter_map(|(_, manifest)| package_name(manifest)).collect();
    for (file, manifest) in &manifests {
        let shared = manifest.get("workspace").and_then(|workspace| workspace.get("dependencies"));
        for (name, value) in shared.and_then(Value::as_table).into_iter().flatten() {
            if is_internal(name, value, &members)
                && (value.get("path").is_none() || value.get("version").is_none())
            {
                violations.push(at(file, name, "give the crate its path and its version"));
            }
        }
        // A separate workspace, such as that of the fuzz targets, cannot use this table.
        if file.path != "Cargo.toml" && manifest.contains_key("workspace") {
            continue;
        }
        for (kind, name, value) in dependencies(manifest) {
            if !is_internal(name, value, &members) || value.get("workspace").is_some() {
                continue;
            }
            if kind != "dev-dependencies" {
                violations.push(at(file, name, "use the entry of the workspace: `workspace = true`"));
            } else if value.get("version").is_some() || value.get("path").is_none() {
                violations.push(at(
                    file,
                    name,
                    "in tests use `workspace = true`, or a path without a version",
                ));
            }
        }
    }
    violations
}

/// Checks that a published crate has the manifest fields that registries show.
pub(super) fn published_say_what_they_are(metadata: &Metadata) -> Vec<Violation> {
    let mut violations = Vec::new();
    for package in
        metadata.members().filter(|package| package.publish.as_ref().is_none_or(|to| !to.is_empty()))
    {
        let fields = [
            ("description", &package.description),
            ("license", &package.license),
            ("repository", &package.repository),
        ];
        for (field, _) in fields.iter().filter(|(_, value)| value.as_ref().is_none_or(String::is_empty)) {
            let file = format!("crates/{}/Cargo.toml", package.name);
            violations.push(Violation { file, line: 1, what: format!("a published crate needs `{field}`") });
        }
    }
    violations
}

/// Checks that a published crate has a README and licence files, which Cargo does not check.
pub(super) fn published_have_their_files(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for manifest in tree.files.iter().filter(|file| file.name() == "Cargo.toml" && is_published(&file.text)) {
        let folder = manifest.folder();
        for name in ["README.md", "LICENSE-APACHE", "LICENSE-MIT"] {
            if tree.file(&format!("{folder}/{name}")).is_none() {
                violations.push(manifest.violation(1, format!("a published crate needs {name} beside it")));
            }
        }
    }
    violations
}

/// Returns true if the package of a manifest may be published.
pub(super) fn is_published(manifest: &str) -> bool {
    let Ok(manifest) = toml::from_str::<Table>(manifest) else { return false };
    let package = manifest.get("package");
    package.is_some_and(|package| package.get("publish").and_then(Value::as_bool).unwrap_or(true))
}

/// Returns the parsed manifests. An invalid manifest is a violation.
fn read(tree: &Tree) -> (Vec<(&File, Table)>, Vec<Violation>) {
    let mut manifests = Vec::new();
    let mut violations = Vec::new();
    for file in tree.files.iter().filter(|file| file.name() == "Cargo.toml") {
        match toml::from_str(&file.text) {
            Ok(manifest) => manifests.push((file, manifest)),
            Err(error) => violations.push(file.violation(1, format!("cannot be read: {}", error.message()))),
        }
    }
    (manifests, violations)
}

fn package_name(manifest: &Table) -> Option<&str> {
    manifest.get("package")?.get("name")?.as_str()
}

fn is_internal(name: &str, value: &Value, members: &BTreeSet<&str>) -> bool {
    let package = value.get("package").and_then(Value::as_str).unwrap_or(name);
    members.contains(package) || value.get("path").is_some()
}

/// Returns every dependency of a package, with kind, name and value.
fn dependencies(manifest: &Table) -> Vec<(&'static str, &str, &Value)> {
    let targets = manifest.get("target").and_then(Value::as_table);
    let targets = targets.into_iter().flatten().filter_map(|(_, target)| target.as_table());
    let mut found = Vec::new();
    for table in std::iter::once(manifest).chain(targets) {
        for kind in ["dependencies", "build-dependencies", "dev-dependencies"] {
            let dependencies = table.get(kind).and_then(Value::as_table);
            found
                .extend(dependencies.into_iter().flatten().map(|(name, value)| (kind, name.as_str(), value)));
        }
    }
    found
}

/// Creates a violation at the line of a dependency. Searches for the line, because the parser does not report it.
fn at(file: &File, name: &str, what: &str) -> Violation {
    let is_entry = |line: &str| {
        let rest = line.trim_start().strip_prefix(name);
        rest.is_some_and(|rest| rest.trim_start().starts_with(['=', '.']))
    };
    let line = file.lines().find(|(_, line)| is_entry(line)).map_or(1, |(number, _)| number);
    file.violation(line, format!("{name}: {what}"))
}

#[cfg(test)]
mod tests {
    use super::{super::tests::found, *};

    const SHARED: &str = "[workspace.dependencies]\na = { path = \"crates/a\", version = \"1\" }\n";
    const A: (&str, &str) = ("crates/a/Cargo.toml", "[package]\nname = \"a\"\n");

    fn found_in_b(dependencies: &str) -> Vec<String> {
        let b = format!("[package]\nname = \"b\"\n{dependencies}");
        found(internal_dependencies, &[("Cargo.toml", SHARED), A, ("crates/b/Cargo.toml", &b)])
    }

    #[test]
    fn internal_dependencies_go_through_the_workspace() {
        assert_eq!(found_in_b("[dependencies]\na.workspace = true\n"), Vec::<String>::new());
        let by_path = found_in_b("[dependencies]\na = { path = \"../a\" }\n");
        assert_eq!(by_path.len(), 1);
        assert!(by_path[0].starts_with("crates/b/Cargo.toml:4: a:"), "{by_path:?}");
        assert_eq!(
            found_in_b("[build-dependencies]\nother = { package = \"a\", version = \"1\" }\n").len(),
            1
        );
        assert_eq!(found_in_b("[target.'cfg(unix)'.dependencies]\na = \"1\"\n").len(), 1);
    }

    #[test]
    fn a_test_dependency_carries_no_version_of_its_own() {
        assert_eq!(found_in_b("[dev-dependencies]\na = { path = \"../a\" }\n"), Vec::<String>::new());
        assert_eq!(found_in_b("[dev-dependencies]\na = { path = \"../a\", version = \"1\" }\n").len(), 1);
    }

    #[test]
    fn another_workspace_has_a_table_of_its_own() {
        let by_path = "[dependencies]\na = { path = \"../a\" }\n";
        assert_eq!(found_in_b(&format!("[workspace]\n{by_path}")), Vec::<String>::new());
        assert_eq!(found_in_b(by_path).len(), 1);
    }

    #[test]
    fn the_table_of_the_workspace_carries_versions() {
        let shared = "[workspace.dependencies]\na = { path = \"crates/a\" }\n";
        assert_eq!(found(internal_dependencies, &[("Cargo.toml", shared), A]).len(), 1);
    }

    #[test]
    fn a_published_crate_without_a_licence_is_found() {
        let files = [A, ("crates/a/README.md", ""), ("crates/a/LICENSE-MIT", "")];
        let found = found(published_have_their_files, &files);
        assert_eq!(found, ["crates/a/Cargo.toml:1: a published crate needs LICENSE-APACHE beside it"]);
    }

    #[test]
    fn a_published_crate_without_a_description_is_found() {
        let metadata = |publish: &str| {
            let package = format!(
                r#"{{"id": "a 1", "name": "a", "version": "1.0.0", "license": "MIT", "description": null,
                    "repository": "x", "publish": {publish}, "dependencies": []}}"#
            );
            let text = format!(
                r#"{{"packages": [{package}], "workspace_members": ["a 1"], "target_directory": "t"}}"#
            );
            serde_json::from_str::<Metadata>(&text).expect("what cargo would say")
        };
        assert_eq!(published_say_what_they_are(&metadata("null")).len(), 1);
        assert_eq!(published_say_what_they_are(&metadata("[]")).len(), 0);
    }
}
