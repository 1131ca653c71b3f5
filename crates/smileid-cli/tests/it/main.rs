//! The `smileid` command, run as a user runs it.

mod command;
mod faults;
mod invalid;
mod page;
