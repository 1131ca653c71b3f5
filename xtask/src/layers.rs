//! Command `cargo xtask layers`: checks the dependencies of each crate, the size of its dependency tree, and the direction of
//! imports between the modules of a crate.
//!
//! Rules apply to normal and build dependencies. `cargo tree -p` unifies features for one crate at a time, so features that
//! other members enable are not counted.

mod modules;
mod rules;

use std::{collections::BTreeSet, path::Path};

use anyhow::{Result, ensure};

use crate::workspace::{Dependency, Kind, Metadata, cargo, line, output};
use rules::{Features, RULES, Rule};

pub(crate) fn run(root: &Path) -> Result<()> {
    let metadata = Metadata::load(root)?;
    let members: BTreeSet<&str> = metadata.members().map(|package| package.name.as_str()).collect();
    let mut complaints = without_rule(&members);
    for rule in RULES.iter().filter(|rule| members.contains(rule.name)) {
        for package in metadata.members().filter(|package| package.name == rule.name) {
            let violations = judge_edges(rule, &package.dependencies, &members);
            complaints.extend(violations.iter().map(|violation| violation.complaint(rule, None)));
        }
        let mut counts = Vec::new();
        for features in rule.trees() {
            let tree = parse(&output(&mut cargo(root, arguments(rule, features)))?);
            counts.push(count(rule, features, tree.len()));
            for violation in judge_tree(rule, features, &tree) {
                let path = violation.package.as_ref().map(|package| path_to(root, rule, features, package));
                complaints.push(violation.complaint(rule, path.transpose()?));
            }
        }
        println!("{:<22}{}", rule.name, counts.join(", "));
    }
    complaints.extend(modules::complaints(root)?);
    ensure!(complaints.is_empty(), "broken layers:\n\n{}", complaints.join("\n\n"));
    Ok(())
}

/// Package in a dependency tree.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Package {
    name: String,
    version: String,
}

#[derive(Debug, PartialEq, Eq)]
struct Violation {
    /// Description of the broken rule.
    what: String,
    /// Forbidden package. The report shows through which packages the crate depends on it.
    package: Option<Package>,
    advice: &'static str,
}

impl Violation {
    fn complaint(&self, rule: &Rule, path: Option<String>) -> String {
        let path = path.map(|path| format!("\n{path}")).unwrap_or_default();
        format!("{}: {}{path}\n  what to do: {}", rule.name, self.what, self.advice)
    }
}

/// Returns workspace members without a rule, and rules without a member.
fn without_rule(members: &BTreeSet<&str>) -> Vec<String> {
    let ruled: BTreeSet<&str> = RULES.iter().map(|rule| rule.name).collect();
    let missing = members.difference(&ruled).map(|name| format!("{name}: no rule for this crate"));
    let left_over = ruled.difference(members).map(|name| format!("{name}: a rule without a crate"));
    let advice = "\n  what to do: add the crate's allowed dependencies to xtask/src/layers/rules.rs";
    missing.chain(left_over).map(|complaint| complaint + advice).collect()
}

/// Checks the direct dependencies of a crate.
fn judge_edges(rule: &Rule, dependencies: &[Dependency], members: &BTreeSet<&str>) -> Vec<Violation> {
    let mut violations = Vec::new();
    let counted =
        dependencies.iter().filter(|dependency| dependency.kind != Some(Kind::Dev) || rule.dev_edges_count);
    let mut direct = BTreeSet::new();
    for dependency in counted {
        let name = dependency.name.as_str();
        direct.insert(name);
        let allowed =
            rule.may_use.contains(&name) || (dependency.optional && rule.may_use_optionally.contains(&name));
        if members.contains(name) && !allowed {
            violations.push(Violation {
                what: format!("depends on {name}, which is not below it"),
                package: None,
                advice: "move shared code into a crate below both, or this code into another crate",
            });
        }
    }
    if let Some(exactly) = rule.directly_exactly {
        let exactly: BTreeSet<&str> = exactly.iter().copied().collect();
        if direct != exactly {
            violations.push(Violation {
                what: format!("depends directly on {direct:?}, not on exactly {exactly:?}"),
                package: None,
                advice: "move the code that needs more into a crate above",
            });
        }
    }
    violations
}

/// Checks the indirect dependencies of a crate.
fn judge_tree(rule: &Rule, features: Features, tree: &BTreeSet<Package>) -> Vec<Violation> {
    let never = if matches!(features, Features::Only(_)) { &[] } else { rule.never };
    let forbidden = tree.iter().filter(|package| never.contains(&package.name.as_str()));
    let mut violations: Vec<_> = forbidden
        .map(|package| Violation {
            what: format!("{} is in its tree{}", package.name, features.words()),
            package: Some(package.clone()),
            advice: "put the code that needs it behind a feature that is off by default, or into a crate above",
        })
        .collect();
    if let Some(budget) = rule.budget(features).filter(|budget| tree.len() > *budget) {
        let names: Vec<_> = tree.iter().map(|package| package.name.as_str()).collect();
        violations.push(Violation {
            what: format!(
                "{} packages{}, of {budget} allowed: {}",
                tree.len(),
                features.words(),
                names.join(" ")
            ),
            package: None,
            advice: "find the new package with `cargo tree` and remove it, or raise the budget and give the reason",
        });
    }
    violations
}

