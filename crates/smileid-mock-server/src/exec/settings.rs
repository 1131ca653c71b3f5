//! Environment variables that tell API clients the URL of a mock server and make them trust its certificate.

use std::{
    ffi::OsString,
    io,
    path::{Path, PathBuf},
};

use clap::ValueEnum;
use smileid_protocol::auth::Credentials;
use tokio::process::Command;

use crate::{
    server::MockServer,
    shell::tls::{LocalCa, RUBY_TRUST},
};

/// Host names of this machine, for which clients must not use a proxy.
const LOOPBACK: &str = "localhost,127.0.0.1,::1";

/// Separator between the folders in a path list.
const LIST: &str = if cfg!(windows) { ";" } else { ":" };

/// Programming language of an API client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[non_exhaustive]
pub enum Language {
    /// Clients in JavaScript, with Node.js.
    Node,
    /// Clients in Python.
    Python,
    /// Clients in Go.
    Go,
    /// Clients in Java, and in other languages of the JVM.
    Java,
    /// Clients in Ruby.
    Ruby,
    /// Clients in PHP.
    Php,
    /// Clients in .NET.
    Dotnet,
    /// Clients in Rust.
    Rust,
    /// Clients such as curl, and other programs that shells call.
    Shell,
}

/// Environment variable and its change.
struct Setting {
    variable: &'static str,
    change: Change,
    why: &'static str,
}

/// Change of an environment variable.
enum Change {
    /// Sets the variable to this value.
    Set(String),
    /// Appends `value` to the values of these variables, each followed by `between`.
    Add { to: &'static [&'static str], between: &'static str, value: String },
    /// Copies the value of the named variable, after that was changed.
    Copy(&'static str),
    /// Removes the variable, which another mock server may have set.
    Unset,
}

/// URLs of a mock server, and credentials for it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Place {
    /// Base URL for HTTP, if the server has one: scheme, host and port.
    pub http: Option<String>,
    /// Base URL for HTTPS, if the server has one.
    pub https: Option<String>,
    /// Base URL of the control routes (`/_mock`).
    pub admin: String,
    /// Credentials of the partner that clients use.
    pub credentials: Credentials,
}

impl Place {
    /// Describes a running mock at `origin`: scheme, host and port.
    pub fn at(origin: String, credentials: Credentials) -> Self {
        let admin = format!("{origin}/_mock");
        let is_https = origin.starts_with("https:");
        let (http, https) = if is_https { (None, Some(origin)) } else { (Some(origin), None) };
        Self { http, https, admin, credentials }
    }
}

/// Environment variables that tell API clients the URL of a mock server and make them trust its certificate.
pub struct Settings(Vec<Setting>);

impl Settings {
    /// Creates the environment variables for clients of all languages of a mock server in this process.
    ///
    /// # Errors
    ///
    /// If the path of its authority is not UTF-8.
    pub fn for_server(server: &MockServer) -> io::Result<Self> {
        let place = Place {
            http: server.http_url().map(str::to_owned),
            https: server.https_url().map(str::to_owned),
            admin: format!("{}/_mock", server.base_url()),
            credentials: server.credentials().clone(),
        };
        Self::at(&place, server.ca(), None)
    }

    /// Creates the environment variables with which clients of one or all languages find and trust a mock server.
    ///
    /// # Errors
    ///
    /// If the path of its authority is not UTF-8.
    pub fn at(place: &Place, ca: Option<&LocalCa>, language: Option<Language>) -> io::Result<Self> {
        let mut settings = of_place(place, ca.map(|ca| text(ca.ca_pem())).transpose()?.as_deref());
        let trust = ca.map(of_trust).transpose()?.unwrap_or_default();
        let is_wanted = |languages: &[Language]| language.is_none_or(|it| languages.contains(&it));
        let of_languages =
            of_proxies().into_iter().chain(trust).filter(|(languages, _)| is_wanted(languages));
        settings.extend(of_languages.map(|(_, setting)| setting));
        Ok(Self(settings))
    }

