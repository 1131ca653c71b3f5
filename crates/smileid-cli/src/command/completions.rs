//! Command `smileid completions`: prints the completion script of a shell.

use clap::CommandFactory as _;

use crate::args::{Args, Completions};

pub(crate) fn run(completions: &Completions) -> Vec<u8> {
    let mut script = Vec::new();
    let mut command = Args::command();
    let name = command.get_name().to_owned();
    clap_complete::generate(completions.shell, &mut command, name, &mut script);
    script
}
