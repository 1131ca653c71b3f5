//! The mock server in the current process, listening on sockets.

#[cfg(feature = "cli")]
mod announcement;
mod blocking;
mod clock;
#[cfg(feature = "tls")]
mod https;
#[cfg(not(feature = "tls"))]
#[path = "server/no_https.rs"]
mod https;

use std::{
    fmt, io,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    thread,
    time::Duration,
};

use smileid_protocol::auth::{Credentials, PartnerId};
use tokio::{runtime::Handle, sync::oneshot, task::JoinSet, time::timeout};

#[cfg(feature = "tls")]
pub use self::https::Https;

pub use self::clock::PartnerClock;

use self::https::{Ca, Tls};

#[cfg(feature = "scenario-file")]
use crate::shell::state_file::StateFile;

use crate::{
    control::{
        faults::Fault,
        rules::{Rule, UnknownEndpoint},
        scenario::{Scenario, ScenarioError},
    },
    journal::JournalEntry,
    model::config::Config,
    service::Service,
    shell::{
        deliver::{Deliverer, Receivers},
        http::Shared,
        listen::{Listener, Stopping},
        tls::TlsAcceptor,
    },
    state::tenant::Charge,
};

/// Mock server that listens until it is dropped.
///
/// It runs on a thread of its own, so it serves blocking code and any runtime, and outlives the runtime in which it was
/// started. Dropping it returns when its ports are free; requests under way have a second to finish.
/// [`MockServer::shutdown`] gives them longer.
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
///
/// A test adds faults and scenarios, moves the clock, and reads the journal. Here the first request fails, and a program
/// that tries again after an hour succeeds. [Testing your Rust
/// code](https://github.com/smileid-rs/smileid/blob/main/docs/guides/testing-your-rust-code.md) has tests with the client
/// of this project.
///
/// ```
/// # use std::io::{Read as _, Write as _};
/// #
/// use std::time::Duration;
///
/// use http::StatusCode;
/// use smileid_mock_server::{CannedReply, Fault, MockServer};
///
/// # // The program under test.
/// # fn list_services(base_url: &str) -> std::io::Result<String> {
/// #     let address = base_url.strip_prefix("http://").unwrap_or_default();
/// #     let mut stream = std::net::TcpStream::connect(address)?;
/// #     let head = "GET /v1/services HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
/// #     stream.write_all(head.as_bytes())?;
/// #     let mut response = String::new();
/// #     stream.read_to_string(&mut response)?;
/// #     Ok(response)
/// # }
/// #
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let server = MockServer::start().await?;
/// server.fault_once("services", Fault::reply(CannedReply::new(StatusCode::SERVICE_UNAVAILABLE)?))?;
///
/// list_services(server.base_url())?; // the program under test
/// let before = server.clock().now();
/// server.advance(Duration::from_secs(3600)).await;
/// assert!(server.clock().now() >= before.after(Duration::from_secs(3600)));
/// list_services(server.base_url())?;
///
/// let statuses: Vec<_> = server.journal().iter().map(|entry| (entry.path.clone(), entry.status)).collect();
/// assert_eq!(statuses, [("/v1/services".to_owned(), 503), ("/v1/services".to_owned(), 200)]);
/// # Ok(())
/// # }
/// ```
pub struct MockServer {
    running: Running,
    credentials: Credentials,
    /// Sends the time limit for requests in progress when the server stops.
    stop: Option<oneshot::Sender<Duration>>,
    /// Completes when the requests in progress are finished.
    stopped: oneshot::Receiver<()>,
    thread: Option<thread::JoinHandle<()>>,
}

impl MockServer {
    /// Starts a mock server on a free port of the loopback address, with HTTP only and the default partner. Jobs are complete at
    /// once.
    ///
    /// # Errors
    ///
    /// If no port can be bound, or the system provides no randomness or no thread.
    pub async fn start() -> io::Result<Self> {
        Self::start_with(Options::new()?).await
    }

