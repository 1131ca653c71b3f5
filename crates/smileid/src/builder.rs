//! Builds clients from values or from environment variables.

use std::{
    env::{self, VarError},
    marker::PhantomData,
};

use smileid_client::{Config, Environment, Error, Result, Retry, Timeouts, Wait};
use smileid_protocol::{
    auth::Credentials,
    job::{CallbackUrl, InvalidInput},
};

use crate::options::TransportOptions;

/// Builder of a client, created by [`Client::builder`](crate::Client::builder).
///
/// ```
/// use std::time::Duration;
///
/// # #[cfg(feature = "reqwest")]
/// # fn main() -> smileid::Result<()> {
/// use smileid::{Client, ClientBuilder, Retry, Wait};
///
/// let builder: ClientBuilder<Client> = Client::builder("085", "the key of your account").production();
/// let client = Client::builder("085", "the key of your account")
///     .sandbox()
///     .retry(Retry::up_to(5))
///     .wait(Wait::up_to(Duration::from_secs(600)))
///     .build()?;
/// # Ok(())
/// # }
/// # #[cfg(not(feature = "reqwest"))]
/// # fn main() {}
/// ```
#[derive(Debug)]
#[must_use = "nothing is built until `build` is called"]
pub struct ClientBuilder<C> {
    credentials: Result<Credentials>,
    environment: Option<Result<Environment>>,
    callback: Option<Result<CallbackUrl, InvalidInput>>,
    timeouts: Timeouts,
    retry: Retry,
    wait: Wait,
    options: TransportOptions,
    client: PhantomData<fn() -> C>,
}

impl<C> ClientBuilder<C> {
    pub(crate) fn new(partner_id: &str, api_key: &str) -> Self {
        Self::from_credentials(Credentials::new(trimmed(partner_id), trimmed(api_key)).map_err(Error::from))
    }

    fn from_credentials(credentials: Result<Credentials>) -> Self {
        Self {
            credentials,
            environment: None,
            callback: None,
            timeouts: Timeouts::default(),
            retry: Retry::default(),
            wait: Wait::default(),
            options: TransportOptions::default(),
            client: PhantomData,
        }
    }

    /// Reads the environment variables; see [`Client::from_env`](crate::Client::from_env).
    pub(crate) fn from_env() -> Result<Self> {
        let environment = variable(ENVIRONMENT)?;
        if environment == "mock" {
            return Err(Error::config(format!(
                "{ENVIRONMENT} is `mock`, which only the command `smileid` accepts: start `smileid-mock`, and use its URL"
            )));
        }
        let mut builder =
            Self::from_credentials(Ok(Credentials::new(variable(PARTNER_ID)?, variable(API_KEY)?)?));
        builder = builder.environment(&environment);
        if env::var_os(CALLBACK_URL).is_some() {
            builder = builder.callback(variable(CALLBACK_URL)?);
        }
        Ok(builder)
    }

    /// Uses the sandbox (the default): test data, free of charge.
    pub fn sandbox(self) -> Self {
        Self { environment: Some(Ok(Environment::sandbox())), ..self }
    }

    /// Uses production: real persons, and jobs are billed.
    pub fn production(self) -> Self {
        Self { environment: Some(Ok(Environment::production())), ..self }
    }

    /// Uses the environment with this name (`sandbox` or `production`), or the API at this base URL, such as a mock server:
    /// `http://127.0.0.1:8085`.
    pub fn environment(self, environment: &str) -> Self {
        Self { environment: Some(environment.parse().map_err(Error::from)), ..self }
    }

    /// Sets the callback URL to which the API sends the results of all jobs, unless a call sets another one.
    pub fn callback(self, url: impl Into<String>) -> Self {
        Self { callback: Some(CallbackUrl::parse(url)), ..self }
    }

    /// Sets the time limits of single requests and of whole calls.
    pub fn timeouts(self, timeouts: Timeouts) -> Self {
        Self { timeouts, ..self }
    }

    /// Sets the retry rule: when and how often a failed request is repeated.
    pub fn retry(self, retry: Retry) -> Self {
        Self { retry, ..self }
    }

    /// Sets the default time limit and intervals of waiting for a result.
    pub fn wait(self, wait: Wait) -> Self {
        Self { wait, ..self }
    }

    /// Sets the connection options, such as timeouts and certificates.
    pub fn transport(self, options: TransportOptions) -> Self {
        Self { options, ..self }
    }

    pub(crate) fn into_parts(self) -> Result<(Config, TransportOptions)> {
        let environment = self.environment.unwrap_or_else(|| Ok(Environment::sandbox()))?;
        let mut config = Config::new(self.credentials?, &environment);
        config.callback = self.callback.transpose()?;
        config.timeouts = self.timeouts;
        config.retry = self.retry;
        config.wait = self.wait;
        Ok((config, self.options))
    }
}

const PARTNER_ID: &str = "SMILE_ID_PARTNER_ID";
const API_KEY: &str = "SMILE_ID_API_KEY";
const ENVIRONMENT: &str = "SMILE_ID_ENVIRONMENT";
const CALLBACK_URL: &str = "SMILE_ID_CALLBACK_URL";

fn variable(name: &str) -> Result<String> {
    match env::var(name) {
        Ok(value) => Ok(trimmed(&value).to_owned()),
        Err(VarError::NotPresent) => {
            Err(Error::config(format!("the environment variable {name} is not set")))
        }
        Err(VarError::NotUnicode(_)) => {
            Err(Error::config(format!("the environment variable {name} is not UTF-8")))
        }
    }
}

/// Removes characters that editors and shells leave around an API key: blanks, line ends, a byte order mark.
fn trimmed(text: &str) -> &str {
    text.trim_matches(|it: char| it.is_whitespace() || it == '\u{feff}')
}