    /// Returns a POSIX shell script that sets the environment variables.
    pub fn script(&self) -> String {
        script(&self.0)
    }

    pub(super) fn apply(&self, command: &mut Command) {
        self.0.iter().for_each(|setting| apply(setting, command));
    }
}

#[expect(clippy::disallowed_methods, reason = "what the command inherits may be added to")]
fn apply(setting: &Setting, command: &mut Command) {
    let variable = setting.variable;
    match &setting.change {
        Change::Set(value) => command.env(variable, value),
        Change::Add { to, between, value } => {
            let mut all = OsString::new();
            for there in to.iter().filter_map(std::env::var_os).filter(|there| !there.is_empty()) {
                all.push(there);
                all.push(between);
            }
            all.push(value);
            command.env(variable, all)
        }
        Change::Copy(of) => {
            let mut told = command.as_std().get_envs();
            let value = told.find_map(|(name, value)| value.filter(|_| name == *of)).map(ToOwned::to_owned);
            command.env(variable, value.unwrap_or_default())
        }
        Change::Unset => command.env_remove(variable),
    };
}

fn of_place(place: &Place, ca: Option<&str>) -> Vec<Setting> {
    let set = |variable, why, value: Option<&str>| {
        let change = value.map_or(Change::Unset, |value| Change::Set(value.to_owned()));
        Setting { variable, change, why }
    };
    let (http, https) = (place.http.as_deref(), place.https.as_deref());
    let partner = &place.credentials;
    vec![
        set("SMILE_ID_ENVIRONMENT", "origin of the mock, without a path such as /v1", https.or(http)),
        set("SMILE_ID_PARTNER_ID", "partner of the mock", Some(partner.partner_id().as_str())),
        set(
            "SMILE_ID_API_KEY",
            "key of this partner; the key of a mock is not a secret",
            Some(partner.api_key().expose()),
        ),
        set("SMILEID_MOCK_HTTP", "origin of the mock for HTTP", http),
        set("SMILEID_MOCK_HTTPS", "origin of the mock for HTTPS", https),
        set("SMILEID_MOCK_ADMIN", "URL of the mock's `/_mock` routes", Some(&place.admin)),
        set("SMILEID_MOCK_CA", "certificate of the mock's local CA", ca),
    ]
}

