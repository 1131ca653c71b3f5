//! Versions, and where the repository says its own.

use std::{fmt, str::FromStr};

use anyhow::{Context, Error, Result, bail, ensure};
use regex_lite::Regex;

/// Three numbers. What comes before a release, such as `-rc.1`, is not released from here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version([u64; 3]);

impl FromStr for Version {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let number = |part: &str| {
            let is_plain = part == "0" || !part.starts_with(['0', '+']);
            part.parse().ok().filter(|_| is_plain)
        };
        let parts: Option<Vec<u64>> = text.split('.').map(number).collect();
        match parts.as_deref() {
            Some(&[major, minor, patch]) => Ok(Self([major, minor, patch])),
            _ => bail!("`{text}` is not a version: give three numbers, as in 0.2.0"),
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, patch] = self.0;
        write!(f, "{major}.{minor}.{patch}")
    }
}

impl Version {
    /// What somebody writes who depends on it.
    pub(crate) fn requirement(&self) -> String {
        let [major, minor, _] = self.0;
        format!("{major}.{minor}")
    }
}

/// The version that all crates share.
pub(crate) fn current(manifest: &str) -> Result<String> {
    let manifest: toml::Table = manifest.parse().context("reading Cargo.toml")?;
    let version = manifest.get("workspace").and_then(|it| it.get("package")).and_then(|it| it.get("version"));
    version
        .and_then(toml::Value::as_str)
        .map(str::to_owned)
        .context("Cargo.toml has no workspace.package.version")
}

/// The manifest with another version, for the crates and for what they ask of each other.
pub(crate) fn replaced(manifest: &str, version: &Version) -> Result<String> {
    let old = format!("version = \"{}\"", current(manifest)?);
    let new = format!("version = \"{version}\"");
    let is_ours = |line: &str| line.starts_with("version = ") || line.contains("path = \"crates/");
    let lines = manifest.split_inclusive('\n');
    let text: String =
        lines.map(|line| if is_ours(line) { line.replace(&old, &new) } else { line.to_owned() }).collect();
    ensure!(
        current(&text)? == version.to_string(),
        "the version stands elsewhere in Cargo.toml than expected"
    );
    let left = text.lines().find(|line| line.contains("path = \"crates/") && !line.contains(&new));
    if let Some(line) = left {
        bail!("this dependency has another version than the crates share: {line}");
    }
    Ok(text)
}

/// A page with another version where it says how to depend on a crate.
pub(crate) fn shown(page: &str, old: &Version, new: &Version) -> Result<String> {
    let pattern = Regex::new(r#"(smileid[a-z-]* = )"([0-9.]+)""#)?;
    let (old, new) = (old.requirement(), new.requirement());
    let odd = pattern.captures_iter(page).find(|found| found[2] != old);
    if let Some(odd) = odd {
        bail!("a page says `{}`, which is not {old}", &odd[0]);
    }
    Ok(pattern.replace_all(page, format!("$1\"{new}\"")).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_numbers_in_their_order() {
        let version = |text: &str| text.parse::<Version>();
        assert!(version("0.2.0").unwrap() > version("0.1.10").unwrap());
        assert!(version("0.10.0").unwrap() > version("0.9.9").unwrap());
        for odd in ["", "1", "1.2", "1.2.3.4", "1.2.x", "v1.2.3", "1.2.3-rc.1", "1.02.3", "1.+2.3", "1..3"] {
            assert!(version(odd).is_err(), "{odd}");
        }
    }

    #[test]
    fn every_place_gets_the_version_and_no_other() {
        let manifest = "[workspace.package]\nversion = \"0.1.0\"\n[workspace.dependencies]\n\
                        a = { path = \"crates/a\", version = \"0.1.0\" }\nb = { version = \"0.1.0\" }\n";
        let new = replaced(manifest, &"0.2.0".parse().unwrap()).unwrap();
        assert_eq!(
            new,
            "[workspace.package]\nversion = \"0.2.0\"\n[workspace.dependencies]\n\
             a = { path = \"crates/a\", version = \"0.2.0\" }\nb = { version = \"0.1.0\" }\n"
        );
        let odd = manifest.replace("crates/a\", version = \"0.1.0\"", "crates/a\", version = \"0.0.9\"");
        assert!(replaced(&odd, &"0.2.0".parse().unwrap()).is_err());
    }

    #[test]
    fn pages_say_what_to_depend_on() {
        let [old, new, last] = ["0.1.3", "0.2.0", "0.1.4"].map(|text| text.parse().unwrap());
        let page = "//! smileid = \"0.1\"\n//! tokio = \"0.1\"\nsmileid-mock-server = \"0.1\" # for tests\n";
        let raised =
            "//! smileid = \"0.2\"\n//! tokio = \"0.1\"\nsmileid-mock-server = \"0.2\" # for tests\n";
        assert_eq!(shown(page, &old, &new).unwrap(), raised);
        assert_eq!(shown(page, &old, &last).unwrap(), page);
        assert!(shown(raised, &old, &new).is_err(), "one that was forgotten");
    }
}
