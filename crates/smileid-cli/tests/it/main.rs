//! Tests of the program `smileid`, run as a process.

mod command;
mod doctor;
mod documented_job;
mod existing_jobs;
mod explain;
mod invalid;
mod listen;
mod manual;
mod messages;
#[cfg(unix)]
mod on_a_terminal;
mod package;
mod responses;
mod resume;
#[cfg(unix)]
mod screens;
mod secrets;
mod streams;
#[cfg(unix)]
mod terminal;
mod time_limits;
mod token_and_services;
mod v3;
mod v3_messages;
mod verdicts;
mod verify;
