//! HTTPS: a local certificate authority, and the files that make clients trust it.

mod authority;
mod connect;
mod folder;
mod name;
mod trust;

use std::{
    fmt, io,
    net::IpAddr,
    path::{Path, PathBuf},
};

use etcetera::BaseStrategy as _;
use rcgen::KeyPair;
use tokio_rustls::rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};

pub use self::name::{ParseTlsNameError, TlsName};
pub(crate) use self::{connect::Connector, trust::system_roots};
pub(crate) use tokio_rustls::TlsAcceptor;

use self::{
    authority::{Authority, Pair},
    folder::{Folder, Readers},
};
use crate::model::utc_millis::UtcMillis;

const CA: &str = "ca.pem";
const CA_KEY: &str = "ca.key";
const BUNDLE: &str = "bundle.pem";
const TRUSTSTORE: &str = "truststore.p12";
const RECEIVER: &str = "receiver.pem";
const RECEIVER_KEY: &str = "receiver.key";
const PHP_FOLDER: &str = "php";
const RUBY_FOLDER: &str = "ruby";
/// Name of the Ruby file that makes Typhoeus trust the certificate authority, for `require`.
pub(crate) const RUBY_TRUST: &str = "smileid_mock_trust";
const PHP_INI: &str = "smileid-mock.ini";

/// Default password of Java truststores. All content of the truststore is public.
const TRUSTSTORE_PASSWORD: &str = "changeit";

/// Certificate authority of this machine, and the files in its folder that make clients trust it.
///
/// Its certificate limits it to loopback names and the names that were added, so a stolen key cannot impersonate other
/// hosts. It is created if a folder has none. Every process that opens the folder later uses the same authority.
///
/// Certificates use real time, whatever a partner's clock shows.
pub struct LocalCa {
    folder: PathBuf,
    authority: Authority,
}

impl LocalCa {
    /// Returns the default folder: `smileid-mock` in the user's data folder, which is `$XDG_DATA_HOME` or `~/.local/share`, and
    /// on Windows `%APPDATA%`.
    ///
    /// # Errors
    ///
    /// If the user has no home folder.
    pub fn default_folder() -> io::Result<PathBuf> {
        let strategy = etcetera::choose_base_strategy().map_err(|error| {
            io::Error::new(io::ErrorKind::NotFound, format!("no folder for the local CA: {error}"))
        })?;
        Ok(strategy.data_dir().join("smileid-mock"))
    }

    /// Returns true if a folder contains a certificate authority.
    pub fn is_in(folder: impl AsRef<Path>) -> bool {
        folder.as_ref().join(CA).exists()
    }

    /// Opens the certificate authority in a folder, or creates it. Writes the trust files that are missing or outdated.
    ///
    /// From then on it issues certificates for `names`. Any number of processes may do this concurrently.
    ///
    /// # Errors
    ///
    /// If the folder or a file in it cannot be read or written; the error says which.
    pub fn open(folder: impl AsRef<Path>, names: &[TlsName]) -> io::Result<Self> {
        Self::open_at(folder.as_ref(), names, super::now())
    }