    /// Starts a mock server with these options.
    ///
    /// # Errors
    ///
    /// If an address cannot be bound, the local authority cannot be read or created, the file of scenarios is invalid,
    /// the system provides no thread, or there is no partner or no address to listen on.
    pub async fn start_with(options: Options) -> io::Result<Self> {
        let invalid = |message| io::Error::new(io::ErrorKind::InvalidInput, message);
        let no_partner = || invalid("a mock needs at least one partner");
        let credentials = options.config.partners.first().ok_or_else(no_partner)?.clone();
        if options.http.is_none() && options.https_address().is_none() {
            return Err(invalid("a mock needs an address to listen on, for HTTP or HTTPS"));
        }
        if options.config.admin_token.is_none() && options.is_open() {
            return Err(invalid("a mock that listens beyond loopback needs an admin token"));
        }

        let (stop, told) = oneshot::channel();
        let (stops, stopped) = oneshot::channel();
        let (runs, running) = oneshot::channel();
        let thread = thread::Builder::new().name("smileid-mock".to_owned()).spawn(move || {
            run(options, runs, told);
            let _ = stops.send(()); // the caller may have stopped waiting
        })?;
        let ended = |_| io::Error::other("the server thread ended before it could listen");
        let running = running.await.map_err(ended)??;
        Ok(Self { running, credentials, stop: Some(stop), stopped, thread: Some(thread) })
    }

    /// Stops accepting requests, and returns when those in progress are finished, or after `grace`.
    pub async fn shutdown(mut self, grace: Duration) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(grace); // fails if the thread has ended
            let _ = (&mut self.stopped).await;
        }
    }

    /// Returns the base URL: scheme, address and port, without a trailing slash. Append the API's paths to it.
    ///
    /// The URL for HTTP, unless it listens for HTTPS alone.
    pub fn base_url(&self) -> &str {
        self.http_url().or(self.https_url()).unwrap_or_default()
    }

    /// Returns the base URL for HTTP, if the server listens for it.
    pub fn http_url(&self) -> Option<&str> {
        self.running.http.as_deref()
    }

    /// Returns the base URL for HTTPS, if the server listens for it. Clients must trust [`MockServer::ca`].
    pub fn https_url(&self) -> Option<&str> {
        self.running.https.as_deref()
    }

    /// Returns the credentials of the first partner.
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// Returns the configuration of a client for this server and its first partner. Clients on this computer use the server's
    /// clock.
    ///
    /// # Errors
    ///
    /// If it is reached by HTTP from other computers: no client sends a key there.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let server = smileid_mock_server::MockServer::start().await?;
    /// let config = server.client_config()?; // for `smileid::Client::new`
    /// assert_eq!(config.origin.to_string(), server.base_url());
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "client")]
    pub fn client_config(&self) -> Result<smileid_client::Config, smileid_protocol::origin::OriginError> {
        let api = smileid_client::Environment::custom(self.base_url().parse()?);
        Ok(smileid_client::Config::new(self.credentials.clone(), &api))
    }

    /// Returns the core of the mock server: its rules, callbacks and clocks.
    pub fn service(&self) -> &Service {
        &self.running.service
    }

    /// Adds a fault, and returns its number: see [`Service::add_fault`].
    pub fn add_fault(&self, rule: Rule<Fault>) -> u64 {
        self.service().add_fault(rule)
    }

    /// Adds a fault for the next request to an endpoint, and returns its number: see [`Service::fault_once`].
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use smileid_mock_server::{Fault, MockServer, Point};
    ///
    /// let server = MockServer::start().await?;
    /// server.fault_once("put_archive", Fault::reset(Point::HalfReply))?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// If no endpoint has this name. The error lists the names.
    pub fn fault_once(&self, endpoint: &str, fault: Fault) -> Result<u64, UnknownEndpoint> {
        self.service().fault_once(endpoint, fault)
    }

    /// Removes all faults that [`MockServer::add_fault`] and [`MockServer::fault_once`] added.
    pub fn clear_faults(&self) {
        self.service().clear_faults(None);
    }

    /// Adds a scenario with precedence over all others, and returns its number: see [`Service::add_scenario`].
    ///
    /// # Errors
    ///
    /// If the scenario is impossible: the requests that it matches cannot have its code.
    pub fn add_scenario(&self, rule: Rule<Scenario>) -> Result<u64, ScenarioError> {
        self.service().add_scenario(rule)
    }

    /// Returns the requests of all partners with their responses, the oldest first: see [`Service::journal`].
    pub fn journal(&self) -> Vec<JournalEntry> {
        self.service().journal()
    }

    /// Returns the charges for the first partner, the oldest first: see [`Service::billing`].
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// let server = smileid_mock_server::MockServer::start().await?;
    /// // … the program under test submits a job …
    /// let billed: Vec<_> = server.billing().into_iter().filter_map(|charge| charge.job_id).collect();
    /// assert_eq!(billed.len(), 0); // one for each job
    /// # Ok(())
    /// # }
    /// ```
    pub fn billing(&self) -> Vec<Charge> {
        self.service().billing(self.credentials.partner_id())
    }

    /// Moves the clock of the first partner forward: see [`PartnerClock::advance`].
    pub async fn advance(&self, duration: Duration) {
        self.clock().advance(duration).await;
    }

    /// Returns the clock of the first partner.
    pub fn clock(&self) -> PartnerClock<'_> {
        PartnerClock { server: self, partner_id: self.credentials.partner_id() }
    }

    /// Returns the clock of a partner, if the partner exists.
    pub fn clock_of<'a>(&'a self, partner_id: &'a PartnerId) -> Option<PartnerClock<'a>> {
        self.service().clock(partner_id).map(|_| PartnerClock { server: self, partner_id })
    }
}

