//! Asking a mock whether it is ready.

use std::{
    io,
    process::ExitCode,
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::{Request, StatusCode, header::HOST};
use http_body_util::Empty;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::{sleep, timeout},
};
use tokio_rustls::{
    TlsConnector,
    rustls::{
        ClientConfig, RootCertStore,
        crypto::ring,
        pki_types::{CertificateDer, ServerName, pem::PemObject as _},
    },
};

use crate::{
    Failure,
    arguments::{MockUrl, Ready, Trust},
};

/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long to wait before asking again.
const PAUSE: Duration = Duration::from_millis(50);

#[expect(clippy::disallowed_methods, reason = "waits by the real time")]
pub(crate) async fn run(arguments: Ready) -> Result<ExitCode, Failure> {
    let Ready { url, wait, trust } = arguments;
    let asked = Instant::now();
    loop {
        let answer = timeout(PATIENCE, ask(&url, &trust)).await;
        let reason = match answer.unwrap_or_else(|_| Err(Failure::Other("it does not answer".to_owned()))) {
            Ok(()) => {
                println!("the mock at {} is ready", url.origin);
                return Ok(ExitCode::SUCCESS);
            }
            Err(Failure::Other(reason)) => reason,
            Err(usage) => return Err(usage),
        };
        let left = wait.saturating_sub(asked.elapsed());
        if left.is_zero() {
            return Err(Failure::Other(format!("no mock is ready at {}: {reason}", url.origin)));
        }
        sleep(PAUSE.min(left)).await;
    }
}

async fn ask(url: &MockUrl, trust: &Trust) -> Result<(), Failure> {
    let stream = TcpStream::connect((url.host.as_str(), url.port)).await?;
    if !url.is_https {
        return talk(stream, url).await;
    }
    // Read each time: its certificate may be made anew while somebody waits here.
    let roots = roots(trust)?;
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from(url.host.clone()).map_err(io::Error::other)?;
    let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await;
    let distrust = |error| format!("{error}; `--ca-dir` must be the folder that the mock was started with");
    talk(stream.map_err(|error| Failure::Other(distrust(error)))?, url).await
}

/// What the mock's clients trust: the system's roots, as it may be behind a server of somebody's own, and ours.
fn roots(trust: &Trust) -> Result<RootCertStore, Failure> {
    let bundle = CertificateDer::pem_file_iter(trust.open()?.bundle_pem()).map_err(io::Error::other)?;
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(bundle.filter_map(Result::ok));
    Ok(roots)
}

async fn talk(stream: impl AsyncRead + AsyncWrite + Unpin, url: &MockUrl) -> Result<(), Failure> {
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
    let host = url.origin.split_once("://").map_or("", |(_, host)| host);
    let request = Request::get("/_mock/ready").header(HOST, host).body(Empty::<Bytes>::new());
    let request = request.map_err(io::Error::other)?;
    let response = sender.send_request(request);
    tokio::pin!(response);
    let response = tokio::select! {
        response = &mut response => response,
        _ = connection => response.await, // it may have ended with the answer
    };
    match response.map_err(io::Error::other)?.status() {
        StatusCode::OK => Ok(()),
        status => Err(Failure::Other(format!("it answers {status}"))),
    }
}
