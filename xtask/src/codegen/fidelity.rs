//! The table of the mock server: what it does and does not, and how well that is known of the platform.

use serde::Deserialize;

use super::{
    markdown::{Body, known, table},
    rust::structure,
    tables::Row,
    text::cell,
};

/// Where the table is, from the root of the repository.
pub(crate) const DATA: &str = "crates/smileid-mock-server/data";

/// Its name.
pub(crate) const TABLE: &str = "fidelity";

/// What the mock server does, or does not.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fidelity {
    pub(crate) kind: Kind,
    pub(crate) name: String,
    pub(crate) says: String,
    pub(crate) mark: Mark,
    pub(crate) source: Vec<String>,
}

/// What a row of the mock server's table is about, in the order of the table.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Endpoint,
    Behaviour,
    Absent,
}

impl Kind {
    const fn variant(self) -> &'static str {
        match self {
            Self::Endpoint => "Kind::Endpoint",
            Self::Behaviour => "Kind::Behaviour",
            Self::Absent => "Kind::Absent",
        }
    }
}

/// How well it is known that the platform does the same. A row without it, or with another word, is not read at all.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Mark {
    Documented,
    Observed,
    Inferred,
    Ours,
}

impl Mark {
    const fn word(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::Observed => "observed",
            Self::Inferred => "inferred",
            Self::Ours => "ours",
        }
    }

    const fn variant(self) -> &'static str {
        match self {
            Self::Documented => "Mark::Documented",
            Self::Observed => "Mark::Observed",
            Self::Inferred => "Mark::Inferred",
            Self::Ours => "Mark::Ours",
        }
    }
}

impl Row for Fidelity {
    fn key(&self) -> String {
        format!("{} {}", self.kind as u8, self.name)
    }

    fn sources(&self) -> Vec<&str> {
        self.source.iter().map(String::as_str).collect()
    }
}

/// The rows in Rust, below the documentation of their module.
pub(crate) fn rust(rows: &[Fidelity]) -> String {
    let mut text = String::from("\nuse crate::fidelity::{Kind, Mark, Row};\n");
    text += "\npub(crate) static FIDELITY: &[Row] = &[\n";
    for row in rows {
        text += &structure(
            "Row",
            &[
                ("kind", row.kind.variant().to_owned()),
                ("name", format!("{:?}", row.name)),
                ("says", format!("{:?}", row.says)),
                ("mark", row.mark.variant().to_owned()),
                ("sources", format!("&{:?}", row.source)),
            ],
        );
    }
    text + "];\n"
}

/// The page.
pub(crate) fn page(rows: &[Fidelity]) -> Body {
    let listed = |kind: Kind, head: [&str; 3]| {
        let rows = rows.iter().filter(|row| row.kind == kind).map(|row| {
            let name = if kind == Kind::Endpoint { format!("`{}`", row.name) } else { cell(&row.name) };
            vec![name, cell(&row.says), known(row.mark.word(), &row.source)]
        });
        table(&head, rows)
    };
    Body {
        about: "What the mock server does and does not, and how well it is known that the platform does the same.",
        text: String::from(
            "*Documented* by Smile ID; *observed* in code, tests or traffic of others; *inferred* from the \
             rest; or *ours*: different on purpose, or beyond the platform. A running server answers the same \
             rows at `/_mock/fidelity`.\n\n## Not simulated\n\n",
        ) + &listed(Kind::Absent, ["What", "Instead", "Known from"])
            + "\n## Behaviour\n\n"
            + &listed(Kind::Behaviour, ["What", "How", "Known from"])
            + "\n## Endpoints\n\n"
            + &listed(Kind::Endpoint, ["Name", "What it does", "Known from"]),
    }
}
