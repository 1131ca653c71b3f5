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
            // Credentials of one's own are welcome here, and none are needed.
            let has_key = args.api_key_file.is_some() || std::env::var_os("SMILE_ID_API_KEY").is_some();
            if partner_id(args).is_some() && has_key {
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
    let partner_id = partner_id(args).ok_or_else(|| {
        Failure::invalid("partner_id", "no partner id: give --partner-id or SMILE_ID_PARTNER_ID")
    })?;
    let key = match &args.api_key_file {
        Some(file) => read_text(file, "api_key_file")?.trim().to_owned(),
        // Whoever fills a variable from a file brings its last line break along.
        None => std::env::var("SMILE_ID_API_KEY").map(|key| key.trim_end().to_owned()).map_err(|_| {
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
    let mut text = Vec::new();
    let read = if path.as_os_str() == "-" {
        std::io::stdin().take(MAX_TEXT + 1).read_to_end(&mut text)
    } else {
        // Also ends what never would by itself, such as a device.
        std::fs::File::open(path).and_then(|file| file.take(MAX_TEXT + 1).read_to_end(&mut text))
    };
    let count = read.map_err(|error| {
        let message = format!("the file `{}` could not be read: {error}", path.display());
        Failure::new(Kind::FileNotFound, message).with("field", field)
    })?;
    if count as u64 > MAX_TEXT {
        return Err(Failure::invalid(field, format!("the file `{}` is larger than 256 MiB", path.display())));
    }
    String::from_utf8(text)
        .map_err(|_| Failure::invalid(field, format!("the file `{}` is not UTF-8 text", path.display())))
}

/// Room for all images of a job in base64.
const MAX_TEXT: u64 = 256 << 20;

/// The partner id, unless it is empty, as variables that are not set often are.
fn partner_id(args: &Args) -> Option<String> {
    args.partner_id.clone().filter(|id| !id.is_empty())
}
