//! Callbacks over HTTP: when they are due, to whoever may be contacted, as often as it takes.

use std::{
    convert::Infallible,
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    pin::Pin,
    str::FromStr,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http::{
    HeaderValue, Request, Uri,
    header::{CONTENT_LENGTH, CONTENT_TYPE, HOST, USER_AGENT},
};
use http_body_util::{BodyExt as _, Limited};
use hyper::{
    body::{Body, Frame, SizeHint},
    client::conn::http1,
};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpStream, lookup_host},
    sync::{Notify, Semaphore},
    time::{Instant, Sleep, sleep, timeout},
};
use tokio_rustls::{
    TlsConnector,
    rustls::{
        self, ClientConfig, RootCertStore,
        pki_types::{CertificateDer, ServerName},
    },
};

use super::now;
use crate::{
    callbacks::{Outgoing, Received},
    millis::Millis,
    service::{Advance, Errand, Service},
};

/// How long a receiver has to answer, from the first packet to the last. Inferred: no source says.
const PATIENCE: Duration = Duration::from_secs(10);
/// How much of an answer is read, so that the receiver can finish it.
const ANSWER_BYTES: usize = 64 << 10;
/// How many callbacks are on their way at once.
const AT_ONCE: usize = 64;
/// In how many pieces a slow body comes.
const PIECES: usize = 10;

/// Whom callbacks may be sent to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Receivers {
    /// Those on this machine: its loopback addresses, and the names that end in `localhost`. No other is looked up.
    #[default]
    Loopback,
    /// Everybody.
    Any,
    /// Nobody.
    Off,
}

impl FromStr for Receivers {
    type Err = NoReceivers;

    fn from_str(text: &str) -> Result<Self, NoReceivers> {
        match text {
            "loopback" => Ok(Self::Loopback),
            "any" => Ok(Self::Any),
            "off" => Ok(Self::Off),
            _ => Err(NoReceivers),
        }
    }
}

impl fmt::Display for Receivers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Loopback => "loopback",
            Self::Any => "any",
            Self::Off => "off",
        })
    }
}

/// A text is not one of [`Receivers`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a choice of receivers: use `loopback`, `any` or `off`")]
#[non_exhaustive]
pub struct NoReceivers;

/// TLS as a client who trusts these authorities and no others.
pub(crate) fn trusting(authorities: impl IntoIterator<Item = CertificateDer<'static>>) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(authorities);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring has the default versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    TlsConnector::from(Arc::new(config))
}

/// Sends callbacks, and moves clocks.
pub(crate) struct Deliverer {
    service: Arc<Service>,
    receivers: Receivers,
    tls: TlsConnector,
    room: Semaphore,
    /// Something may be due earlier than was thought.
    changed: Arc<Notify>,
    /// A callback has come to something.
    sent: Notify,
}

impl Deliverer {
    /// Is told by the service from now on when something may be due.
    pub(crate) fn new(service: Arc<Service>, receivers: Receivers, tls: TlsConnector) -> Arc<Self> {
        let changed = Arc::new(Notify::new());
        let notified = Arc::clone(&changed);
        service.on_change(move || notified.notify_one());
        let (room, sent) = (Semaphore::new(AT_ONCE), Notify::new());
        Arc::new(Self { service, receivers, tls, room, changed, sent })
    }

    pub(crate) fn service(&self) -> &Arc<Service> {
        &self.service
    }

    /// Sends what is due, for ever.
    pub(crate) async fn run(self: Arc<Self>) {
        loop {
            for callback in self.service.take_callbacks(now()) {
                let deliverer = Arc::clone(&self);
                tokio::spawn(async move { deliverer.send(callback).await });
            }
            let next = self.service.next_event(now());
            tokio::select! {
                () = self.changed.notified() => {}
                () = until(next) => {}
            }
        }
    }

