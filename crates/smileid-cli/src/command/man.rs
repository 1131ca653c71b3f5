//! Command `smileid man`: prints manual pages.

use clap::CommandFactory as _;

use crate::{
    args::{Args, Man},
    failure::{Failure, Kind, chain},
};

pub(crate) fn run(man: &Man) -> Result<Vec<u8>, Failure> {
    let mut root = without_values(Args::command());
    // Adds the options of all commands to each command.
    root.build();
    let mut command = &root;
    for name in &man.command {
        command = command.find_subcommand(name).ok_or_else(|| unknown(command))?;
    }
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone())
        .render(&mut page)
        .map_err(|error| Failure::new(Kind::Other, format!("failed to write the page: {}", chain(&error))))?;
    Ok(page)
}

/// Removes the current values of environment variables from the help, because they may be secret.
fn without_values(command: clap::Command) -> clap::Command {
    command.mut_args(|arg| arg.hide_env_values(true)).mut_subcommands(without_values)
}

fn unknown(command: &clap::Command) -> Failure {
    let names: Vec<_> = command.get_subcommands().map(clap::Command::get_name).collect();
    let message = match names[..] {
        [] => "the command has no subcommands".to_owned(),
        _ => format!("unknown command: expected {}", names.join(", ")),
    };
    Failure::invalid("command", message)
}