impl Drop for MockServer {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(DROP_GRACE);
        }
        if let Some(thread) = self.thread.take() {
            // Blocks until the requests under way are done. A panic of that thread does not make this one panic.
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for MockServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MockServer")
            .field("http_url", &self.http_url())
            .field("https_url", &self.https_url())
            .field("credentials", &self.credentials)
            .finish_non_exhaustive()
    }
}

/// Time limit for requests in progress when the server is dropped.
const DROP_GRACE: Duration = Duration::from_secs(1);

/// Options of a [`MockServer`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// Address to listen on for HTTP; none to disable it. Port 0 is a free port. An address other than loopback requires a
    /// [`Config::admin_token`]. API requests are accepted from any client with a partner's key.
    pub http: Option<SocketAddr>,
    /// Options for HTTPS; none to disable it. Requires the feature `tls`.
    #[cfg(feature = "tls")]
    pub https: Option<Https>,
    /// Folder of a [`LocalCa`](crate::LocalCa) that callback receivers may use, in addition to that of [`Options::https`]. The
    /// folder is created if it does not exist. Requires the feature `tls`.
    #[cfg(feature = "tls")]
    pub receivers_ca: Option<std::path::PathBuf>,
    /// Callback URLs to which the server may send. If none: only this machine, or no receiver at all if other machines can reach
    /// the server, because they could make it call services of this machine.
    pub receivers: Option<Receivers>,
    /// Scenario file, which is read again after each change. Requires the feature `scenario-file`.
    #[cfg(feature = "scenario-file")]
    pub scenarios: Option<std::path::PathBuf>,
    /// File with the state of the partners. It is loaded at the start, and written every few seconds and when the server
    /// stops, readable only by its owner. It has the personal data that requests contained. Needs the feature
    /// `scenario-file`.
    #[cfg(feature = "scenario-file")]
    pub state: Option<std::path::PathBuf>,
    /// Configuration of the mock server.
    pub config: Config,
}

impl Options {
    /// Creates options with a free port of the loopback address for HTTP, the default partner, jobs that are complete at once,
    /// and a random secret. HTTPS is disabled.
    ///
    /// # Errors
    ///
    /// If the system provides no randomness.
    pub fn new() -> io::Result<Self> {
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).map_err(io::Error::other)?;
        Ok(Self {
            http: Some(free_port()),
            #[cfg(feature = "tls")]
            https: None,
            #[cfg(feature = "tls")]
            receivers_ca: None,
            receivers: None,
            #[cfg(feature = "scenario-file")]
            scenarios: None,
            #[cfg(feature = "scenario-file")]
            state: None,
            config: Config::new(secret),
        })
    }
}

impl Options {
    /// Returns true if other machines can reach the server, because its address is not loopback.
    fn is_open(&self) -> bool {
        self.http.into_iter().chain(self.https_address()).any(|address| !address.ip().is_loopback())
    }
}

fn free_port() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, 0).into()
}

/// Number of threads for files, host names and large requests.
const BLOCKING_THREADS: usize = 8;

