//! The rules: one entry for each crate, from the bottom up.

/// No runtime, no sockets, no TLS, no clock of its own and no randomness: what must never come in below the
/// adapters.
const INPUT_AND_OUTPUT: &[&str] = &[
    "axum",
    "chrono",
    "hyper",
    "mio",
    "native-tls",
    "openssl",
    "rand",
    "reqwest",
    "ring",
    "rustls",
    "socket2",
    "tokio",
    "ureq",
    "wiremock",
];

pub(crate) static RULES: &[Rule] = &[
    Rule {
        never: INPUT_AND_OUTPUT,
        directly_exactly: Some(&["serde", "serde_json"]),
        budgets: &[(Features::None, 12)],
        ..Rule::new("smileid-types", &[])
    },
    Rule {
        never: INPUT_AND_OUTPUT,
        budgets: &[(Features::Default, 48), (Features::None, 34)],
        ..Rule::new("smileid-protocol", &["smileid-types"])
    },
    Rule {
        never: INPUT_AND_OUTPUT,
        budgets: &[(Features::None, 50)],
        ..Rule::new("smileid-client", &["smileid-protocol", "smileid-types"])
    },
    Rule {
        // The core, without the feature that serves it.
        never: &["axum", "hyper", "reqwest", "rustls", "smileid-client", "tokio", "wiremock"],
        // The configuration of a client, for tests in Rust.
        may_use_optionally: &["smileid-client"],
        budgets: &[(Features::Only("server"), 69), (Features::Only("client"), 74)],
        ..Rule::new("smileid-mock-server", &["smileid-protocol", "smileid-types"])
    },
    Rule {
        // Its binary tries clients and servers.
        may_use_optionally: &["smileid", "smileid-client", "smileid-mock-server"],
        ..Rule::new("smileid-conformance", &["smileid-protocol"])
    },
    Rule::new("smileid", &["smileid-client", "smileid-protocol", "smileid-types"]),
    Rule::new("smileid-cli", &["smileid", "smileid-conformance", "smileid-mock-server"]),
    Rule::new(
        "smileid-tests",
        &[
            "smileid",
            "smileid-cli",
            "smileid-client",
            "smileid-conformance",
            "smileid-mock-server",
            "smileid-protocol",
            "smileid-types",
        ],
    ),
    Rule::new("smileid-receivers", &["smileid", "smileid-mock-server"]),
    // It runs the programs of other crates and links none of them.
    Rule::new("smileid-harness", &[]),
    // A broken crate must still be regenerable, so not even its tests use one.
    Rule { dev_edges_count: true, ..Rule::new("xtask", &[]) },
];

/// The dependencies that one crate may have.
pub(crate) struct Rule {
    pub(crate) name: &'static str,
    /// Members of the workspace, directly.
    pub(crate) may_use: &'static [&'static str],
    /// More members, if a feature brings them in.
    pub(crate) may_use_optionally: &'static [&'static str],
    /// Packages that must not come in, on any path, unless a feature brings them in.
    pub(crate) never: &'static [&'static str],
    /// All that it may name directly, members and others.
    pub(crate) directly_exactly: Option<&'static [&'static str]>,
    /// The largest number of packages in its tree, itself included.
    pub(crate) budgets: &'static [(Features, usize)],
    /// Counts the dependencies of its tests too.
    pub(crate) dev_edges_count: bool,
}

impl Rule {
    const fn new(name: &'static str, may_use: &'static [&'static str]) -> Self {
        Self {
            name,
            may_use,
            may_use_optionally: &[],
            never: &[],
            directly_exactly: None,
            budgets: &[],
            dev_edges_count: false,
        }
    }

    /// The trees to look at: the smallest always, others where they have a budget.
    pub(crate) fn trees(&self) -> Vec<Features> {
        let budgeted = |features: &Features| *features == Features::None || self.budget(*features).is_some();
        let named = self.budgets.iter().map(|(features, _)| *features);
        let named = named.filter(|features| matches!(features, Features::Only(_)));
        [Features::Default, Features::None].into_iter().filter(budgeted).chain(named).collect()
    }

    pub(crate) fn budget(&self, features: Features) -> Option<usize> {
        self.budgets.iter().find(|(of, _)| *of == features).map(|(_, budget)| *budget)
    }
}

/// The features of the crate that are on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Features {
    Default,
    None,
    /// This one alone.
    Only(&'static str),
}

impl Features {
    pub(crate) fn flags(self) -> Vec<&'static str> {
        match self {
            Self::Default => vec![],
            Self::None => vec!["--no-default-features"],
            Self::Only(feature) => vec!["--no-default-features", "--features", feature],
        }
    }

    pub(crate) fn words(self) -> String {
        match self {
            Self::Default => " with default features".to_owned(),
            Self::None => " without default features".to_owned(),
            Self::Only(feature) => format!(" with the feature `{feature}` alone"),
        }
    }
}
