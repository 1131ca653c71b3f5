//! Tests of the mock server from outside: its core, with requests that the protocol crate encodes, and its HTTP server.

mod addresses;
mod admin;
mod admin_document;
mod admin_guard;
mod aml;
mod apps;
mod archives;
mod asynchronous;
mod backfill;
mod basic_kyc;
mod callbacks;
mod catalogue;
mod compare;
mod concurrency;
mod consent;
mod content_types;
mod controls;
mod diagnosis;
mod enrolment;
mod errors;
mod fidelity;
mod flags;
mod id_numbers;
mod images;
mod journal;
mod limits;
mod links;
mod lookups;
mod phones;
mod possible_rules;
mod processing;
mod proofs;
mod refusals;
mod results;
mod sandbox_ids;
mod scenario_choice;
#[cfg(feature = "scenario-file")]
mod scenario_file;
mod scenarios;
mod selfies;
mod smile_links;
#[cfg(feature = "cli")]
mod snapshots;
mod strictness;
mod support;
mod timestamps;
mod tokens;
mod ui;
mod users;
mod v3;

#[cfg(feature = "cli")]
mod binary;
#[cfg(feature = "cli")]
mod exec;
#[cfg(feature = "server")]
mod faults;
#[cfg(feature = "server")]
mod receivers;
#[cfg(feature = "cli")]
mod reload;
#[cfg(feature = "server")]
mod server;
#[cfg(feature = "tls")]
mod tls;
