//! From flags and variables to credentials and a client.

use std::{io::Read as _, path::Path};

use smileid::{Client, Config, Credentials, Environment, ReqwestTransport, Wait};
use smileid_mock_server::{MockServer, Options};

use crate::{
    args::Args,
    failure::{Failure, Kind, chain},
};

/// The name of the environment that lives in this process.
const MOCK: &str = "mock";

/// A client, and the server it talks to when that is in this process.
pub(crate) struct Session {
    pub(crate) client: Client,
    _server: Option<MockServer>,
}

impl Session {
    /// Connects to the environment asked for. `wait` is for submissions.
    pub(crate) async fn start(args: &Args, wait: Wait) -> Result<Self, Failure> {
        let (server, environment, credentials) = if is_mock(args) {
            let cannot_start =
                |error| Failure::new(Kind::Other, format!("the mock server cannot start: {error}"));
            let mut options = Options::new().map_err(cannot_start)?;
            // A partner of one's own is welcome here, and none is needed.
            if args.partner_id.is_some() {
                options.config.partners = vec![credentials(args)?];
            }
            let server = MockServer::start_with(options).await.map_err(cannot_start)?;
            let environment = environment(server.base_url())?;
            let credentials = server.credentials().clone();
            (Some(server), environment, credentials)
        } else {
            (None, environment(wanted(args)?)?, credentials(args)?)
        };
        let mut config = Config::new(credentials, &environment);
        config.wait = wait;
        let transport = ReqwestTransport::new().map_err(|error| Failure::new(Kind::Other, chain(&error)))?;
        Ok(Self { client: Client::new(config, transport), _server: server })
    }

    /// What must not be printed even when a server repeats it: the key, and what is `personal` about a request.
    pub(crate) fn secrets(&self, mut personal: Vec<String>) -> Vec<String> {
        personal.push(self.client.config().credentials.api_key().expose().to_owned());
        personal
    }
}

/// Whether the environment asked for is the one in this process.
pub(crate) fn is_mock(args: &Args) -> bool {
    args.env.as_deref() == Some(MOCK)
}

/// Refuses what an environment that ends with this process cannot do.
pub(crate) fn not_in_mock(args: &Args, what: &str) -> Result<(), Failure> {
    if is_mock(args) {
        let advice =
            "its state ends with this command; start `smileid-mock` and use `--env http://127.0.0.1:8085`";
        return Err(Failure::invalid("env", format!("{what} is not possible with `--env mock`: {advice}")));
    }
    Ok(())
}

fn wanted(args: &Args) -> Result<&str, Failure> {
    args.env.as_deref().filter(|env| !env.is_empty()).ok_or_else(|| {
        let advice = "give --env or SMILE_ID_ENVIRONMENT: mock, sandbox, production or the address of an API";
        Failure::invalid("env", format!("no environment: {advice}"))
    })
}

fn environment(text: &str) -> Result<Environment, Failure> {
    text.parse().map_err(|error| Failure::invalid("env", chain(&error)))
}

/// The credentials of flags and variables.
pub(crate) fn credentials(args: &Args) -> Result<Credentials, Failure> {
    let partner_id = args.partner_id.clone().ok_or_else(|| {
        Failure::invalid("partner_id", "no partner id: give --partner-id or SMILE_ID_PARTNER_ID")
    })?;
    let key = match &args.api_key_file {
        Some(file) => read_text(file, "api_key_file")?.trim().to_owned(),
        None => std::env::var("SMILE_ID_API_KEY").map_err(|_| {
            Failure::invalid("api_key", "no API key: set SMILE_ID_API_KEY or give --api-key-file")
        })?,
    };
    Credentials::new(partner_id, key).map_err(|error| {
        let field = match error {
            smileid::EmptyCredential::PartnerId => "partner_id",
            _ => "api_key",
        };
        Failure::invalid(field, error.to_string())
    })
}

/// A file, or standard input for `-`.
pub(crate) fn read_text(path: &Path, field: &str) -> Result<String, Failure> {
    let read = if path.as_os_str() == "-" {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        std::fs::read_to_string(path)
    };
    read.map_err(|error| {
        let message = format!("the file `{}` could not be read: {error}", path.display());
        Failure::new(Kind::FileNotFound, message).with("field", field)
    })
}
