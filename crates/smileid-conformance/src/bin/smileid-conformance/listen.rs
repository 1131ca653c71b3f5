//! A small HTTP server on its own thread.

use std::{convert::Infallible, io, net::SocketAddr, sync::Arc, thread};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::{Request, Response, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpListener, runtime};

/// Maximum size of a request, in bytes. Callbacks have up to 1.5 MB.
const MAX_REQUEST: usize = 16 << 20;

/// Listens until the process ends, and returns the address. Incomplete requests get the response 400.
pub(crate) fn listen(
    address: SocketAddr,
    respond: impl Fn(&Request<Bytes>) -> Response<Bytes> + Send + Sync + 'static,
) -> io::Result<SocketAddr> {
    let runtime = runtime::Builder::new_current_thread().enable_io().build()?;
    let listener = runtime.block_on(TcpListener::bind(address))?;
    let address = listener.local_addr()?;
    thread::spawn(move || runtime.block_on(serve(listener, Arc::new(respond))));
    Ok(address)
}

async fn serve<A>(listener: TcpListener, respond: Arc<A>)
where
    A: Fn(&Request<Bytes>) -> Response<Bytes> + Send + Sync + 'static,
{
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        let respond = Arc::clone(&respond);
        let service = service_fn(move |request| exchange(request, Arc::clone(&respond)));
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}

async fn exchange<A>(request: Request<Incoming>, respond: Arc<A>) -> Result<Response<Full<Bytes>>, Infallible>
where
    A: Fn(&Request<Bytes>) -> Response<Bytes>,
{
    let (head, body) = request.into_parts();
    let Ok(body) = Limited::new(body, MAX_REQUEST).collect().await else {
        let mut refused = Response::new(Full::default());
        *refused.status_mut() = http::StatusCode::BAD_REQUEST;
        return Ok(refused);
    };
    Ok(respond(&Request::from_parts(head, body.to_bytes())).map(Full::new))
}
