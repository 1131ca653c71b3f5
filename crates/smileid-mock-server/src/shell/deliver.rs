//! Delivers callbacks over HTTP when they are due, to allowed receivers, with retries.

mod receivers;

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use http::{
    HeaderValue, Request, Uri,
    header::{CONTENT_LENGTH, CONTENT_TYPE, HOST, USER_AGENT},
};
use http_body_util::{BodyExt as _, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use smileid_protocol::{auth::PartnerId, mock_clock};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpStream, lookup_host},
    sync::{Notify, Semaphore},
    task::JoinSet,
    time::{Instant, sleep, timeout},
};

pub use self::receivers::{NoReceivers, Receivers};

use super::{now, paced::Paced, tls::Connector};
use crate::{
    engine::{Advance, ClockAdvance},
    model::utc_millis::UtcMillis,
    service::Service,
    state::callbacks::{Outgoing, Received},
};

/// Time limit for receivers while the clock of a partner is moved. It is short, because the caller waits. After each timeout it
/// is halved, until a receiver responds.
const MOVING_PATIENCE: Duration = Duration::from_millis(300);
/// Minimum of the halved time limit for receivers.
const LEAST_PATIENCE: Duration = Duration::from_millis(20);
/// Maximum number of bytes of a response that are read, so that the receiver can finish sending it.
const ANSWER_BYTES: usize = 64 << 10;
/// Maximum number of concurrent callbacks.
const AT_ONCE: usize = 64;

/// Sends callbacks that are due, and moves clocks.
pub(crate) struct Deliverer {
    service: Arc<Service>,
    receivers: Receivers,
    tls: Connector,
    room: Arc<Semaphore>,
    /// Notified when the next event may be earlier than known.
    changed: Arc<Notify>,
    /// Notified when a callback has a result.
    sent: Notify,
    /// Notified when a partner may have been reset.
    stirred: Notify,
    /// Notified when a clock change has waited long enough for earlier callbacks.
    impatient: Notify,
}

impl Deliverer {
    /// Creates a deliverer. The service notifies it when the next event may have changed.
    pub(crate) fn new(service: Arc<Service>, receivers: Receivers, tls: Connector) -> Arc<Self> {
        let changed = Arc::new(Notify::new());
        let notified = Arc::clone(&changed);
        service.on_change(move || notified.notify_one());
        let room = Arc::new(Semaphore::new(AT_ONCE));
        let [sent, stirred, impatient] = [(); 3].map(|()| Notify::new());
        Arc::new(Self { service, receivers, tls, room, changed, sent, stirred, impatient })
    }

    pub(crate) fn service(&self) -> &Arc<Service> {
        &self.service
    }

    /// Sends callbacks when they are due. Never ends.
    pub(crate) async fn run(self: Arc<Self>) {
        loop {
            self.stirred.notify_waiters();
            // Only as many callbacks are taken as there are permits, because callbacks in delivery use memory.
            let free = self.room.available_permits();
            let permits = u32::try_from(free)
                .ok()
                .and_then(|free| Arc::clone(&self.room).try_acquire_many_owned(free).ok());
            let mut permits = permits.filter(|permits| permits.num_permits() > 0);
            for callback in permits.as_ref().map_or_else(Vec::new, |_| self.service.take_some(free, now())) {
                let permit = permits.as_mut().and_then(|permits| permits.split(1));
                let deliverer = Arc::clone(&self);
                tokio::spawn(async move {
                    deliverer.send(callback).await;
                    drop(permit);
                });
            }
            drop(permits);
            let next = self.service.next_event(now());
            tokio::select! {
                () = self.changed.notified() => {}
                () = until(next), if self.room.available_permits() > 0 => {}
            }
        }
    }

