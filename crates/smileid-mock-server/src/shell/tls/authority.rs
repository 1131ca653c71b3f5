//! Certificate authority: a key, a certificate with name constraints, and the certificates that it signs.

use std::{collections::BTreeSet, io, net::IpAddr, sync::Arc};

use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DistinguishedName, DnType, ExtendedKeyUsagePurpose,
    GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose, NameConstraints,
};
use time::{Duration, OffsetDateTime};
use tokio_rustls::rustls::{
    RootCertStore,
    client::{WebPkiServerVerifier, danger::ServerCertVerifier as _},
    crypto::{CryptoProvider, ring},
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime, pem::PemObject as _},
    sign::CertifiedKey,
};
use x509_parser::{extensions::GeneralName, parse_x509_certificate};

use super::name::TlsName;
use crate::model::utc_millis::UtcMillis;

/// Common name of the certificate authority. No other root certificate of a machine has it.
const NAME: &str = "smileid-mock local CA";
/// Validity of the certificate authority's certificate, after which it is renewed.
const AUTHORITY: Duration = Duration::days(5 * 365);
/// Validity of signed certificates: the maximum that clients accept. Listeners keep their certificates only in memory.
const LEAF: Duration = Duration::days(397);
/// Remaining validity below which a stored certificate is renewed.
const SPARE: Duration = Duration::days(30);
/// Tolerance for small differences between the clocks of containers and their hosts.
const SLACK: Duration = Duration::days(1);
/// Names in every signed certificate, in addition to the requested names.
const ALWAYS: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// Certificate authority.
pub(super) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: CertificateDer<'static>,
    /// Allowed names, in addition to loopback names.
    names: BTreeSet<TlsName>,
}

/// A certificate and its key, in PEM.
pub(super) struct Pair {
    pub(super) certificate: String,
    pub(super) key: String,
}

impl Authority {
    /// Creates the certificate authority with this key. Uses the stored certificate `kept` if it allows all `names` and does not
    /// expire soon.
    ///
    /// A new certificate also allows the names of the old one. Both have the same key, so clients that trust the new
    /// one accept servers with certificates of the old one.
    pub(super) fn for_key(
        key: KeyPair,
        kept: Option<&str>,
        names: &[TlsName],
        now: UtcMillis,
    ) -> io::Result<Self> {
        let kept = kept.and_then(read);
        let known = kept.as_deref().and_then(|der| Known::read(der, &key)).unwrap_or_default();
        let mut names: BTreeSet<_> = names.iter().filter(|name| !name.is_loopback()).cloned().collect();
        let serves = names.is_subset(&known.names) && known.lives(moment(now)?);
        names.extend(known.names);

        let parameters = parameters_of_authority(&names, moment(now)?);
        let certificate = match kept.filter(|_| serves) {
            Some(certificate) => certificate,
            None => parameters.self_signed(&key).map_err(io::Error::other)?.into(),
        };
        Ok(Self { issuer: Issuer::new(parameters, key), certificate, names })
    }

    pub(super) fn certificate(&self) -> &CertificateDer<'static> {
        &self.certificate
    }

    /// Signs a server certificate for the loopback names, all names that were ever requested, and the address `more`.
    pub(super) fn sign(&self, more: Option<IpAddr>, now: UtcMillis) -> io::Result<Pair> {
        let mut names: BTreeSet<_> = ALWAYS.map(str::to_owned).into();
        names.extend(self.names.iter().map(|name| name.as_str().to_owned()));
        names.extend(more.map(|address| address.to_string()));
        let now = moment(now)?;

        let signed = || {
            let mut parameters = CertificateParams::new(names.into_iter().collect::<Vec<_>>())?;
            (parameters.not_before, parameters.not_after) = (now - SLACK, now + LEAF);
            parameters.distinguished_name = common_name("smileid-mock");
            parameters.is_ca = IsCa::ExplicitNoCa;
            parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
            parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
            parameters.use_authority_key_identifier_extension = true;
            let key = KeyPair::generate()?;
            let certificate = parameters.signed_by(&key, &self.issuer)?.pem();
            Ok(Pair { certificate, key: key.serialize_pem() })
        };
        signed().map_err(|error: rcgen::Error| io::Error::other(error))
    }

    /// Returns true if this certificate is signed by the authority, has all names, and does not expire soon.
    pub(super) fn accepts(&self, pair: &Pair, now: UtcMillis) -> bool {
        let accepted = || {
            let leaf = CertificateDer::from_pem_slice(pair.certificate.as_bytes()).ok()?;
            let key = PrivateKeyDer::from_pem_slice(pair.key.as_bytes()).ok()?;
            CertifiedKey::from_der(vec![leaf.clone()], key, &provider()).ok()?;

            let mut roots = RootCertStore::empty();
            roots.add(self.certificate.clone()).ok()?;
            let verifier =
                WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider()).build().ok()?;
            let later = (moment(now).ok()? + SPARE).unix_timestamp();
            let later = UnixTime::since_unix_epoch(std::time::Duration::from_secs(later.try_into().ok()?));
            let mut names = ALWAYS.into_iter().chain(self.names.iter().map(TlsName::as_str));
            names
                .all(|name| {
                    let name = ServerName::try_from(name);
                    name.is_ok_and(|name| verifier.verify_server_cert(&leaf, &[], &name, &[], later).is_ok())
                })
                .then_some(())
        };
        accepted().is_some()
    }
}

