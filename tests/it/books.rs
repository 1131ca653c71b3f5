//! Jobs and charges of a mock server, for other tests.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
};

use serde_json::Value;

/// Jobs and charges of all partners of a mock server.
#[derive(Debug)]
pub(crate) struct Books {
    /// Number of charged jobs.
    pub(crate) bill: u64,
    /// Ids of each job: the partner's and the API's.
    pub(crate) jobs: Vec<(String, String)>,
}

impl Books {
    /// Requests jobs and charges from the server directly, without a proxy.
    pub(crate) fn of(server: SocketAddr) -> Self {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let jobs = asked(server, "jobs");
        let jobs = jobs["jobs"].as_array().unwrap().iter();
        Self {
            bill: asked(server, "billing")["total"].as_u64().unwrap(),
            jobs: jobs.map(|job| (text(&job["job_id"]), text(&job["smile_job_id"]))).collect(),
        }
    }

    /// Panics if a job was created or charged twice, or charged without existing.
    pub(crate) fn check(&self) {
        assert!(self.jobs.len() <= 1 && self.bill <= self.jobs.len() as u64, "{self:?}");
    }
}

fn asked(server: SocketAddr, path: &str) -> Value {
    let mut stream = TcpStream::connect(server).unwrap();
    write!(stream, "GET /_mock/{path} HTTP/1.1\r\nHost: {server}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    serde_json::from_str(body).unwrap()
}
