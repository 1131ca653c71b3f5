//! Tests of the `smileid` command, run as a process.

mod command;
mod doctor;
mod documented_job;
mod existing_jobs;
mod explain;
mod invalid;
mod listen;
mod manual;
mod messages;
mod package;
mod responses;
mod resume;
mod secrets;
mod streams;
mod time_limits;
mod token_and_services;
mod v3;
mod v3_messages;
mod verdicts;
mod verify;