    /// Moves a partner's clock, and sends what falls due on the way, one after the other. Goes on to the end even if
    /// nobody waits for it any more.
    pub(crate) async fn advance(self: &Arc<Self>, errand: Errand) {
        let deliverer = Arc::clone(self);
        let stepping = tokio::spawn(async move {
            loop {
                let sent = deliverer.sent.notified();
                match deliverer.service.advance(&errand.partner_id, errand.until, now()) {
                    Advance::Send(callback) => deliverer.send(callback).await,
                    Advance::Wait => sent.await,
                    Advance::Done => break,
                }
            }
        });
        let _ = stepping.await; // it cannot panic, and nobody stops it but the end of the server
    }

    async fn send(&self, callback: Outgoing) {
        let received = match self.room.acquire().await {
            Ok(_permit) => {
                match timeout(PATIENCE + callback.slow.unwrap_or_default(), self.post(&callback)).await {
                    Ok(Ok(status)) => Received::Status(status),
                    Ok(Err(Unsent::NotAllowed(why))) => Received::NotAllowed(why.to_owned()),
                    Ok(Err(Unsent::Failed(why))) => Received::Nothing(why),
                    Err(_) => Received::Nothing(format!("no answer within {} seconds", PATIENCE.as_secs())),
                }
            }
            Err(_) => return, // the server ends
        };
        self.service.callback_sent(&callback, received, now());
        self.sent.notify_waiters();
    }

    /// Sends a callback, and says with which status it was answered. What the answer leads to is not followed.
    async fn post(&self, callback: &Outgoing) -> Result<u16, Unsent> {
        let target = Target::read(&callback.url)?;
        let stream = self.connect(&target).await?;
        if !target.is_https {
            return talk(stream, &target, callback).await;
        }
        let name = ServerName::try_from(target.host.clone()).map_err(|_| NO_URL)?;
        let stream =
            self.tls.connect(name, stream).await.map_err(|error| Unsent::failed("the handshake", &error))?;
        talk(stream, &target, callback).await
    }

    /// Connects to the first of a receiver's addresses that may be contacted and can be reached.
    async fn connect(&self, target: &Target) -> Result<TcpStream, Unsent> {
        if self.receivers == Receivers::Off {
            return Err(Unsent::NotAllowed("callbacks are off"));
        }
        let addresses = self.look_up(target).await?;
        let mut last = ELSEWHERE;
        for address in addresses.into_iter().filter(|address| self.may_contact(*address)) {
            match TcpStream::connect(address).await {
                Ok(stream) => return Ok(stream),
                Err(error) => last = Unsent::failed("connecting", &error),
            }
        }
        Err(last)
    }

    /// A receiver's addresses. Nobody is asked for those of other machines when they may not be contacted: to look a
    /// name up is to contact somebody.
    async fn look_up(&self, target: &Target) -> Result<Vec<SocketAddr>, Unsent> {
        let (host, port) = (target.host.as_str(), target.port);
        if host == LOCALHOST || host.ends_with(".localhost") {
            let addresses = [IpAddr::from(Ipv4Addr::LOCALHOST), IpAddr::from(Ipv6Addr::LOCALHOST)];
            return Ok(addresses.map(|address| SocketAddr::new(address, port)).to_vec());
        }
        if let Ok(address) = host.parse() {
            return Ok(vec![SocketAddr::new(address, port)]);
        }
        if self.receivers != Receivers::Any {
            return Err(ELSEWHERE);
        }
        let addresses = lookup_host((host, port)).await;
        addresses.map(Iterator::collect).map_err(|error| Unsent::failed("looking up the host", &error))
    }

    fn may_contact(&self, address: SocketAddr) -> bool {
        match self.receivers {
            Receivers::Loopback => address.ip().to_canonical().is_loopback(),
            Receivers::Any => true,
            Receivers::Off => false,
        }
    }
}

/// The name of this machine for itself.
const LOCALHOST: &str = "localhost";

const ELSEWHERE: Unsent =
    Unsent::NotAllowed("it is not on this machine by its address, and callbacks go to loopback only");

/// A partner's callback URL is none, and will be none tomorrow.
const NO_URL: Unsent = Unsent::NotAllowed("its callback URL is no http or https URL with a host");

