//! The settings by which clients find a mock and trust it.

use std::{
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::ValueEnum;
use smileid_mock_server::LocalCa;
use smileid_protocol::auth::Credentials;

use crate::{
    Failure,
    arguments::{Env, MockUrl},
};

/// The names of this machine, which no proxy can lead to.
const LOOPBACK: &str = "localhost,127.0.0.1,::1";

/// Between the folders of a list.
const LIST: &str = if cfg!(windows) { ";" } else { ":" };

/// Whose clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    Node,
    Python,
    Go,
    Java,
    Ruby,
    Php,
    Rust,
    Shell,
}

/// One variable of the environment.
pub(crate) struct Setting {
    pub(crate) variable: &'static str,
    pub(crate) change: Change,
    why: &'static str,
}

/// What becomes of a variable.
pub(crate) enum Change {
    /// It has this value.
    Set(String),
    /// It has what each of these variables has, with `between` after it, and then this value.
    Add { to: &'static [&'static str], between: &'static str, value: String },
    /// It has what that one has by then.
    Copy(&'static str),
    /// It has none, whatever an outer mock has given it.
    Unset,
}

/// A mock that clients are sent to.
pub(crate) struct Place {
    pub(crate) http: Option<String>,
    pub(crate) https: Option<String>,
    pub(crate) admin: String,
    pub(crate) credentials: Credentials,
}

impl Place {
    /// A mock that is somewhere already.
    pub(crate) fn at(url: MockUrl, credentials: Credentials) -> Self {
        let admin = format!("{}/_mock", url.origin);
        let (http, https) = if url.is_https { (None, Some(url.origin)) } else { (Some(url.origin), None) };
        Self { http, https, admin, credentials }
    }
}

/// Prints the settings of one language.
pub(crate) fn run(arguments: Env) -> Result<ExitCode, Failure> {
    let ca = if arguments.url.is_https { Some(arguments.trust.open()?) } else { None };
    let place = Place::at(arguments.url, arguments.partner.credentials()?);
    let settings = settings(&place, ca.as_ref(), |languages| languages.contains(&arguments.lang))?;
    io::stdout().lock().write_all(script(&settings).as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// Where the mock is, for everybody, and what makes the clients of the `wanted` languages trust it.
pub(crate) fn settings(
    place: &Place,
    ca: Option<&LocalCa>,
    wanted: impl Fn(&[Language]) -> bool,
) -> Result<Vec<Setting>, Failure> {
    let mut settings = of_place(place, ca.map(|ca| text(ca.ca_pem())).transpose()?.as_deref());
    let trust = ca.map(of_trust).transpose()?.unwrap_or_default();
    let of_languages = of_proxies().into_iter().chain(trust).filter(|(languages, _)| wanted(languages));
    settings.extend(of_languages.map(|(_, setting)| setting));
    Ok(settings)
}

fn of_place(place: &Place, ca: Option<&str>) -> Vec<Setting> {
    let set = |variable, why, value: Option<&str>| {
        let change = value.map_or(Change::Unset, |value| Change::Set(value.to_owned()));
        Setting { variable, change, why }
    };
    let (http, https) = (place.http.as_deref(), place.https.as_deref());
    let partner = &place.credentials;
    vec![
        set("SMILE_ID_ENVIRONMENT", "where the mock is: paths such as /v1/upload follow", https.or(http)),
        set("SMILE_ID_PARTNER_ID", "as whom to ask it", Some(partner.partner_id().as_str())),
        set("SMILE_ID_API_KEY", "a mock's key is no secret", Some(partner.api_key().expose())),
        set("SMILEID_MOCK_HTTP", "where it is by HTTP", http),
        set("SMILEID_MOCK_HTTPS", "where it is by HTTPS", https),
        set("SMILEID_MOCK_ADMIN", "where its own routes are", Some(&place.admin)),
        set("SMILEID_MOCK_CA", "the certificate of its authority", ca),
    ]
}

/// A setting, with the languages that read it.
type OfLanguages = (&'static [Language], Setting);

/// What keeps clients from asking a proxy for this machine. Java's own setting spares loopback from the start, and it
/// reads neither of these.
fn of_proxies() -> [OfLanguages; 2] {
    use Language::{Go, Node, Php, Python, Ruby, Rust, Shell};

    let languages = &[Node, Python, Go, Ruby, Php, Rust, Shell][..];
    let to = &["NO_PROXY", "no_proxy"];
    let all = Change::Add { to, between: ",", value: LOOPBACK.to_owned() };
    let set = |variable, why, change| (languages, Setting { variable, change, why });
    [
        set("NO_PROXY", "what is asked for without a proxy, added to what is there", all),
        set("no_proxy", "the same for who reads it in small letters", Change::Copy("NO_PROXY")),
    ]
}

/// What makes clients trust the authority.
fn of_trust(ca: &LocalCa) -> Result<Vec<OfLanguages>, Failure> {
    use Language::{Go, Java, Node, Php, Python, Ruby, Rust, Shell};

    let (only_ours, bundle) = (text(ca.ca_pem())?, text(ca.bundle_pem())?);
    let java = java_options(&text(ca.truststore())?, ca.truststore_password());
    let php = format!("{LIST}{}", text(ca.php_folder())?);
    let set = |variable, why, value| Setting { variable, change: Change::Set(value), why };
    let add = |to: &'static [&'static str; 1], why, between, value| Setting {
        variable: to[0],
        change: Change::Add { to, between, value },
        why,
    };
    Ok(vec![
        (&[Node], set("NODE_EXTRA_CA_CERTS", "Node.js trusts this beside its own roots", only_ours)),
        (
            &[Python, Go, Ruby, Rust, Shell],
            set(
                "SSL_CERT_FILE",
                "OpenSSL and whoever follows it, Go (not on macOS) and rustls trust this in place of the system's",
                bundle.clone(),
            ),
        ),
        (&[Python], set("REQUESTS_CA_BUNDLE", "requests has roots of its own unless told", bundle.clone())),
        (&[Shell], set("CURL_CA_BUNDLE", "curl of any build", bundle)),
        (&[Java], add(&["JAVA_TOOL_OPTIONS"], "every Java that starts, added to what is there", " ", java)),
        (&[Php], add(&["PHP_INI_SCAN_DIR"], "PHP's streams and curl, beside the other settings", "", php)),
    ])
}

/// Java splits this at blanks outside quotes.
fn java_options(truststore: &str, password: &str) -> String {
    let path = format!("-Djavax.net.ssl.trustStore={truststore}");
    let path = match () {
        () if !truststore.contains(char::is_whitespace) => path,
        () if truststore.contains('"') => format!("'{path}'"),
        () => format!("\"{path}\""),
    };
    format!("{path} -Djavax.net.ssl.trustStoreType=PKCS12 -Djavax.net.ssl.trustStorePassword={password}")
}

fn text(path: PathBuf) -> Result<String, Failure> {
    let refused = |path: PathBuf| {
        let path = Path::display(&path);
        Failure::Other(format!(
            "{path} is not UTF-8, which not every language takes: name another `--ca-dir`"
        ))
    };
    path.into_os_string().into_string().map_err(|path| refused(path.into()))
}

/// The settings as a POSIX shell reads them.
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
