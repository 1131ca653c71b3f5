//! The mock as its clients meet it: the core driven with requests that the protocol crate writes, and the server.

mod addresses;
mod aml;
mod apps;
mod archives;
mod asynchronous;
mod backfill;
mod basic_kyc;
mod callbacks;
mod catalogue;
mod compare;
mod consent;
mod enrolment;
mod errors;
mod id_numbers;
mod limits;
mod links;
mod lookups;
mod phones;
mod processing;
mod proofs;
mod refusals;
mod results;
mod scenarios;
mod selfies;
mod smile_links;
mod support;
mod timestamps;
mod tokens;

#[cfg(feature = "server")]
mod binary;
#[cfg(feature = "server")]
mod exec;
#[cfg(feature = "server")]
mod receivers;
#[cfg(feature = "server")]
mod scenario_file;
#[cfg(feature = "server")]
mod server;
#[cfg(feature = "server")]
mod tls;