/// A running server.
struct Running {
    http: Option<String>,
    https: Option<String>,
    #[cfg_attr(not(feature = "tls"), expect(dead_code, reason = "there is no authority without TLS"))]
    ca: Ca,
    service: Arc<Service>,
    deliverer: Arc<Deliverer>,
    #[cfg(feature = "scenario-file")]
    state: Option<Arc<StateFile>>,
    runtime: Handle,
}

/// Runs the server on its own thread until it is stopped.
fn run(options: Options, runs: oneshot::Sender<io::Result<Running>>, told: oneshot::Receiver<Duration>) {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    // The number of threads is small, because each uses memory.
    let runtime = match runtime.enable_all().max_blocking_threads(BLOCKING_THREADS).build() {
        Ok(runtime) => runtime,
        Err(error) => {
            let _ = runs.send(Err(error)); // fails if the caller stopped waiting
            return;
        }
    };
    runtime.block_on(async {
        let mut beside = JoinSet::new();
        let (running, listeners) = match listen(options, &mut beside).await {
            Ok(listening) => listening,
            Err(error) => {
                let _ = runs.send(Err(error));
                return;
            }
        };
        #[cfg(feature = "scenario-file")]
        let state = running.state.clone();
        let shared = Arc::new(Shared::new(Arc::clone(&running.deliverer)));
        let (stop, stopping) = Stopping::new();
        let mut serving = JoinSet::new();
        for listener in listeners {
            serving.spawn(listener.serve(Arc::clone(&shared), stopping.clone()));
        }
        if runs.send(Ok(running)).is_ok() {
            let grace = told.await.unwrap_or_default();
            let _ = stop.send(true); // fails if all tasks have ended
            let _ = timeout(grace, async { while serving.join_next().await.is_some() {} }).await;
        }
        beside.shutdown().await; // no other task writes the state now
        #[cfg(feature = "scenario-file")]
        if let Some(Err(error)) = state.map(|state| state.save()) {
            crate::shell::tell(format_args!("cannot write the state: {error}"));
        }
    });
    // Closes the connections without waiting for an archive that is being unpacked on another thread.
    runtime.shutdown_background();
}

/// Binds the ports, and starts the tasks that run `beside` the listeners.
async fn listen(options: Options, beside: &mut JoinSet<()>) -> io::Result<(Running, Vec<Listener>)> {
    let receivers =
        options.receivers.unwrap_or(if options.is_open() { Receivers::Off } else { Receivers::Loopback });
    let service = Arc::new(Service::new(options.config.clone()));
    #[cfg(feature = "scenario-file")]
    if let Some(path) = &options.scenarios {
        beside.spawn(crate::shell::reload::load(&service, path)?.run(Arc::clone(&service)));
    }
    #[cfg(feature = "scenario-file")]
    let state = match &options.state {
        Some(path) => {
            let state = Arc::new(StateFile::load(&service, path)?);
            beside.spawn(Arc::clone(&state).run());
            Some(state)
        }
        None => None,
    };
    let mut listeners = Vec::new();
    let mut listen_at = async |scheme, address, tls| {
        let listener = bind(address, tls).await?;
        let url = format!("{scheme}://{}", listener.address());
        listeners.push(listener);
        io::Result::Ok(url)
    };
    let http = match options.http {
        Some(address) => Some(listen_at("http", address, None).await?),
        None => None,
    };
    let Tls { port, connector, ca } = Tls::open(&options, receivers)?;
    let https = match port {
        Some((address, tls)) => Some(listen_at("https", address, Some(tls)).await?),
        None => None,
    };
    let deliverer = Deliverer::new(Arc::clone(&service), receivers, connector);
    beside.spawn(Arc::clone(&deliverer).run());
    let running = Running {
        http,
        https,
        ca,
        service,
        deliverer,
        #[cfg(feature = "scenario-file")]
        state,
        runtime: Handle::current(),
    };
    Ok((running, listeners))
}

async fn bind(address: SocketAddr, tls: Option<TlsAcceptor>) -> io::Result<Listener> {
    let at = |error: io::Error| io::Error::new(error.kind(), format!("cannot listen at {address}: {error}"));
    Listener::bind(address, tls).await.map_err(at)
}
