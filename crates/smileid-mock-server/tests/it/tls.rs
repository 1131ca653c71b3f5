//! Tests HTTPS with the local certificate authority.
#![expect(clippy::disallowed_methods, reason = "the authority's files, seen from outside")]

use std::{collections::BTreeSet, fs, net::Ipv4Addr, path::Path, sync::Arc, thread, time::Duration};

use p12_keystore::{KeyStore, KeyStoreEntry, Pkcs12ImportPolicy};
use rcgen::{CertificateParams, Issuer, KeyPair};
use smileid_mock_server::{Https, LocalCa, MockServer, Options};
use smileid_protocol::{
    auth::{AuthScheme as _, MaybeSignedReply, Unverified},
    callback::Callback,
    endpoint::Endpoint,
    timestamp::Timestamp,
    v1::upload,
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    time::timeout,
};
use tokio_rustls::{
    TlsAcceptor, TlsConnector,
    rustls::{
        CertificateError, ClientConfig, Error, RootCertStore, ServerConfig,
        client::{WebPkiServerVerifier, danger::ServerCertVerifier as _},
        crypto::{CryptoProvider, ring},
        pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime, pem::PemObject as _},
    },
};
use x509_parser::{extensions::GeneralName, parse_x509_certificate};

use crate::{
    receivers::look_up,
    support::{joined, ready, registration},
};

fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

fn certificate(path: impl AsRef<Path>) -> CertificateDer<'static> {
    let mut all = CertificateDer::pem_file_iter(path).unwrap().map(Result::unwrap);
    let first = all.next().expect("a certificate");
    assert!(all.next().is_none(), "and no other");
    first
}

fn trusting(ca: &Path) -> Arc<RootCertStore> {
    let mut roots = RootCertStore::empty();
    roots.add(certificate(ca)).unwrap();
    Arc::new(roots)
}

/// Returns true if a client that trusts only `ca` accepts the certificate `leaf` for `name`.
fn verified(leaf: &CertificateDer<'_>, name: &str, ca: &Path) -> Result<(), Error> {
    let verifier = WebPkiServerVerifier::builder_with_provider(trusting(ca), provider()).build().unwrap();
    let name = ServerName::try_from(name).unwrap();
    verifier.verify_server_cert(leaf, &[], &name, &[], UnixTime::now()).map(drop)
}

/// Returns a certificate that an attacker with the authority's key could sign.
fn forged(ca: &LocalCa, name: &str) -> CertificateDer<'static> {
    let folder = ca.ca_pem();
    let key = fs::read_to_string(folder.with_file_name("ca.key")).unwrap();
    let pem = fs::read_to_string(ca.ca_pem()).unwrap();
    let issuer = Issuer::from_ca_cert_pem(&pem, KeyPair::from_pem(&key).unwrap()).unwrap();
    let parameters = CertificateParams::new([name.to_owned()]).unwrap();
    parameters.signed_by(&KeyPair::generate().unwrap(), &issuer).unwrap().der().clone()
}

/// Starts a mock server that listens only for HTTPS.
async fn https(folder: &TempDir) -> MockServer {
    let mut options = Options::new().unwrap();
    options.http = None;
    options.https = Some(Https::new(folder.path()));
    MockServer::start_with(options).await.unwrap()
}

/// Sends bytes over TLS, trusting only `ca`, and reads the response to its end.
async fn talk(server: &MockServer, ca: &Path, request: &[u8]) -> String {
    let mut config = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(trusting(ca))
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let address = server.https_url().unwrap().strip_prefix("https://").unwrap();
    let stream = TcpStream::connect(address).await.unwrap();
    let name = ServerName::try_from("127.0.0.1").unwrap();
    let mut stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"http/1.1"[..]));
    stream.write_all(request).await.unwrap();
    let mut answer = Vec::new();
    let read = timeout(Duration::from_secs(10), stream.read_to_end(&mut answer)).await;
    let _ = read.expect("an answer in time");
    String::from_utf8(answer).unwrap()
}

