//! The asynchronous client of the API, with reqwest as the transport.

use std::ops::Deref;

use smileid_client::{Config, Result, Transport};

use super::ReqwestTransport;
use crate::builder::ClientBuilder;

/// A client of the API. Its calls are methods of [`smileid::client::Client`](crate::client::Client), to which it dereferences:
///
/// | call | does |
/// |---|---|
/// | [`submit`](crate::client::Client::submit) | submits a job, a lookup or a [`Submission`](crate::Submission) |
/// | [`status`](crate::client::Client::status), [`wait`](crate::client::Client::wait) | asks for a job's result, once or until there is one |
/// | [`services`](crate::client::Client::services), [`web_token`](crate::client::Client::web_token), [`aml`](crate::client::Client::aml), … | one endpoint each |
/// | [`send`](crate::client::Client::send) | sends any request of the [protocol](crate::protocol::v1) |
///
/// Clones are cheap and share connections.
///
/// ```no_run
/// use smileid::{Client, Image, ImageJob, JobRef};
///
/// # async fn run() -> smileid::Result<()> {
/// let client = Client::from_env()?;
/// let job = ImageJob::smart_selfie_registration(JobRef::new("user-1", "job-1")?, Image::file("selfie.jpg"));
/// let outcome = client.submit(job).wait().await?;
/// println!("{}", outcome.decision()); // approved
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Client(smileid_client::Client);

impl Client {
    /// Creates a client from the environment variables `SMILE_ID_PARTNER_ID`, `SMILE_ID_API_KEY`, `SMILE_ID_ENVIRONMENT`
    /// (`sandbox`, `production`, or the base URL of an API such as a mock server) and, if the API is to send results to it,
    /// `SMILE_ID_CALLBACK_URL`.
    ///
    /// # Errors
    ///
    /// Of the kind [`Config`](crate::ErrorKind::Config), with the name of the variable that is missing or invalid.
    pub fn from_env() -> Result<Self> {
        ClientBuilder::<Self>::from_env()?.build()
    }

    /// Creates a builder of a client for the partner with this id and API key. The client uses the sandbox, unless the builder is
    /// configured otherwise.
    pub fn builder(partner_id: &str, api_key: &str) -> ClientBuilder<Self> {
        ClientBuilder::new(partner_id, api_key)
    }

    /// Creates a client with this configuration.
    ///
    /// # Errors
    ///
    /// If TLS cannot be set up.
    pub fn new(config: Config) -> Result<Self> {
        Ok(Self(smileid_client::Client::new(config, ReqwestTransport::new()?)))
    }

    /// Returns a client with a changed configuration that uses the same connections.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// # fn run(client: &smileid::Client) {
    /// let impatient = client.with(|config| config.timeouts.operation = Duration::from_secs(5));
    /// # }
    /// ```
    #[must_use]
    pub fn with(&self, change: impl FnOnce(&mut Config)) -> Self {
        Self(self.0.with(change))
    }
}

impl ClientBuilder<Client> {
    /// Builds the client.
    ///
    /// # Errors
    ///
    /// If the key, the environment or the callback URL is invalid, or TLS cannot be set up.
    pub fn build(self) -> Result<Client> {
        let (config, options) = self.into_parts()?;
        let transport = ReqwestTransport::with_options(&options)?;
        Ok(Client(smileid_client::Client::new(config, transport)))
    }

    /// Builds the client with another transport, such as prepared responses ([`Script`](crate::testing::Script)) in a test. The
    /// [connection options](ClientBuilder::transport) are not used.
    ///
    /// ```
    /// use smileid::{Client, client::TransportErrorKind, testing::{Answer, Script}};
    ///
    /// let script = Script::new([]).then_forever(Answer::fail(TransportErrorKind::Timeout));
    /// let client = Client::builder("085", "any key").build_with(script.clone())?;
    /// # Ok::<(), smileid::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the key, the environment or the callback URL is invalid.
    pub fn build_with(self, transport: impl Transport + 'static) -> Result<Client> {
        let (config, _) = self.into_parts()?;
        Ok(Client(smileid_client::Client::new(config, transport)))
    }
}

impl Deref for Client {
    type Target = smileid_client::Client;

    fn deref(&self) -> &smileid_client::Client {
        &self.0
    }
}

/// Converts a client with any transport, such as prepared responses ([`Script`](crate::testing::Script)) in a test.
impl From<smileid_client::Client> for Client {
    fn from(client: smileid_client::Client) -> Self {
        Self(client)
    }
}

impl From<Client> for smileid_client::Client {
    fn from(client: Client) -> Self {
        client.0
    }
}

impl From<Client> for crate::callback::Api {
    fn from(client: Client) -> Self {
        client.0.into()
    }
}