    fn open_at(folder: &Path, names: &[TlsName], now: UtcMillis) -> io::Result<Self> {
        let folder = Folder::lock(folder)?;
        let certificate = folder.read(CA)?;
        if certificate.as_deref().and_then(authority::read).is_some_and(|it| !authority::is_ours(&it)) {
            let message = format!(
                "{} belongs to another certificate authority: the mock needs its own folder",
                folder.path().join(CA).display()
            );
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, message));
        }
        let kept = folder.read(CA_KEY)?.and_then(|pem| KeyPair::from_pem(&pem).ok());
        let key = if let Some(key) = kept {
            folder.close(CA_KEY)?;
            key
        } else {
            let key = KeyPair::generate().map_err(io::Error::other)?;
            folder.write(CA_KEY, key.serialize_pem().as_bytes(), Readers::Owner)?;
            key
        };
        let authority = Authority::for_key(key, certificate.as_deref(), names, now)?;
        trust::write(&folder, authority.certificate())?;
        keep_receiver(&folder, &authority, now)?;
        Ok(Self { folder: folder.path().to_owned(), authority })
    }

    /// Returns the path of the authority's certificate, in PEM.
    pub fn ca_pem(&self) -> PathBuf {
        self.folder.join(CA)
    }

    /// Returns the path of a PEM file with the system's root certificates and the authority's certificate.
    pub fn bundle_pem(&self) -> PathBuf {
        self.folder.join(BUNDLE)
    }

    /// Returns the path of a PKCS#12 truststore for Java, with the system's root certificates and the authority's certificate.
    pub fn truststore(&self) -> PathBuf {
        self.folder.join(TRUSTSTORE)
    }

    /// Password of [`LocalCa::truststore`]. It is not secret, as the truststore contains no secrets.
    pub fn truststore_password(&self) -> &'static str {
        TRUSTSTORE_PASSWORD
    }

    /// Returns the folder, for Ruby's load path, of the file that makes Typhoeus and Ethon trust the authority.
    pub fn ruby_folder(&self) -> PathBuf {
        self.folder.join(RUBY_FOLDER)
    }

    /// Returns the folder with settings that make PHP trust the authority.
    pub fn php_folder(&self) -> PathBuf {
        self.folder.join(PHP_FOLDER)
    }

    /// Returns the path of a server certificate for callback receivers, in PEM.
    pub fn receiver_pem(&self) -> PathBuf {
        self.folder.join(RECEIVER)
    }

    /// Returns the path of the key for [`LocalCa::receiver_pem`], in PEM.
    pub fn receiver_key(&self) -> PathBuf {
        self.folder.join(RECEIVER_KEY)
    }

    pub(crate) fn certificate(&self) -> &CertificateDer<'static> {
        self.authority.certificate()
    }

    /// Creates the TLS acceptor of a listener on `address`, with a separate certificate.
    pub(crate) fn acceptor(&self, address: IpAddr) -> io::Result<TlsAcceptor> {
        let more = address.is_loopback().then_some(address);
        let Pair { certificate, key } = self.authority.sign(more, super::now())?;
        let certificate = CertificateDer::from_pem_slice(certificate.as_bytes()).map_err(io::Error::other)?;
        let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).map_err(io::Error::other)?;
        let config = ServerConfig::builder_with_provider(authority::provider())
            .with_safe_default_protocol_versions()
            .and_then(|config| config.with_no_client_auth().with_single_cert(vec![certificate], key));
        let mut config = config.map_err(io::Error::other)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(TlsAcceptor::from(std::sync::Arc::new(config)))
    }
}

impl fmt::Debug for LocalCa {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalCa").field("folder", &self.folder).finish_non_exhaustive()
    }
}

/// Renews the certificate and key for callback receivers if they expire soon. Otherwise keeps them, because a receiver may be
/// reading them.
fn keep_receiver(folder: &Folder, authority: &Authority, now: UtcMillis) -> io::Result<()> {
    if let (Some(certificate), Some(key)) = (folder.read(RECEIVER)?, folder.read(RECEIVER_KEY)?)
        && authority.accepts(&Pair { certificate, key }, now)
    {
        return folder.close(RECEIVER_KEY);
    }
    let pair = authority.sign(None, now)?;
    folder.write(RECEIVER_KEY, pair.key.as_bytes(), Readers::Owner)?;
    folder.write(RECEIVER, pair.certificate.as_bytes(), Readers::All)
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "what is in the files")]
mod tests {
    use std::{fs, time::Duration};

    use super::*;

    const NOW: UtcMillis = UtcMillis::from_utc_millis(1_700_000_000_000);

    fn days(days: u64) -> UtcMillis {
        NOW.after(Duration::from_secs(days * 86_400))
    }