/// Environment variable, with the languages whose clients read it.
type OfLanguages = (&'static [Language], Setting);

/// Returns the variables that prevent clients from using a proxy for this machine. Java needs none: it does not read these
/// variables, and uses no proxy for loopback addresses.
fn of_proxies() -> [OfLanguages; 2] {
    use Language::{Dotnet, Go, Node, Php, Python, Ruby, Rust, Shell};

    let languages = &[Node, Python, Go, Ruby, Php, Dotnet, Rust, Shell][..];
    let to = &["NO_PROXY", "no_proxy"];
    let all = Change::Add { to, between: ",", value: LOOPBACK.to_owned() };
    let set = |variable, why, change| (languages, Setting { variable, change, why });
    [
        set("NO_PROXY", "hosts to reach without a proxy, added to the existing value", all),
        set("no_proxy", "the same for programs that read the name in lower case", Change::Copy("NO_PROXY")),
    ]
}

/// Returns the variables that make clients trust the certificate authority.
fn of_trust(ca: &LocalCa) -> io::Result<Vec<OfLanguages>> {
    use Language::{Dotnet, Go, Java, Node, Php, Python, Ruby, Rust, Shell};

    let (only_ours, bundle) = (text(ca.ca_pem())?, text(ca.bundle_pem())?);
    let java = java_options(&text(ca.truststore())?, ca.truststore_password());
    let php = format!("{LIST}{}", text(ca.php_folder())?);
    let ruby = text(ca.ruby_folder())?;
    let set = |variable, why, value| Setting { variable, change: Change::Set(value), why };
    let add = |to: &'static [&'static str; 1], why, between, value| Setting {
        variable: to[0],
        change: Change::Add { to, between, value },
        why,
    };
    Ok(vec![
        (&[Node], set("NODE_EXTRA_CA_CERTS", "trusted by Node.js in addition to its own roots", only_ours)),
        (
            &[Python, Go, Ruby, Dotnet, Rust, Shell],
            set(
                "SSL_CERT_FILE",
                "trusted by OpenSSL, .NET on Linux, Go (not on macOS) and rustls in place of the system's roots",
                bundle.clone(),
            ),
        ),
        (
            &[Python],
            set(
                "REQUESTS_CA_BUNDLE",
                "for Python's requests, which otherwise uses its own roots",
                bundle.clone(),
            ),
        ),
        (&[Shell], set("CURL_CA_BUNDLE", "for curl, whatever its TLS library", bundle)),
        (&[Java], add(&["JAVA_TOOL_OPTIONS"], "for every JVM, added to the existing value", " ", java)),
        (
            &[Ruby],
            add(&["RUBYLIB"], "folder of the file in RUBYOPT, added to the existing value", LIST, ruby),
        ),
        (
            &[Ruby],
            add(
                &["RUBYOPT"],
                "for Typhoeus and Ethon, which the official SDK uses: libcurl has no variable for its roots",
                " ",
                format!("-r{RUBY_TRUST}"),
            ),
        ),
        (
            &[Php],
            add(&["PHP_INI_SCAN_DIR"], "for PHP's streams and curl, in addition to other settings", "", php),
        ),
    ])
}

/// Returns the options for Java, which splits them at blanks outside quotation marks.
fn java_options(truststore: &str, password: &str) -> String {
    let path = format!("-Djavax.net.ssl.trustStore={truststore}");
    let path = match () {
        () if !truststore.contains(char::is_whitespace) => path,
        () if truststore.contains('"') => format!("'{path}'"),
        () => format!("\"{path}\""),
    };
    format!("{path} -Djavax.net.ssl.trustStoreType=PKCS12 -Djavax.net.ssl.trustStorePassword={password}")
}

fn text(path: PathBuf) -> io::Result<String> {
    let refused = |path: PathBuf| {
        let path = Path::display(&path);
        let problem = "is not UTF-8, which some languages cannot use: choose another `--ca-dir`";
        io::Error::new(io::ErrorKind::InvalidInput, format!("{path} {problem}"))
    };
    path.into_os_string().into_string().map_err(|path| refused(path.into()))
}

fn script(settings: &[Setting]) -> String {
    let lines = settings.iter().map(|Setting { variable, change, why }| match change {
        Change::Set(value) => format!("# {why}\nexport {variable}={}\n", quoted(value)),
        Change::Add { to, between, value } => {
            let there: Vec<_> = to.iter().map(|name| format!("${{{name}:+${name}{between}}}")).collect();
            format!("# {why}\nexport {variable}=\"{}\"{}\n", there.concat(), quoted(value))
        }
        Change::Copy(of) => format!("# {why}\nexport {variable}=\"${of}\"\n"),
        Change::Unset => format!("unset {variable}\n"),
    });
    lines.collect()
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_ends_nothing() {
        assert_eq!(quoted("it's; $(rm) \"x\"\n"), "'it'\\''s; $(rm) \"x\"\n'");
    }

    #[test]
    fn java_gets_one_option_for_one_path() {
        let first = |path| java_options(path, "x").split(" -D").next().unwrap_or_default().to_owned();
        assert_eq!(first("/a/b.p12"), "-Djavax.net.ssl.trustStore=/a/b.p12");
        assert_eq!(first("/a b.p12"), "\"-Djavax.net.ssl.trustStore=/a b.p12\"");
        assert_eq!(first("/a\" b.p12"), "'-Djavax.net.ssl.trustStore=/a\" b.p12'");
    }
}
