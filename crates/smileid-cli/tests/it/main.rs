//! The `smileid` command, run as a user runs it.

mod asking;
mod command;
mod doctor;
mod explain;
mod faults;
mod invalid;
mod listen;
mod package;
mod page;
mod resume;
mod secrets;
mod streams;
mod taken;
mod time;
mod verdicts;
mod verify;
mod words;
