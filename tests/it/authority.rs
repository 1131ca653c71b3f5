//! Tests clients with a certificate authority that the system does not trust.

use smileid::{
    Config, IdNumber, JobRef, LookupJob, Outcome, ReqwestTransport, Result, Retry, TransportOptions,
    blocking::UreqTransport,
    client::{Client, TransportErrorKind, blocking},
};
use smileid_mock_server::{Https, MockServer, Options};

/// Looks up a person with each of the clients.
fn look_up(config: &Config, options: &TransportOptions) -> [(&'static str, Result<Outcome>); 2] {
    let job = || {
        let ids = JobRef::new("user-1", "job-1").unwrap();
        LookupJob::enhanced_kyc(ids, IdNumber::new("NG", "BVN", "00000000000").unwrap())
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let client = Client::new(config.clone(), ReqwestTransport::with_options(options).unwrap());
    let blocking = blocking::Client::new(config.clone(), UreqTransport::with_options(options).unwrap());
    [("reqwest", runtime.block_on(client.submit(job()).send())), ("ureq", blocking.submit(job()).send())]
}

#[test]
fn an_authority_beside_the_system_s_is_believed_when_named() {
    let folder = tempfile::tempdir().unwrap();
    let mut options = Options::new().unwrap();
    options.https = Some(Https::new(folder.path()));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let server = runtime.block_on(MockServer::start_with(options)).unwrap();
    let pem = std::fs::read(server.ca().unwrap().ca_pem()).unwrap();

    let environment = server.https_url().unwrap().parse().unwrap();
    let mut config = Config::new(server.credentials().clone(), &environment);
    config.retry = Retry::never();
    for (name, found) in look_up(&config, &TransportOptions::default().trust_pem(&pem).unwrap()) {
        assert!(found.is_ok(), "{name}: {found:?}");
    }
    for (name, found) in look_up(&config, &TransportOptions::default()) {
        assert_eq!(found.unwrap_err().transport(), Some(TransportErrorKind::Connect), "{name}");
    }
    assert!(TransportOptions::default().trust_pem(b"-----BEGIN CERTIFICATE-----\nno\n").is_err());
}