fn arguments(rule: &Rule, features: Features) -> Vec<&'static str> {
    let mut arguments =
        vec!["tree", "-p", rule.name, "-e", "normal,build", "--prefix", "none", "--format", "{p}"];
    arguments.extend(features.flags());
    arguments
}

/// Parses the output of `cargo tree --prefix none --format {p}`: name, version, and parts that are ignored.
fn parse(tree: &str) -> BTreeSet<Package> {
    tree.lines()
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            let name = words.next()?.to_owned();
            let version = words.next()?.trim_start_matches('v').to_owned();
            Some(Package { name, version })
        })
        .collect()
}

/// Returns the chain of dependencies through which a crate depends on the package.
fn path_to(root: &Path, rule: &Rule, features: Features, package: &Package) -> Result<String> {
    let spec = format!("{}@{}", package.name, package.version);
    let mut arguments = vec!["tree", "-p", rule.name, "-e", "normal,build", "-i", &spec];
    arguments.extend(features.flags());
    let mut cargo = cargo(root, arguments);
    let line = line(&cargo);
    let tree = output(&mut cargo)?;
    let indented: Vec<_> = tree.lines().map(|line| format!("    {line}")).collect();
    Ok(format!("  {line}\n{}", indented.join("\n")))
}

fn count(rule: &Rule, features: Features, packages: usize) -> String {
    let budget = rule.budget(features).map(|budget| format!(" of {budget}")).unwrap_or_default();
    format!("{packages}{budget} packages{}", features.words())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(name: &str) -> &'static Rule {
        RULES.iter().find(|rule| rule.name == name).expect("the table has the crate")
    }

    fn dependency(name: &str, kind: Option<Kind>, optional: bool) -> Dependency {
        Dependency { name: name.to_owned(), kind, optional }
    }

    #[test]
    fn a_tree_is_read_without_what_follows_the_version() {
        let tree = parse(
            "smileid-types v0.1.0 (/at)\nserde v1.0.1\nserde_derive v1.0.1 (proc-macro) (*)\n\nserde v1.0.1 (*)\n",
        );
        let names: Vec<_> = tree.iter().map(|package| package.name.as_str()).collect();
        assert_eq!(names, ["serde", "serde_derive", "smileid-types"]);
    }

    #[test]
    fn tokio_under_protocol_is_a_violation() {
        let rule = rule("smileid-protocol");
        let clean = parse("smileid-protocol v0.1.0\nhttp v1.0.0");
        assert_eq!(judge_tree(rule, Features::None, &clean), []);

        let unclean = parse("smileid-protocol v0.1.0\nhttp v1.0.0\ntokio v1.40.0");
        let violations = judge_tree(rule, Features::None, &unclean);
        assert_eq!(violations.len(), 1);
        assert!(violations[0].what.contains("tokio"), "{violations:?}");
        assert!(violations[0].package.is_some(), "its path can be shown");
    }

    #[test]
    fn more_packages_than_the_budget_is_a_violation() {
        let packages = (0..13).map(|n| format!("package{n} v1.0.0")).collect::<Vec<_>>().join("\n");
        let violations = judge_tree(rule("smileid-types"), Features::None, &parse(&packages));
        assert_eq!(violations.len(), 1);
        assert!(violations[0].what.starts_with("13 packages"), "{violations:?}");
    }

    #[test]
    fn an_edge_upwards_is_a_violation() {
        let members = BTreeSet::from(["smileid-types", "smileid-protocol", "smileid-client"]);
        let edges = [dependency("smileid-client", None, false), dependency("smileid-types", None, false)];
        let violations = judge_edges(rule("smileid-protocol"), &edges, &members);
        assert_eq!(violations.len(), 1);
        assert!(violations[0].what.contains("smileid-client"), "{violations:?}");

        let for_tests = [dependency("smileid-client", Some(Kind::Dev), false)];
        assert_eq!(judge_edges(rule("smileid-protocol"), &for_tests, &members), []);
        assert_eq!(judge_edges(rule("xtask"), &for_tests, &members).len(), 1);
    }

    #[test]
    fn the_suite_takes_a_client_only_behind_a_feature() {
        let members = BTreeSet::from(["smileid-client"]);
        let rule = rule("smileid-conformance");
        assert_eq!(judge_edges(rule, &[dependency("smileid-client", None, true)], &members), []);
        assert_eq!(judge_edges(rule, &[dependency("smileid-client", None, false)], &members).len(), 1);
    }

    #[test]
    fn types_has_two_direct_dependencies() {
        let edges = [dependency("serde", None, false), dependency("serde_json", None, false)];
        assert_eq!(judge_edges(rule("smileid-types"), &edges, &BTreeSet::new()), []);
        let more = [edges[0].clone(), edges[1].clone(), dependency("bytes", None, false)];
        assert_eq!(judge_edges(rule("smileid-types"), &more, &BTreeSet::new()).len(), 1);
    }

    #[test]
    fn a_crate_without_a_rule_is_named() {
        let mut members: BTreeSet<&str> = RULES.iter().map(|rule| rule.name).collect();
        assert_eq!(without_rule(&members), Vec::<String>::new());
        members.insert("smileid-new");
        assert!(without_rule(&members)[0].starts_with("smileid-new: no rule"));
    }
}