/// Returns the upload request of a job at the mock server.
fn announcement(server: &MockServer, callback: Option<&str>) -> Vec<u8> {
    let message = ready(registration("leo", "job")).upload_request(None);
    let proof =
        <upload::Request as Endpoint>::Auth::prove(server.credentials(), &Timestamp::from_utc_millis(0));
    let request = message.encode(&server.base_url().parse().unwrap(), &proof).unwrap();
    let mut body: serde_json::Value = serde_json::from_slice(request.body()).unwrap();
    if let Some(callback) = callback {
        body["callback_url"] = callback.into();
    }
    let body = body.to_string();
    let host = server.https_url().unwrap().strip_prefix("https://").unwrap();
    let head = format!(
        "POST /v1/upload HTTP/1.1\r\nHost: {host}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    [head.into_bytes(), body.into_bytes()].concat()
}

fn reply(answer: &str) -> upload::Response {
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
}

#[test]
fn the_authority_is_for_loopback_names_and_says_so() {
    let folder = TempDir::new().unwrap();
    let ca = LocalCa::open(folder.path().join("new/ca"), &[]).unwrap();
    let der = certificate(ca.ca_pem());
    let (_, certificate) = parse_x509_certificate(&der).unwrap();

    let constraints = certificate.name_constraints().unwrap().expect("name constraints");
    assert!(constraints.critical);
    assert!(constraints.value.excluded_subtrees.is_none());
    let permitted = constraints.value.permitted_subtrees.as_ref().unwrap().iter().map(|it| &it.base);
    let loopback_6 = [[0; 15].as_slice(), &[1], &[255; 16]].concat();
    assert_eq!(
        permitted.collect::<Vec<_>>(),
        [
            &GeneralName::DNSName("localhost"),
            &GeneralName::IPAddress(&[127, 0, 0, 0, 255, 0, 0, 0]),
            &GeneralName::IPAddress(&loopback_6),
        ]
    );
    let basic = certificate.basic_constraints().unwrap().unwrap();
    assert!(basic.critical && basic.value.ca && basic.value.path_len_constraint == Some(0));
    let usage = certificate.key_usage().unwrap().unwrap();
    assert!(usage.critical && usage.value.key_cert_sign() && usage.value.flags.is_power_of_two());
    let life = certificate.validity().time_to_expiration().unwrap().whole_days();
    assert!((365..=5 * 365).contains(&life), "{life} days");
}

#[cfg(unix)]
#[test]
fn keys_are_their_owners() {
    use std::os::unix::fs::PermissionsExt as _;

    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let folder = TempDir::new().unwrap();
    let folder = folder.path().join("ca");
    let ca = LocalCa::open(&folder, &[]).unwrap();
    let key = folder.join("ca.key");
    assert_eq!(mode(&folder), 0o700);
    for secret in [&key, &ca.receiver_key()] {
        assert_eq!(mode(secret), 0o600, "{}", secret.display());
    }
    for public in [ca.ca_pem(), ca.bundle_pem(), ca.truststore(), ca.receiver_pem()] {
        assert_eq!(mode(&public) & 0o600, 0o600, "{}", public.display());
    }
    // As a copy without its modes has it.
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    LocalCa::open(&folder, &[]).unwrap();
    assert_eq!(mode(&key), 0o600);
}

#[test]
fn whoever_has_the_key_can_pass_for_nobody_else() {
    let folder = TempDir::new().unwrap();
    let ca = LocalCa::open(folder.path(), &[]).unwrap();
    for name in ["localhost", "api.localhost", "127.0.0.1", "127.9.9.9", "::1"] {
        assert_eq!(verified(&forged(&ca, name), name, &ca.ca_pem()), Ok(()), "{name}");
    }
    for name in ["example.com", "notlocalhost", "localhost.example.com", "10.0.0.1", "128.0.0.1", "::2"] {
        let error = verified(&forged(&ca, name), name, &ca.ca_pem()).unwrap_err();
        assert!(format!("{error:?}").contains("NameConstraintViolation"), "{name}: {error:?}");
    }
}

#[test]
fn names_asked_for_are_added_and_stay() {
    let folder = TempDir::new().unwrap();
    let before = LocalCa::open(folder.path(), &[]).unwrap();
    let receiver = certificate(before.receiver_pem());
    let name = "host.docker.internal";
    assert!(verified(&receiver, name, &before.ca_pem()).is_err());

    let asked = ["host.docker.internal", "192.168.7.7", "localhost"].map(|name| name.parse().unwrap());
    let ca = LocalCa::open(folder.path(), &asked).unwrap();
    assert_eq!(verified(&receiver, "localhost", &ca.ca_pem()), Ok(()), "what runs is trusted as before");
    let receiver = certificate(ca.receiver_pem());
    for name in ["host.docker.internal", "192.168.7.7", "localhost", "127.0.0.1", "::1"] {
        assert_eq!(verified(&receiver, name, &ca.ca_pem()), Ok(()), "{name}");
    }
    for name in ["docker.internal", "192.168.7.8", "example.com"] {
        assert!(verified(&forged(&ca, name), name, &ca.ca_pem()).is_err(), "{name}");
    }

    let files =
        || ["ca.pem", "ca.key", "receiver.pem"].map(|name| fs::read(folder.path().join(name)).unwrap());
    let kept = files();
    for fewer in [&asked[..0], &asked[..1], &asked] {
        LocalCa::open(folder.path(), fewer).unwrap();
        assert_eq!(files(), kept, "{fewer:?}");
    }
}

#[test]
fn starts_at_once_make_one_authority() {
    let folder = TempDir::new().unwrap();
    let start = std::sync::Barrier::new(8);
    let authorities: BTreeSet<_> = thread::scope(|scope| {
        let opened: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    start.wait();
                    let ca = LocalCa::open(folder.path(), &[]).unwrap();
                    let receiver = certificate(ca.receiver_pem());
                    assert_eq!(verified(&receiver, "localhost", &ca.ca_pem()), Ok(()));
                    fs::read(ca.ca_pem()).unwrap()
                })
            })
            .collect();
        opened.into_iter().map(|it| it.join().unwrap()).collect()
    });
    assert_eq!(authorities.len(), 1);
}

