//! Tests faults over TLS.

use std::{sync::Arc, time::Duration};

use http::StatusCode;
use smileid_mock_server::{Fault, Https, MockServer, Options, Point, ReplyPoint};
use smileid_protocol::v1::job_status;
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{
        ClientConfig, RootCertStore,
        crypto::ring,
        pki_types::{CertificateDer, ServerName, pem::PemObject as _},
    },
};

use super::{
    announced, at_upload,
    raw::{self, End, Line, Seen, bytes_of, encode},
};

struct Secure {
    server: MockServer,
    connector: TlsConnector,
    _folder: TempDir,
}

impl Secure {
    async fn start() -> Self {
        let folder = TempDir::new().unwrap();
        let mut options = Options::new().unwrap();
        options.https = Some(Https::new(folder.path()));
        let server = MockServer::start_with(options).await.unwrap();
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(server.ca().unwrap().ca_pem()).unwrap()).unwrap();
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        Self { server, connector: TlsConnector::from(Arc::new(config)), _folder: folder }
    }

    async fn line(&self) -> Line<TlsStream<TcpStream>> {
        let address = self.server.https_url().unwrap().strip_prefix("https://").unwrap();
        let stream = TcpStream::connect(address).await.unwrap();
        let name = ServerName::try_from("localhost").unwrap();
        Line { stream: self.connector.connect(name, stream).await.unwrap() }
    }

    /// Sends an upload request. Returns the bytes that the client receives until the expected end, and if the mock server has the
    /// job.
    async fn announce(&self, job_id: &str, count: usize, end: End) -> (Seen, bool) {
        let mut line = self.line().await;
        line.send(&bytes_of(&encode(&self.server, &announced(job_id)))).await;
        while self.server.service().faults().last().is_some_and(|fault| fault.used == 0) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let seen = if end == End::Stalled { line.read_until_quiet(count).await } else { line.read().await };
        let request = encode(&self.server, &job_status::Request::new("leo", job_id));
        let status = self.server.service().handle(&request, raw::MOMENT).response.status();
        (seen, status == StatusCode::OK)
    }
}

#[tokio::test]
async fn every_fault_strikes_under_tls_too() {
    let secure = Secure::start().await;
    let ends = [
        (Fault::reset as fn(Point) -> Fault, End::Reset),
        (Fault::close, End::Closed),
        (Fault::stall, End::Stalled),
        (Fault::garbage, End::Closed),
    ];
    let garbage = raw::GARBAGE;
    for (number, (fault, end)) in ends.into_iter().enumerate() {
        let expected = if number == 3 { garbage } else { b"" };
        for (point, done) in [
            (Point::UploadBytes(10), false),
            (Point::BeforeHandling, false),
            (Point::AfterHandling, true),
            (Point::ReplyBytes(7), true),
        ] {
            secure.server.clear_faults();
            secure.server.add_fault(at_upload(fault(point)));
            let job_id = format!("{number}-{point:?}");
            let (seen, is_done) =
                secure.announce(&job_id, 60 * usize::from(point == Point::ReplyBytes(7)), end).await;
            assert_eq!((seen.end, is_done), (end, done), "{:?}: {seen:?}", fault(point));
            if let Point::ReplyBytes(count) = point {
                assert!(seen.head().starts_with("HTTP/1.1 200 OK\r\n") && seen.length() > 100);
                assert_eq!(seen.body()[count..].strip_suffix(expected), Some(&b""[..]), "{seen:?}");
            } else {
                assert_eq!(seen.bytes, expected);
            }
        }
    }

    secure.server.add_fault(at_upload(Fault::malformed_chunk(ReplyPoint::Bytes(7))));
    let seen = secure.announce("chunk", 0, End::Closed).await.0;
    assert!(seen.bytes.ends_with(b"\r\nno-length\r\n") && seen.end == End::Closed, "{seen:?}");

    secure.server.clear_faults();
    let (seen, done) = secure.announce("healthy", 0, End::Closed).await;
    assert!(seen.head().starts_with("HTTP/1.1 200 OK\r\n") && done && seen.length() == seen.body().len());
}