    /// Moves the clock of a partner, and sends the callbacks that become due. Callbacks of the same time are sent concurrently,
    /// and later ones only after their results. Continues to the end even if the caller does not wait any more.
    pub(crate) async fn advance(self: &Arc<Self>, clock_advance: ClockAdvance) {
        let deliverer = Arc::clone(self);
        let stepping = tokio::spawn(async move {
            let mut due = Vec::new();
            let mut patience = MOVING_PATIENCE;
            loop {
                let sent = deliverer.sent.notified();
                match deliverer.service.advance(&clock_advance, now()) {
                    Advance::Send(callback) => {
                        due.push(*callback);
                        if due.len() < AT_ONCE {
                            continue;
                        }
                    }
                    Advance::Wait if due.is_empty() => {
                        if timeout(patience, sent).await.is_err() {
                            deliverer.impatient.notify_waiters();
                            patience = halved(patience);
                        }
                        continue;
                    }
                    Advance::Wait => {}
                    Advance::Done => break,
                }
                patience = deliverer.send_together(std::mem::take(&mut due), patience).await;
            }
        });
        let _ = stepping.await; // fails only when the server ends
    }

    /// Sends callbacks while the clock of their partner is moved, and records their results in order. Returns the next time limit
    /// for receivers.
    async fn send_together(self: &Arc<Self>, due: Vec<Outgoing>, patience: Duration) -> Duration {
        let permits = u32::try_from(due.len()).unwrap_or(u32::MAX);
        let Ok(_permits) = self.room.acquire_many(permits).await else { return patience }; // closed when the server ends
        let mut posting = JoinSet::new();
        for (place, callback) in due.iter().cloned().enumerate() {
            let deliverer = Arc::clone(self);
            posting.spawn(async move {
                let posted = tokio::select! {
                    posted = deliverer.post(&callback) => posted,
                    () = deliverer.outrun(&callback) => Err(Unsent::NotAllowed("the partner was reset")),
                };
                (place, posted)
            });
        }
        let slowest = due.iter().filter_map(|callback| callback.slow).max().unwrap_or_default();
        let mut answers = BTreeMap::new();
        while let Ok(Some(Ok((place, posted)))) = timeout(patience + slowest, posting.join_next()).await {
            answers.insert(place, received(posted));
        }
        let next = if answers.is_empty() { halved(patience) } else { MOVING_PATIENCE };
        for (place, callback) in due.iter().enumerate() {
            let received = answers.remove(&place).unwrap_or_else(|| hurried(patience));
            self.service.callback_sent(callback, received, now());
        }
        self.sent.notify_waiters();
        next
    }

    async fn send(&self, callback: Outgoing) {
        let began = Instant::now();
        let received = tokio::select! {
            posted = self.post(&callback) => received(posted),
            () = sleep(callback.patience + callback.slow.unwrap_or_default()) => {
                Received::Nothing(format!("no response within {} seconds", callback.patience.as_secs()))
            }
            () = self.outrun(&callback) => return,
            () = self.hurry(&callback.partner_id), if callback.slow.is_none() => hurried(began.elapsed()),
        };
        self.service.callback_sent(&callback, received, now());
        self.sent.notify_waiters();
    }

    /// Completes when the partner of a callback is reset or removed. The callback is then aborted.
    async fn outrun(&self, callback: &Outgoing) {
        loop {
            let stirred = self.stirred.notified();
            if self.service.is_outrun(callback) {
                return;
            }
            stirred.await;
        }
    }

    /// Completes when a clock change has waited long enough for the callbacks of this partner.
    async fn hurry(&self, partner_id: &PartnerId) {
        loop {
            self.impatient.notified().await;
            if self.service.is_moved(partner_id) {
                return;
            }
        }
    }

    /// Sends a callback, and returns the HTTP status of the response. Redirects are not followed.
    async fn post(&self, callback: &Outgoing) -> Result<u16, Unsent> {
        let target = Target::read(&callback.url)?;
        let stream = self.connect(&target).await?;
        if !target.is_https {
            return talk(stream, &target, callback).await;
        }
        talk(self.tls.connect(&target.host, stream).await?, &target, callback).await
    }

