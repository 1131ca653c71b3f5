//! Trust files for clients: the root certificates of the system and of the mock server, in the formats that languages read.

use std::{io, path::Path};

use p12_keystore::{Certificate, KeyStore, KeyStoreEntry};
use pem::Pem;
use tokio_rustls::rustls::pki_types::CertificateDer;

use super::{
    BUNDLE, CA, PHP_FOLDER, PHP_INI, RUBY_FOLDER, RUBY_TRUST, TRUSTSTORE, TRUSTSTORE_PASSWORD,
    authority::is_ours,
    folder::{Folder, Readers},
};

/// Writes the trust files that are missing or outdated.
pub(super) fn write(folder: &Folder, ours: &CertificateDer<'static>) -> io::Result<()> {
    replace(folder, CA, &pem([ours]))?;

    let roots = system_roots();
    let bundle = pem(roots.iter().chain([ours]));
    let is_there = folder.path().join(TRUSTSTORE).is_file() && folder.read(BUNDLE)?.as_ref() == Some(&bundle);
    if !is_there {
        // The truststore is written before the bundle: an up-to-date bundle then means that the truststore is up to
        // date, too.
        folder.write(TRUSTSTORE, &truststore(&roots, ours)?, Readers::All)?;
        folder.write(BUNDLE, bundle.as_bytes(), Readers::All)?;
    }
    replace(folder, &format!("{RUBY_FOLDER}/{RUBY_TRUST}.rb"), RUBY)?;
    replace(folder, &format!("{PHP_FOLDER}/{PHP_INI}"), &php(&folder.path().join(BUNDLE)))
}

fn replace(folder: &Folder, name: &str, contents: &str) -> io::Result<()> {
    if folder.read(name)?.as_deref() == Some(contents) {
        return Ok(());
    }
    folder.write(name, contents.as_bytes(), Readers::All)
}

/// Returns the readable root certificates of the system; a container may have none. Certificates of mock servers are left out,
/// because an environment variable may name a mock server's own file.
pub(crate) fn system_roots() -> Vec<CertificateDer<'static>> {
    let mut roots = rustls_native_certs::load_native_certs().certs;
    roots.retain(|root| !is_ours(root));
    roots
}

/// Ruby file for Typhoeus, which the official Ruby SDK uses. Typhoeus calls libcurl, and libcurl reads its root certificates from
/// no environment variable. Options that a program sets itself take precedence.
const RUBY: &str = include_str!("trust.rb");

fn pem<'a>(certificates: impl IntoIterator<Item = &'a CertificateDer<'static>>) -> String {
    let pems: Vec<_> =
        certificates.into_iter().map(|certificate| Pem::new("CERTIFICATE", certificate.as_ref())).collect();
    let lines = pem::EncodeConfig::new().set_line_ending(pem::LineEnding::LF);
    pem::encode_many_config(&pems, lines)
}

fn truststore(roots: &[CertificateDer<'static>], ours: &CertificateDer<'static>) -> io::Result<Vec<u8>> {
    let mut store = KeyStore::new();
    // Roots that this library cannot parse are left out. Java cannot read them either.
    let readable = roots.iter().filter_map(|root| Certificate::from_der(root).ok());
    for (number, root) in readable.enumerate() {
        store.add_entry(&format!("system-{number:03}"), KeyStoreEntry::Certificate(root));
    }
    let ours = Certificate::from_der(ours).map_err(io::Error::other)?;
    store.add_entry("smileid-mock", KeyStoreEntry::Certificate(ours));
    store.writer(TRUSTSTORE_PASSWORD).write().map_err(io::Error::other)
}

/// Returns settings for PHP, which reads them only from files. A quotation mark in a path ends the value, because PHP has no
/// escape for it.
fn php(bundle: &Path) -> String {
    let bundle = bundle.display();
    format!("; trust for smileid-mock\nopenssl.cafile=\"{bundle}\"\ncurl.cainfo=\"{bundle}\"\n")
}
