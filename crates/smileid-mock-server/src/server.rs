//! The mock as a server inside the process.

use std::{
    fmt, io,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    thread,
    time::Duration,
};

use smileid_protocol::auth::{Credentials, PartnerId};
use tokio::{runtime::Handle, sync::oneshot};

use crate::{
    config::Config,
    service::{Service, Until},
    shell::{
        deliver::{Deliverer, Receivers, trusting},
        listen::Listener,
        now,
    },
};

/// A mock that listens, until it is dropped.
///
/// It runs on a thread of its own, so it serves blocking code and any runtime alike, and outlives the runtime it was
/// started in. Dropping it breaks off what it is answering and returns when its port is free.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// use smileid_mock_server::MockServer;
///
/// let server = MockServer::start().await?;
/// let key = server.credentials().api_key().expose(); // a mock's key is no secret
/// assert_eq!(key, "mock-api-key-0000");
/// # Ok(())
/// # }
/// ```
pub struct MockServer {
    base_url: String,
    credentials: Credentials,
    service: Arc<Service>,
    deliverer: Arc<Deliverer>,
    runtime: Handle,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl MockServer {
    /// Starts a mock on a free port of the loopback address, with the default partner and jobs that are done at once.
    ///
    /// # Errors
    ///
    /// When no port can be bound, or the system has no randomness or no thread to give.
    pub async fn start() -> io::Result<Self> {
        Self::start_with(Options::new()?).await
    }

    /// Starts a mock.
    ///
    /// # Errors
    ///
    /// When the address cannot be bound, the system has no thread to give, or there is no partner.
    pub async fn start_with(options: Options) -> io::Result<Self> {
        let Options { address, receivers, config } = options;
        let no_partner = || io::Error::new(io::ErrorKind::InvalidInput, "a mock needs at least one partner");
        let credentials = config.partners.first().ok_or_else(no_partner)?.clone();

        let service = Arc::new(Service::new(config));
        let deliverer = Deliverer::new(Arc::clone(&service), receivers, trusting([]));
        let (stop, stopped) = oneshot::channel();
        let (listens, listening) = oneshot::channel();
        let serving = (Arc::clone(&service), Arc::clone(&deliverer));
        let thread = thread::Builder::new()
            .name("smileid-mock".to_owned())
            .spawn(move || run(address, serving, listens, stopped))?;
        let ended = |_| io::Error::other("the server's thread ended before it listened");
        let (address, runtime) = listening.await.map_err(ended)??;
        Ok(Self {
            base_url: format!("http://{address}"),
            credentials,
            service,
            deliverer,
            runtime,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// Where it is: scheme, address and port, without a slash at the end. Callers append the API's paths.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The credentials of its (first) partner.
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// The mock itself: its rules, callbacks and clocks.
    pub fn service(&self) -> &Service {
        &self.service
    }

    /// Has a partner's clock stand still at what time it is. Whether there is such a partner.
    pub fn freeze(&self, partner_id: &PartnerId) -> bool {
        self.service.freeze(partner_id, now())
    }

    /// Has a partner's clock run on from what time it is. Whether there is such a partner.
    pub fn resume(&self, partner_id: &PartnerId) -> bool {
        self.service.resume(partner_id, now())
    }

    /// Puts a partner's clock so much ahead. Everything that would happen on the way happens at its own time, and
    /// every callback is sent and answered before the next.
    pub async fn advance(&self, partner_id: &PartnerId, duration: Duration) {
        if let Some(moment) = self.service.later(partner_id, duration, now()) {
            self.move_clock(partner_id, Until::Moment(moment)).await;
        }
    }

    /// Puts a partner's clock ahead until nothing is left to happen.
    pub async fn run_until_idle(&self, partner_id: &PartnerId) {
        self.move_clock(partner_id, Until::Idle).await;
    }

    async fn move_clock(&self, partner_id: &PartnerId, until: Until) {
        let (deliverer, partner_id) = (Arc::clone(&self.deliverer), partner_id.clone());
        let moved = self.runtime.spawn(async move { deliverer.advance(partner_id, until).await });
        let _ = moved.await; // it ends with the server, at the latest
    }
}

impl Drop for MockServer {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // Blocks for as long as it takes to close a few sockets. A panic of that thread is no reason for another.
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for MockServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MockServer")
            .field("base_url", &self.base_url)
            .field("credentials", &self.credentials)
            .finish_non_exhaustive()
    }
}

/// What a [`MockServer`] is started with.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// Where it listens. Port 0 takes a free one. There is no protection against strangers: keep it on loopback.
    pub address: SocketAddr,
    /// Whom callbacks may be sent to.
    pub receivers: Receivers,
    /// The mock itself.
    pub config: Config,
}

impl Options {
    /// A free port of the loopback address, the default partner, jobs that are done at once, and a random secret.
    ///
    /// # Errors
    ///
    /// When the system has no randomness to give.
    pub fn new() -> io::Result<Self> {
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).map_err(io::Error::other)?;
        Ok(Self {
            address: (Ipv4Addr::LOCALHOST, 0).into(),
            receivers: Receivers::default(),
            config: Config::new(secret),
        })
    }
}

/// The server's thread.
fn run(
    address: SocketAddr,
    (service, deliverer): (Arc<Service>, Arc<Deliverer>),
    listens: oneshot::Sender<io::Result<(SocketAddr, Handle)>>,
    stopped: oneshot::Receiver<()>,
) {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            let _ = listens.send(Err(error)); // whoever asked has gone
            return;
        }
    };
    runtime.block_on(async {
        let listener = match Listener::bind(address, None).await {
            Ok(listener) => listener,
            Err(error) => {
                let _ = listens.send(Err(error));
                return;
            }
        };
        if listens.send(Ok((listener.address(), Handle::current()))).is_err() {
            return;
        }
        tokio::select! {
            _ = stopped => {}
            () = listener.serve(service) => {}
            () = deliverer.run() => {}
        }
    });
    // Closes the connections, and leaves alone an archive that is just being opened: it ends by itself.
    runtime.shutdown_background();
}