    /// Connects to the first address of a receiver that is allowed and can be reached.
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

    /// Returns the addresses of a receiver. Host names of other machines are resolved only if such receivers are allowed, because
    /// resolving already contacts another machine.
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

fn received(posted: Result<u16, Unsent>) -> Received {
    match posted {
        Ok(status) => Received::Status(status),
        Err(Unsent::NotAllowed(why)) => Received::NotAllowed(why.to_owned()),
        Err(Unsent::Failed(why)) => Received::Nothing(why),
    }
}

/// Returns the result of a callback whose receiver did not respond in time while a clock was moved.
fn hurried(patience: Duration) -> Received {
    Received::Nothing(format!("no response within {} ms, while the clock was moved", patience.as_millis()))
}

fn halved(patience: Duration) -> Duration {
    (patience / 2).max(LEAST_PATIENCE)
}

/// Host name of this machine.
const LOCALHOST: &str = "localhost";

const ELSEWHERE: Unsent = Unsent::NotAllowed(
    "the receiver is not on this machine, and callbacks are only allowed to loopback addresses",
);

/// Error: the callback URL is invalid. A retry would not help.
pub(super) const NO_URL: Unsent =
    Unsent::NotAllowed("the callback URL is not an http or https URL with a host");

/// Reason why a callback has no response. It never contains the URL, which may contain secrets.
pub(super) enum Unsent {
    NotAllowed(&'static str),
    Failed(String),
}

impl Unsent {
    pub(super) fn failed(doing: &str, error: &dyn std::error::Error) -> Self {
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

/// Parsed callback URL.
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
        let port = match uri.authority()?.as_str().rsplit_once(host)?.1 {
            "" | ":" if is_https => 443,
            "" | ":" => 80,
            port => port.strip_prefix(':')?.parse().ok()?,
        };
        let host = host.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
        Some(Self { uri, host, port, is_https })
    }

    fn request(&self, callback: &Outgoing) -> Option<Request<Paced>> {
        let authority = self.uri.authority()?.as_str();
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let body = callback.body.clone();
        let body = match callback.slow {
            Some(time) => Paced::over(body, time),
            None => Paced::whole(body),
        };
        let query = self.uri.query().map(|query| format!("?{query}")).unwrap_or_default();
        let mut request = Request::post(format!("{}{query}", self.uri.path()));
        if let Some(now) = callback.mock_clock {
            request = request.header(mock_clock::HEADER, mock_clock::header(now.to_utc_millis()));
        }
        if let Some(headers) = request.headers_mut() {
            headers.extend(callback.headers.clone());
        }
        request
            .header(HOST, HeaderValue::from_str(host).ok()?)
            .header(CONTENT_TYPE, "application/json")
            .header(CONTENT_LENGTH, callback.body.len())
            .header(USER_AGENT, concat!("smileid-mock/", env!("CARGO_PKG_VERSION")))
            .body(body)
            .ok()
    }
}

/// Sends one request over a new connection, and reads the response.
async fn talk<S>(stream: S, target: &Target, callback: &Outgoing) -> Result<u16, Unsent>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let request = target.request(callback).ok_or(NO_URL)?;
    let broken = |error: hyper::Error| Unsent::failed("the request to the receiver", &error);
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(broken)?;
    let answer = async {
        let response = sender.send_request(request).await.map_err(broken)?;
        let status = response.status().as_u16();
        // The whole response is read, because a receiver may otherwise consider the callback undelivered.
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

/// Sleeps until the real time `moment`; forever, if there is none.
async fn until(moment: Option<UtcMillis>) {
    match moment {
        Some(moment) => {
            let millis = moment.to_utc_millis().saturating_sub(now().to_utc_millis());
            sleep(Duration::from_millis(u64::try_from(millis).unwrap_or(0))).await;
        }
        None => std::future::pending().await,
    }
}
