//! Reads and checks the tables of the conformance suite: rules for clients, and the sections of the wire reference.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// Folder of the tables in the repository.
pub(crate) const DATA: &str = "crates/smileid-conformance/data";

/// Names of the tables.
pub(crate) const RULES: &str = "rules";
pub(crate) const SECTIONS: &str = "sections";

/// Table row of a rule for clients.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClientRule {
    pub(crate) rule: String,
    pub(crate) section: String,
    pub(crate) quirk: Option<u8>,
    pub(crate) level: Level,
    pub(crate) says: String,
    pub(crate) advice: String,
}

/// Severity of breaking a rule.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Level {
    Violation,
    Quirk,
}

/// Table row of a section in the wire reference.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Section {
    pub(crate) number: String,
    pub(crate) title: String,
    pub(crate) says: String,
}

/// Returns the problems in the tables, one line each.
pub(crate) fn problems(rules: &[ClientRule], sections: &[Section]) -> Vec<String> {
    let mut found = Vec::new();
    let mut sorted = |table: &str, keys: Vec<&str>| {
        for pair in keys.windows(2).filter(|pair| pair[0] >= pair[1]) {
            found.push(format!("{table}.toml: row `{}` is not sorted, or a duplicate", pair[1]));
        }
    };
    sorted(RULES, rules.iter().map(|row| row.rule.as_str()).collect());
    sorted(SECTIONS, sections.iter().map(|row| row.number.as_str()).collect());
    let known: BTreeSet<_> = sections.iter().map(|row| row.number.as_str()).collect();
    let cited: BTreeSet<_> = rules.iter().map(|row| row.section.as_str()).collect();
    let unknown = cited.difference(&known).map(|it| format!("{RULES}.toml: no section `{it}`"));
    let idle = known.difference(&cited).map(|it| format!("{SECTIONS}.toml: no rule cites `{it}`"));
    let texts = rules.iter().flat_map(|row| [&row.says, &row.advice]);
    let texts = texts.chain(sections.iter().flat_map(|row| [&row.title, &row.says]));
    let silent = texts.filter(|text| text.trim().is_empty()).map(|_| format!("{DATA}: a row has no text"));
    let more: Vec<_> = unknown.chain(idle).chain(silent).collect();
    found.extend(more);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(rule: &str, section: &str) -> ClientRule {
        let text = |text: &str| text.to_owned();
        let (says, advice) = (text("s"), text("a"));
        ClientRule {
            rule: text(rule),
            section: text(section),
            quirk: None,
            level: Level::Quirk,
            says,
            advice,
        }
    }

    fn section(number: &str) -> Section {
        Section { number: number.to_owned(), title: "t".to_owned(), says: "s".to_owned() }
    }

    #[test]
    fn what_does_not_hold_is_named() {
        let sections = [section("1"), section("2")];
        assert_eq!(problems(&[rule("a", "1"), rule("b", "2")], &sections), [""; 0]);
        for (rules, problem) in [
            ([rule("b", "1"), rule("a", "2")], "rules.toml: row `a` is not sorted, or a duplicate"),
            ([rule("a", "1"), rule("a", "2")], "rules.toml: row `a` is not sorted, or a duplicate"),
            ([rule("a", "1"), rule("b", "1")], "sections.toml: no rule cites `2`"),
        ] {
            assert_eq!(problems(&rules, &sections), [problem]);
        }
        let rules = [rule("a", "1"), rule("b", "2"), rule("c", "3")];
        assert_eq!(problems(&rules, &sections), ["rules.toml: no section `3`"]);
        let mut rules = [rule("a", "1"), rule("b", "2")];
        rules[0].advice.clear();
        assert_eq!(problems(&rules, &sections), ["crates/smileid-conformance/data: a row has no text"]);
    }
}
