//! The rules: one entry for each crate, from the bottom up.

/// Packages that must not be in the tree below the adapters: runtimes, sockets, TLS, clocks, randomness.
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
        // The core, without the server.
        never: &["axum", "hyper", "reqwest", "rustls", "smileid-client", "tokio", "wiremock"],
        // The configuration of a client, for tests in Rust.
        may_use_optionally: &["smileid-client"],
        budgets: &[(Features::Only("server"), 69), (Features::Only("client"), 74)],
        ..Rule::new("smileid-mock-server", &["smileid-protocol", "smileid-types"])
    },
    Rule {
        // Its binary runs clients and servers.
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
    // It runs programs of other crates and links none of them.
    Rule::new("smileid-harness", &[]),
    // It must be able to regenerate a broken crate, so not even its tests use one.
    Rule { dev_edges_count: true, ..Rule::new("xtask", &[]) },
];

/// The dependencies that one crate may have.
pub(crate) struct Rule {
    pub(crate) name: &'static str,
    /// Allowed direct members of the workspace.
    pub(crate) may_use: &'static [&'static str],
    /// Further members, if a feature enables them.
    pub(crate) may_use_optionally: &'static [&'static str],
    /// Packages that must not be in the tree unless a feature enables them.
    pub(crate) never: &'static [&'static str],
    /// All allowed direct dependencies, members and others.
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

    /// The trees to check: the smallest always, others if they have a budget.
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

/// The enabled features of the crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Features {
    Default,
    None,
    /// Only this one.
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
            Self::Only(feature) => format!(" with only the feature `{feature}`"),
        }
    }
}