/// Why a callback was not answered. Nothing here has the address, which may hold a partner's secrets.
enum Unsent {
    NotAllowed(&'static str),
    Failed(String),
}

impl Unsent {
    fn failed(doing: &str, error: &dyn std::error::Error) -> Self {
        let mut text = format!("{doing} failed: {error}");
        let mut source = error.source();
        while let Some(error) = source {
            text.push_str(": ");
            text.push_str(&error.to_string());
            source = error.source();
        }
        Self::Failed(text)
    }
}

/// Where a callback goes.
struct Target {
    uri: Uri,
    host: String,
    port: u16,
    is_https: bool,
}

impl Target {
    fn read(url: &str) -> Result<Self, Unsent> {
        Self::parse(url.trim()).ok_or(NO_URL)
    }

    fn parse(url: &str) -> Option<Self> {
        let uri: Uri = url.parse().ok()?;
        let is_https = match uri.scheme_str()? {
            "http" => false,
            "https" => true,
            _ => return None,
        };
        let host = uri.host().filter(|host| !host.is_empty())?;
        let host = host.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
        let port = uri.port_u16().unwrap_or(if is_https { 443 } else { 80 });
        Some(Self { uri, host, port, is_https })
    }

    fn request(&self, callback: &Outgoing) -> Option<Request<Trickle>> {
        let authority = self.uri.authority()?.as_str();
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        Request::post(self.uri.path_and_query().map_or("/", |it| it.as_str()))
            .header(HOST, HeaderValue::from_str(host).ok()?)
            .header(CONTENT_TYPE, "application/json")
            .header(CONTENT_LENGTH, callback.body.len())
            .header(USER_AGENT, concat!("smileid-mock/", env!("CARGO_PKG_VERSION")))
            .body(Trickle::new(callback.body.clone(), callback.slow))
            .ok()
    }
}

/// One request and its answer on a connection of their own.
async fn talk<S>(stream: S, target: &Target, callback: &Outgoing) -> Result<u16, Unsent>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let request = target.request(callback).ok_or(NO_URL)?;
    let broken = |error: hyper::Error| Unsent::failed("talking to the receiver", &error);
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(broken)?;
    let answer = async {
        let response = sender.send_request(request).await.map_err(broken)?;
        let status = response.status().as_u16();
        // A receiver that is cut off while it answers may take the callback for undelivered.
        let _ = Limited::new(response.into_body(), ANSWER_BYTES).collect().await;
        Ok(status)
    };
    tokio::pin!(answer);
    tokio::select! {
        biased;
        answer = &mut answer => answer,
        _ = connection => answer.await,
    }
}

/// A body that comes at once, or in pieces over some time.
struct Trickle {
    rest: Bytes,
    piece: usize,
    pause: Duration,
    sleep: Pin<Box<Sleep>>,
}

impl Trickle {
    fn new(body: Bytes, slow: Option<Duration>) -> Self {
        let pieces = if slow.is_some() { PIECES } else { 1 };
        let pause = slow.unwrap_or_default() / u32::try_from(pieces).unwrap_or(1);
        Self { piece: body.len().div_ceil(pieces).max(1), rest: body, pause, sleep: Box::pin(sleep(pause)) }
    }
}

impl Body for Trickle {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.rest.is_empty() {
            return Poll::Ready(None);
        }
        if !self.pause.is_zero() {
            std::task::ready!(self.sleep.as_mut().poll(context));
            let next = Instant::now() + self.pause;
            self.sleep.as_mut().reset(next);
        }
        let length = self.piece.min(self.rest.len());
        Poll::Ready(Some(Ok(Frame::data(self.rest.split_to(length)))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest.len() as u64)
    }
}

/// Sleeps until the world's clock says `moment`; for ever, when there is none.
async fn until(moment: Option<Millis>) {
    match moment {
        Some(moment) => {
            let millis = moment.utc().saturating_sub(now().utc());
            sleep(Duration::from_millis(u64::try_from(millis).unwrap_or(0))).await;
        }
        None => std::future::pending().await,
    }
}
