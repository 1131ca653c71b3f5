//! Sends requests to the control routes (`/_mock`) of a mock server, in this process or in another.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use http::{
    Request, Response,
    header::{AUTHORIZATION, CONTENT_TYPE, HOST},
    request::Builder,
};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};
use tokio_rustls::{
    TlsConnector,
    rustls::{
        ClientConfig, RootCertStore,
        crypto::ring,
        pki_types::{CertificateDer, ServerName, pem::PemObject as _},
    },
};

use crate::{Failure, arguments::MockUrl};

/// Time limit for a response.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

/// Maximum size of a response, in bytes.
const MOST: usize = 256 << 20;

/// A running mock server.
pub(crate) struct Mock {
    pub(crate) url: MockUrl,
    /// File with root certificates, for HTTPS.
    pub(crate) bundle: Option<PathBuf>,
    /// Admin token, if the control routes need one.
    pub(crate) token: Option<String>,
}

impl Mock {
    /// Sends a GET request for a path with its query.
    pub(crate) async fn get(&self, path: &str) -> Result<Response<Bytes>, Failure> {
        self.send(Request::get(path), Bytes::new()).await
    }

    /// Sends a POST request with JSON to a path.
    pub(crate) async fn post(&self, path: &str, body: Bytes) -> Result<Response<Bytes>, Failure> {
        self.send(Request::post(path).header(CONTENT_TYPE, "application/json"), body).await
    }

    async fn send(&self, request: Builder, body: Bytes) -> Result<Response<Bytes>, Failure> {
        let stream = TcpStream::connect((self.url.host.as_str(), self.url.port)).await?;
        let Some(bundle) = self.bundle.as_ref().filter(|_| self.url.is_https) else {
            return self.talk(stream, request, body).await;
        };
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_root_certificates(roots(bundle)?)
            .with_no_client_auth();
        let name = ServerName::try_from(self.url.host.clone()).map_err(io::Error::other)?;
        let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await;
        let distrust =
            |error| format!("{error}; `--ca-dir` must be the folder that the mock was started with");
        self.talk(stream.map_err(|error| Failure::Other(distrust(error)))?, request, body).await
    }

    async fn talk(
        &self,
        stream: impl AsyncRead + AsyncWrite + Unpin,
        request: Builder,
        body: Bytes,
    ) -> Result<Response<Bytes>, Failure> {
        let (mut sender, connection) =
            http1::handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
        let host = self.url.origin.split_once("://").map_or("", |(_, host)| host);
        let mut request = request.header(HOST, host);
        if let Some(token) = &self.token {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        let request = request.body(Full::new(body)).map_err(io::Error::other)?;
        let response = async {
            let (head, body) = sender.send_request(request).await.map_err(io::Error::other)?.into_parts();
            let body = Limited::new(body, MOST).collect().await.map_err(io::Error::other)?;
            Ok(Response::from_parts(head, body.to_bytes()))
        };
        tokio::pin!(response);
        tokio::select! {
            response = &mut response => response,
            _ = connection => response.await, // the connection may end together with the response
        }
    }
}

/// Returns the root certificates to trust: those in the file and those of the system, because the mock server may be behind a
/// proxy.
fn roots(bundle: &Path) -> Result<RootCertStore, Failure> {
    let bundle = CertificateDer::pem_file_iter(bundle).map_err(io::Error::other)?;
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(bundle.filter_map(Result::ok));
    Ok(roots)
}