/// Returns the cryptography provider for all TLS of this crate.
pub(super) fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

/// Parses a certificate in PEM; none if it is not valid.
pub(super) fn read(pem: &str) -> Option<CertificateDer<'static>> {
    let certificate = CertificateDer::from_pem_slice(pem.as_bytes()).ok()?;
    parse_x509_certificate(&certificate).is_ok().then_some(certificate)
}

/// Returns true for the certificate of an authority that any mock server created, recognized by its common name.
pub(super) fn is_ours(certificate: &CertificateDer<'_>) -> bool {
    let Ok((_, certificate)) = parse_x509_certificate(certificate) else { return false };
    let mut names = certificate.subject().iter_common_name();
    names.any(|name| name.as_str().is_ok_and(|name| name == NAME))
}

/// Content of the authority's certificate.
#[derive(Default)]
struct Known {
    names: BTreeSet<TlsName>,
    life: Option<(OffsetDateTime, OffsetDateTime)>,
}

impl Known {
    /// Reads the certificate. None if it has another key.
    fn read(certificate: &[u8], key: &KeyPair) -> Option<Self> {
        let (_, certificate) = parse_x509_certificate(certificate).ok()?;
        if certificate.public_key().subject_public_key.data != key.public_key_raw() {
            return None;
        }
        let permitted = certificate.name_constraints().ok()??.value.permitted_subtrees.as_ref()?;
        let names = permitted.iter().filter_map(|subtree| match subtree.base {
            GeneralName::DNSName(name) => name.parse().ok(),
            GeneralName::IPAddress(bytes) => single(bytes),
            _ => None,
        });
        let names = names.filter(|name: &TlsName| !name.is_loopback()).collect();
        let validity = certificate.validity();
        let life = Some((validity.not_before.to_datetime(), validity.not_after.to_datetime()));
        Some(Self { names, life })
    }

    /// Returns true if the authority's certificate expires after a certificate that is signed at `now`.
    fn lives(&self, now: OffsetDateTime) -> bool {
        self.life.is_some_and(|(from, to)| from <= now && now + LEAF <= to)
    }
}

/// Returns the address that a constraint allows, if it allows only one address.
fn single(bytes: &[u8]) -> Option<TlsName> {
    let (address, mask) = bytes.split_at(bytes.len() / 2);
    let address = match address.len() {
        4 => IpAddr::from(<[u8; 4]>::try_from(address).ok()?),
        _ => IpAddr::from(<[u8; 16]>::try_from(address).ok()?),
    };
    mask.iter().all(|byte| *byte == u8::MAX).then(|| address.into())
}

fn parameters_of_authority(names: &BTreeSet<TlsName>, now: OffsetDateTime) -> CertificateParams {
    let mut permitted = vec![
        GeneralSubtree::DnsName("localhost".to_owned()),
        GeneralSubtree::IpAddress(CidrSubnet::from_v4_prefix([127, 0, 0, 0], 8)),
        GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(std::net::Ipv6Addr::LOCALHOST.into(), 128)),
    ];
    permitted.extend(names.iter().map(|name| match name.address() {
        Some(address) => {
            let bits = if address.is_ipv4() { 32 } else { 128 };
            GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(address, bits))
        }
        None => GeneralSubtree::DnsName(name.as_str().to_owned()),
    }));

    let mut parameters = CertificateParams::default();
    (parameters.not_before, parameters.not_after) = (now - SLACK, now + AUTHORITY);
    parameters.distinguished_name = common_name(NAME);
    parameters.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    parameters.name_constraints =
        Some(NameConstraints { permitted_subtrees: permitted, excluded_subtrees: Vec::new() });
    parameters
}

fn common_name(name: &str) -> DistinguishedName {
    let mut distinguished = DistinguishedName::new();
    distinguished.push(DnType::CommonName, name);
    distinguished
}

fn moment(now: UtcMillis) -> io::Result<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp(now.seconds())
        .map_err(|_| io::Error::other("the year of the clock is out of range for a certificate"))
}