    /// Returns the contents of three files in a folder after the certificate authority was opened.
    fn files(folder: &Path, now: UtcMillis) -> [String; 3] {
        LocalCa::open_at(folder, &[], now).unwrap();
        [CA_KEY, CA, RECEIVER].map(|name| fs::read_to_string(folder.join(name)).unwrap())
    }

    #[test]
    fn what_is_too_old_is_made_anew() {
        let folder = tempfile::tempdir().unwrap();
        let [key, ca, receiver] = files(folder.path(), NOW);
        assert_eq!(files(folder.path(), days(366)), [key.clone(), ca.clone(), receiver.clone()]);

        let [same_key, same_ca, receiver_2] = files(folder.path(), days(368));
        assert_eq!((&same_key, &same_ca), (&key, &ca));
        assert_ne!(receiver, receiver_2, "30 days are left of 397");

        assert_eq!(files(folder.path(), days(5 * 365 - 397))[1], ca);
        let [same_key, ca_2, _] = files(folder.path(), days(5 * 365 - 396));
        assert_eq!(same_key, key);
        assert_ne!(ca_2, ca, "what it signs would outlive it");

        assert_ne!(files(folder.path(), NOW)[1], ca_2, "it is not valid yet");
    }

    #[test]
    fn what_cannot_be_read_is_made_anew() {
        let folder = tempfile::tempdir().unwrap();
        let [key, ca, receiver] = files(folder.path(), NOW);
        for garbage in ["", "?", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
            fs::write(folder.path().join(CA), garbage).unwrap();
            let [same_key, ca_2, same_receiver] = files(folder.path(), NOW);
            assert_eq!((same_key, same_receiver), (key.clone(), receiver.clone()));
            assert_ne!(ca_2, ca);
        }
        fs::write(folder.path().join(RECEIVER_KEY), &key).unwrap();
        let [_, ca, receiver_2] = files(folder.path(), NOW);
        assert_ne!(receiver_2, receiver, "it was of another key");

        fs::write(folder.path().join(CA_KEY), b"\xff").unwrap();
        let [key_2, ca_2, receiver_3] = files(folder.path(), NOW);
        assert!(key_2 != key && ca_2 != ca && receiver_3 != receiver_2);
        assert_eq!(files(folder.path(), NOW), [key_2, ca_2, receiver_3]);
    }

    #[test]
    fn bundles_are_made_again_when_they_are_gone_or_old() {
        let folder = tempfile::tempdir().unwrap();
        files(folder.path(), NOW);
        let bundle = fs::read(folder.path().join(BUNDLE)).unwrap();
        let truststore = || fs::read(folder.path().join(TRUSTSTORE)).unwrap();
        let first = truststore();
        files(folder.path(), NOW);
        assert_eq!(truststore(), first);

        fs::remove_file(folder.path().join(TRUSTSTORE)).unwrap();
        files(folder.path(), NOW);
        let second = truststore(); // its salt is new

        fs::write(folder.path().join(BUNDLE), "old").unwrap();
        files(folder.path(), NOW);
        assert_eq!(fs::read(folder.path().join(BUNDLE)).unwrap(), bundle);
        assert_ne!(truststore(), second);
    }

    #[test]
    fn another_authoritys_folder_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let theirs = rcgen::generate_simple_self_signed(["example.com".to_owned()]).unwrap().cert.pem();
        let path = folder.path().join(CA);
        fs::write(&path, &theirs).unwrap();
        let error = LocalCa::open_at(folder.path(), &[], NOW).unwrap_err();
        assert!(error.to_string().contains(&path.display().to_string()), "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), theirs);
        assert!(!folder.path().join(CA_KEY).exists());
    }

    #[test]
    fn an_error_says_where() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        let error = LocalCa::open_at(&file.join("ca"), &[], NOW).unwrap_err();
        assert!(error.to_string().contains(&file.display().to_string()), "{error}");

        fs::create_dir(folder.path().join(CA)).unwrap();
        let error = LocalCa::open_at(folder.path(), &[], NOW).unwrap_err();
        assert!(error.to_string().contains("cannot read") && error.to_string().contains(CA), "{error}");
    }
}
