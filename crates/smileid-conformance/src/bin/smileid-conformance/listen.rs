//! A small HTTP server, on a thread of its own.

use std::{convert::Infallible, io, net::SocketAddr, sync::Arc, thread};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::{Request, Response, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpListener, runtime};

/// How large a request may be: callbacks have up to 1.5 MB.
const LARGEST: usize = 16 << 20;

/// Listens until the process ends, and says where. Who sends no whole request is told nothing but that.
pub(crate) fn listen(
    address: SocketAddr,
    answer: impl Fn(&Request<Bytes>) -> Response<Bytes> + Send + Sync + 'static,
) -> io::Result<SocketAddr> {
    let runtime = runtime::Builder::new_current_thread().enable_io().build()?;
    let listener = runtime.block_on(TcpListener::bind(address))?;
    let address = listener.local_addr()?;
    thread::spawn(move || runtime.block_on(serve(listener, Arc::new(answer))));
    Ok(address)
}

async fn serve<A>(listener: TcpListener, answer: Arc<A>)
where
    A: Fn(&Request<Bytes>) -> Response<Bytes> + Send + Sync + 'static,
{
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        let answer = Arc::clone(&answer);
        let service = service_fn(move |request| exchange(request, Arc::clone(&answer)));
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}

async fn exchange<A>(request: Request<Incoming>, answer: Arc<A>) -> Result<Response<Full<Bytes>>, Infallible>
where
    A: Fn(&Request<Bytes>) -> Response<Bytes>,
{
    let (head, body) = request.into_parts();
    let Ok(body) = Limited::new(body, LARGEST).collect().await else {
        let mut refused = Response::new(Full::default());
        *refused.status_mut() = http::StatusCode::BAD_REQUEST;
        return Ok(refused);
    };
    Ok(answer(&Request::from_parts(head, body.to_bytes())).map(Full::new))
}
