//! [`smileid::blocking`], which shares everything but the sending with the asynchronous transport.

use std::time::Duration;

use smileid::{
    Config, Credentials, Environment, Error, IdNumber, JobIds, LookupJob, blocking,
    client::TransportErrorKind,
};

use crate::sockets::{Behaviour, nobody, serve};

#[test]
fn misbehaving_servers_have_their_errors() {
    let long = Duration::from_secs(20);
    let short = Duration::from_millis(300);
    for (address, timeout, kind) in [
        (nobody(), long, TransportErrorKind::Connect),
        (serve(Behaviour::CloseAtOnce), long, TransportErrorKind::Interrupted),
        (serve(Behaviour::CloseAfterRequest), long, TransportErrorKind::Interrupted),
        (serve(Behaviour::CutBody), long, TransportErrorKind::Interrupted),
        (serve(Behaviour::Silent), short, TransportErrorKind::Timeout),
        (serve(Behaviour::Dribble), short, TransportErrorKind::Timeout),
    ] {
        let environment: Environment = format!("http://{address}").parse().unwrap();
        let mut config = Config::new(Credentials::new("085", "some-key").unwrap(), &environment);
        config.timeouts.request = timeout;
        let client = blocking::Client::new(config, blocking::ReqwestTransport::new().unwrap());
        let ids = JobIds::new("user-1", "job-1").unwrap();
        let job = LookupJob::enhanced_kyc(ids, IdNumber::new("NG", "BVN", "00000000000").unwrap());
        match client.look_up(job) {
            Err(Error::Transport(error)) => assert_eq!(error.kind(), kind, "{error:?}"),
            other => panic!("{other:?}"),
        }
    }
}