#[test]
fn bundles_have_the_systems_roots_and_ours() {
    let folder = TempDir::new().unwrap();
    let ca = LocalCa::open(folder.path(), &[]).unwrap();
    let ours = certificate(ca.ca_pem());
    let bundle: Vec<_> =
        CertificateDer::pem_file_iter(ca.bundle_pem()).unwrap().map(Result::unwrap).collect();
    let system = rustls_native_certs::load_native_certs().certs;
    assert_eq!(bundle.len(), system.len() + 1);
    assert_eq!(bundle.last(), Some(&ours));

    let truststore = fs::read(ca.truststore()).unwrap();
    let store =
        KeyStore::from_pkcs12(&truststore, ca.truststore_password(), Pkcs12ImportPolicy::Strict).unwrap();
    let mut trusted = store.entries().filter_map(|(_, entry)| match entry {
        KeyStoreEntry::Certificate(certificate) => Some(certificate.as_der()),
        _ => None,
    });
    assert!(trusted.any(|der| der == ours.as_ref()));
    assert_eq!(store.entries_len(), bundle.len());

    let php = fs::read_to_string(ca.php_folder().join("smileid-mock.ini")).unwrap();
    let bundle = ca.bundle_pem();
    assert!(php.contains(&format!("curl.cainfo=\"{}\"", bundle.display())), "{php}");
}

#[tokio::test]
async fn a_client_that_trusts_the_authority_gets_https_links() {
    let folder = TempDir::new().unwrap();
    let server = https(&folder).await;
    assert_eq!((server.http_url(), server.https_url()), (None, Some(server.base_url())));
    let ca = server.ca().unwrap().ca_pem();

    let answer = talk(&server, &ca, &announcement(&server, None)).await;
    let link = reply(&answer).upload_url;
    assert!(link.starts_with(&format!("{}/", server.base_url())), "{link}");
    assert!(server.base_url().starts_with("https://127.0.0.1:"));

    // Another start has a certificate of its own, under the same authority.
    let second = https(&folder).await;
    let health = b"GET /_mock/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    for server in [&server, &second] {
        assert!(talk(server, &ca, health).await.starts_with("HTTP/1.1 200"));
    }
}

