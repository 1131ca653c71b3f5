//! Examples at the end of the help of each command.

/// Examples of each command.
const EXAMPLES: &[(&str, &[&str])] = &[
    (
        "smileid",
        &["smileid submit --env mock --job-type 4 --selfie selfie.jpg --wait", "smileid explain 0810"],
    ),
    (
        "submit",
        &[
            "smileid submit --env mock --job-type 4 --selfie selfie.jpg --wait",
            "smileid submit --job job.json --callback https://example.com/callback",
            "smileid submit --job-type 6 --selfie a.jpg --id-card b.jpg --country GH --wait",
        ],
    ),
    (
        "status",
        &["smileid status --user-id user-1 --job-id job-1", "smileid status job_01h2xcejqtf2nbrexx3vqjhp41"],
    ),
    (
        "wait",
        &[
            "smileid wait --user-id user-1 --job-id job-1 --timeout 5m",
            "smileid wait job_01h2xcejqtf2nbrexx3vqjhp41 --exit-status",
        ],
    ),
    (
        "replay",
        &[
            "smileid replay job_01h2xcejqtf2nbrexx3vqjhp41",
            "smileid replay job_01h2xcejqtf2nbrexx3vqjhp41 --callback https://example.com/",
        ],
    ),
    (
        "token",
        &[
            "smileid token --product biometric_kyc --callback https://example.com/callback",
            "smileid token --api v3 --product biometric_kyc --user-id user-1",
        ],
    ),
    (
        "services",
        &[
            "smileid services --env sandbox --country NG",
            "smileid services --env sandbox --product enhanced_kyc --format json",
        ],
    ),
    ("sign", &["smileid sign", "smileid sign --timestamp 2023-03-09T21:35:00.279Z"]),
    (
        "verify",
        &[
            "smileid verify callback.json --confirm",
            "smileid verify --api v3 callback.json --header @headers.txt",
        ],
    ),
    (
        "package",
        &["smileid package build --job job.json --output job.zip", "smileid package inspect job.zip"],
    ),
    (
        "explain",
        &[
            "smileid explain 0810 --job-type biometric_kyc",
            "smileid explain spoof_detected",
            "smileid explain callback.json",
        ],
    ),
    (
        "listen",
        &[
            "smileid listen --path /callback --confirm",
            "smileid listen --forward-to http://127.0.0.1:3000/callback",
        ],
    ),
    ("doctor", &["smileid doctor --env sandbox", "smileid doctor --env http://127.0.0.1:8085 --api v3"]),
    (
        "completions",
        &[
            "smileid completions fish > ~/.config/fish/completions/smileid.fish",
            "smileid completions zsh > ~/.zfunc/_smileid",
        ],
    ),
    ("man", &["smileid man submit | man -l -", "smileid man package build | man -l -"]),
    (
        "package build",
        &[
            "smileid package build --job job.json --output job.zip",
            "smileid package build --job job.json --reply upload.json -o job.zip",
        ],
    ),
    (
        "package inspect",
        &["smileid package inspect job.zip", "smileid package inspect job.zip --strict --format json"],
    ),
];

/// Text of the examples at the end of a command's help.
pub(super) fn examples(command: &str) -> String {
    let lines = EXAMPLES.iter().filter(|(name, _)| *name == command).flat_map(|(_, lines)| *lines);
    lines.fold("Examples:".to_owned(), |text, line| format!("{text}\n  {line}"))
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory as _, Parser as _};

    use crate::args::Args;

    /// Every command has two examples or more, which the parser accepts.
    #[test]
    fn examples_of_every_command_are_valid() {
        fn check(command: &clap::Command) {
            let name = command.get_name();
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            let examples: Vec<_> = help.lines().filter_map(|line| line.strip_prefix("  ")).collect();
            assert!(examples.len() >= 2, "{name}: {help}");
            for example in examples {
                assert!(example.len() <= 78, "too long for 80 columns: {example}");
                let words = example.split(' ').take_while(|word| !["|", ">"].contains(word));
                if let Err(error) = Args::try_parse_from(words) {
                    panic!("{example}: {error}");
                }
            }
            command.get_subcommands().for_each(check);
        }
        check(&Args::command());
    }
}
