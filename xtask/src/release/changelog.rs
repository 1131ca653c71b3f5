//! The changelog's heading.

use anyhow::{Context, Result, ensure};

use super::Version;

const UNRELEASED: &str = "## Unreleased\n";

/// The changelog with what was unreleased under the version.
pub(crate) fn released(text: &str, version: &Version, date: &str) -> Result<String> {
    let heading = format!("## {version}");
    let is_heading = |line: &str| line.strip_prefix(&heading).is_some_and(|rest| !rest.starts_with('.'));
    ensure!(!text.lines().any(is_heading), "CHANGELOG.md has an entry for {version} already");
    let (before, after) = text.split_once(UNRELEASED).context("CHANGELOG.md has no `## Unreleased`")?;
    let entry = after.split("\n## ").next().unwrap_or_default();
    let has_lines = entry.lines().any(|line| line.starts_with("- "));
    ensure!(has_lines, "nothing stands under `## Unreleased` in CHANGELOG.md: say what is new in {version}");
    Ok(format!("{before}{UNRELEASED}\n## {version} - {date}\n{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_unreleased_is_released() {
        let version = "0.2.0".parse().unwrap();
        let text = "# Changelog\n\n## Unreleased\n\n- New.\n\n## 0.1.0 - 2026-01-01\n\n- Old.\n";
        assert_eq!(
            released(text, &version, "2026-12-01").unwrap(),
            "# Changelog\n\n## Unreleased\n\n## 0.2.0 - 2026-12-01\n\n- New.\n\n## 0.1.0 - 2026-01-01\n\n- Old.\n"
        );
        let empty = "# Changelog\n\n## Unreleased\n\n## 0.1.0 - 2026-01-01\n\n- Old.\n";
        assert!(released(empty, &version, "2026-12-01").is_err());
        assert!(released("# Changelog\n", &version, "2026-12-01").is_err());
        let twice = format!("{text}\n## 0.2.0 - 2026-06-01\n");
        assert!(released(&twice, &version, "2026-12-01").unwrap_err().to_string().contains("already"));
    }
}