#[tokio::test]
async fn one_mock_serves_both() {
    let folder = TempDir::new().unwrap();
    let mut options = Options::new().unwrap();
    let mut https = Https::new(folder.path());
    https.address = (Ipv4Addr::new(127, 0, 0, 2), 0).into();
    options.https = Some(https);
    let server = MockServer::start_with(options).await.unwrap();
    assert_eq!(server.http_url(), Some(server.base_url()));
    let ca = server.ca().unwrap().ca_pem();
    let health = b"GET /_mock/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    assert!(talk(&server, &ca, health).await.ends_with(r#"{"status":"ok"}"#));

    let plain = server.http_url().unwrap().strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(plain).await.unwrap();
    stream.write_all(health).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.ends_with(r#"{"status":"ok"}"#), "{answer}");
}

#[tokio::test]
async fn a_mock_that_listens_nowhere_does_not_start() {
    let mut options = Options::new().unwrap();
    options.http = None;
    let error = MockServer::start_with(options).await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
}

#[tokio::test]
async fn an_https_receiver_gets_its_callback() {
    let folder = TempDir::new().unwrap();
    let server = https(&folder).await;
    let ca = server.ca().unwrap();
    let (listener, acceptor) = receiver(ca).await;
    let callback = format!("https://localhost:{}/hook", listener.local_addr().unwrap().port());

    let job = ready(registration("leo", "job"));
    let request = job.upload_request(None);
    let reply = reply(&talk(&server, &ca.ca_pem(), &announcement(&server, Some(&callback))).await);
    let seal =
        <upload::Request as Endpoint>::Auth::prove(server.credentials(), &Timestamp::from_utc_millis(0));
    let archive = joined(&job.archive(&request, &seal, &reply).unwrap());
    let path = reply.upload_url.strip_prefix(server.base_url()).unwrap();
    let head = format!(
        "PUT {path} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/zip\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        server.base_url().strip_prefix("https://").unwrap(),
        archive.len()
    );
    let put = [head.as_bytes(), &archive].concat();
    assert!(talk(&server, &ca.ca_pem(), &put).await.starts_with("HTTP/1.1 200"));

    let callback = received(listener, acceptor).await;
    callback.verify(server.credentials()).expect("signed by the partner's key");
}

#[tokio::test]
async fn an_https_receiver_is_trusted_by_a_mock_without_https() {
    let folder = TempDir::new().unwrap();
    let mut options = Options::new().unwrap();
    options.receivers_ca = Some(folder.path().to_owned());
    let server = MockServer::start_with(options).await.unwrap();
    assert!(server.ca().is_none() && server.https_url().is_none());
    let (listener, acceptor) = receiver(&LocalCa::open(folder.path(), &[]).unwrap()).await;
    look_up(&server, &format!("https://{}/hook", listener.local_addr().unwrap())).await;
    let callback = received(listener, acceptor).await;
    callback.verify(server.credentials()).expect("signed by the partner's key");
}

/// Starts a server with the certificate for callback receivers.
async fn receiver(ca: &LocalCa) -> (TcpListener, TlsAcceptor) {
    let key = PrivateKeyDer::from_pem_file(ca.receiver_key()).unwrap();
    let config = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate(ca.receiver_pem())], key)
        .unwrap();
    (TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap(), TlsAcceptor::from(Arc::new(config)))
}

/// Returns the first callback that comes.
async fn received(listener: TcpListener, acceptor: TlsAcceptor) -> Unverified<Callback, MaybeSignedReply> {
    let received = async {
        let (stream, _) = listener.accept().await.unwrap();
        let mut stream = acceptor.accept(stream).await.expect("the mock trusts us");
        let mut request = Vec::new();
        loop {
            stream.read_buf(&mut request).await.unwrap();
            let text = String::from_utf8_lossy(&request);
            if let Some((_, body)) = text.split_once("\r\n\r\n")
                && let Ok(callback) = Callback::read(body.as_bytes())
            {
                stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await.unwrap();
                assert!(text.starts_with("POST /hook HTTP/1.1\r\n"), "{text}");
                return callback;
            }
        }
    };
    timeout(Duration::from_secs(10), received).await.expect("a callback in time")
}

#[tokio::test]
async fn a_client_that_does_not_know_the_authority_refuses() {
    let folder = TempDir::new().unwrap();
    let server = https(&folder).await;
    let stranger = TempDir::new().unwrap();
    let stranger = LocalCa::open(stranger.path(), &[]).unwrap();
    let error = verified(&certificate(server.ca().unwrap().receiver_pem()), "localhost", &stranger.ca_pem());
    assert!(
        matches!(
            error,
            Err(Error::InvalidCertificate(CertificateError::BadSignature | CertificateError::UnknownIssuer))
        ),
        "{error:?}"
    );
}
