//! Dependency rules, one for each crate, from the lowest to the highest.

/// Packages that crates without I/O must not depend on: runtimes, sockets, TLS, clocks, randomness.
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
        // These packages are forbidden for the mock's core. The feature `server` may enable them.
        never: &["axum", "hyper", "reqwest", "rustls", "smileid-client", "tokio", "wiremock"],
        // For the feature `client`, which configures a client for tests in Rust.
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

/// Rule for the dependencies of one crate.
pub(crate) struct Rule {
    pub(crate) name: &'static str,
    /// Workspace crates on which the crate may depend directly.
    pub(crate) may_use: &'static [&'static str],
    /// Workspace crates on which the crate may also depend, if a feature enables them.
    pub(crate) may_use_optionally: &'static [&'static str],
    /// Packages that must not be in the dependency tree unless a feature enables them.
    pub(crate) never: &'static [&'static str],
    /// Complete list of the allowed direct dependencies, if the rule has one.
    pub(crate) directly_exactly: Option<&'static [&'static str]>,
    /// Maximum number of packages in the dependency tree, including the crate itself, for each set of features.
    pub(crate) budgets: &'static [(Features, usize)],
    /// True to apply the rule to dev-dependencies, too.
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

    /// Returns the feature sets to check: no features, and each set that has a maximum number of packages.
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

/// Features of the crate that are enabled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Features {
    Default,
    None,
    /// Only this feature is enabled.
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
