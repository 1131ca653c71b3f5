//! Presigned URLs, as S3 has them, for uploading archives and downloading images.
//!
//! The signature covers the decoded parts of the link, so a client may escape them differently.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use hmac::Mac as _;
use http::Uri;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use smileid_protocol::{
    auth::PartnerId,
    types::{ImageLinks, ImageSubject},
    v1::{put_archive, upload},
};

use crate::{
    model::{bounded::BoundedFifo, secret::Secret, utc_millis::UtcMillis},
    refusal::{LinkFault, Refused},
};

/// Lifetime of a presigned URL for an archive, in seconds. Inferred: the documentation says that these URLs expire, but not when.
const UPLOAD_SECONDS: i64 = 15 * 60;
/// Lifetime of a presigned URL of an image, in seconds. Inferred: the documentation says that these URLs expire, but not when.
const IMAGE_SECONDS: i64 = 60 * 60;

const UPLOADS: &str = "videos";
const IMAGES: &str = "images";
const SMILE_LINKS: &str = "links";
const ACCESS_KEY: &str = "ASIAMOCKMOCKMOCKMOCK";
const ENCRYPTION: &str = "AES256";

/// Creates and verifies presigned URLs.
pub(crate) struct Presigner {
    secret: Secret,
}

impl Presigner {
    pub(crate) fn new(secret: Secret) -> Self {
        Self { secret }
    }

    /// Returns the `ref_id` for upload number `attempt` of a job: `<partner>-<job>-<random>`.
    pub(crate) fn ref_id(&self, partner: &PartnerId, smile_job_id: &str, attempt: u32) -> String {
        let random = self.secret.name(&["ref_id", partner.as_str(), smile_job_id, &attempt.to_string()]);
        format!("{partner}-{smile_job_id}-{random}")
    }

    /// Creates the presigned URL for the archive with this `ref_id`.
    pub(crate) fn upload_url(
        &self,
        origin: &str,
        partner: &PartnerId,
        ref_id: &str,
        file_name: Option<&str>,
        now: UtcMillis,
    ) -> String {
        let file_name = file_name.filter(|name| is_file_name(name)).unwrap_or(upload::FILE_NAME);
        let expires = now.seconds().saturating_add(UPLOAD_SECONDS).to_string();
        let token = self.sign(&["token", ref_id, &expires]);
        let signature = self.sign(&[
            UPLOADS,
            partner.as_str(),
            ref_id,
            file_name,
            ACCESS_KEY,
            put_archive::CONTENT,
            &expires,
            &token,
            ENCRYPTION,
        ]);
        let [partner, ref_id, file_name, content, token, signature] =
            [partner.as_str(), ref_id, file_name, put_archive::CONTENT, &token, &signature].map(encode);
        format!(
            "{origin}/{UPLOADS}/{partner}/{ref_id}/{file_name}?AWSAccessKeyId={ACCESS_KEY}\
             &Content-Type={content}&Expires={expires}&Signature={signature}\
             &x-amz-security-token={token}&x-amz-server-side-encryption={ENCRYPTION}"
        )
    }

    /// Verifies and reads the presigned URL for an archive. Its expiry is not checked.
    pub(crate) fn read_upload(&self, uri: &Uri) -> Result<UploadLink, Refused> {
        let link = Link::read(uri);
        let [_, partner, ref_id, file_name] = link.path.as_slice() else {
            return Err(altered());
        };
        let facts = [
            UPLOADS,
            partner,
            ref_id,
            file_name,
            link.get("AWSAccessKeyId"),
            link.get("Content-Type"),
            link.get("Expires"),
            link.get("x-amz-security-token"),
            link.get("x-amz-server-side-encryption"),
        ];
        let expires = self.check(&facts, &link)?;
        let smile_job_id = job_of(partner, ref_id);
        Ok(UploadLink {
            expires,
            partner: PartnerId::new(partner.clone()).map_err(|_| altered())?,
            smile_job_id: smile_job_id.ok_or_else(altered)?.to_owned(),
        })
    }

    /// Creates the presigned URL of an image.
    fn image_url(&self, origin: &str, image: &ImageKey, now: UtcMillis) -> Option<String> {
        let name = image_name(image.subject)?;
        let expires = now.seconds().saturating_add(IMAGE_SECONDS).to_string();
        let signature = self.sign(&[IMAGES, image.partner.as_str(), &image.smile_job_id, name, &expires]);
        let [partner, job, signature] = [image.partner.as_str(), &image.smile_job_id, &signature].map(encode);
        Some(format!("{origin}/{IMAGES}/{partner}/{job}/{name}?Expires={expires}&Signature={signature}"))
    }

    /// Creates presigned URLs of the stored images of a job.
    pub(crate) fn image_links(
        &self,
        origin: &str,
        (partner, smile_job_id): (&PartnerId, &str),
        images: &BoundedFifo<ImageKey, Bytes>,
        now: UtcMillis,
    ) -> ImageLinks {
        let link = |subject| {
            let (partner, smile_job_id) = (partner.clone(), smile_job_id.to_owned());
            let key = ImageKey { partner, smile_job_id, subject };
            images.contains(&key).then(|| self.image_url(origin, &key, now))?
        };
        let mut links = ImageLinks::default();
        links.selfie_image = link(ImageSubject::Selfie);
        links.id_card_image = link(ImageSubject::IdCard);
        links.id_card_back = link(ImageSubject::IdCardBack);
        links
    }

    /// Verifies and reads the presigned URL of an image, including its expiry.
    pub(crate) fn read_image(&self, uri: &Uri, now: UtcMillis) -> Result<ImageKey, Refused> {
        let link = Link::read(uri);
        let [_, partner, smile_job_id, name] = link.path.as_slice() else {
            return Err(altered());
        };
        let expires = self.check(&[IMAGES, partner, smile_job_id, name, link.get("Expires")], &link)?;
        not_expired(expires, now)?;
        let subject = IMAGE_NAMES.iter().find(|(_, known)| known == name).map(|(subject, _)| *subject);
        Ok(ImageKey {
            partner: PartnerId::new(partner.clone()).map_err(|_| altered())?,
            smile_job_id: smile_job_id.clone(),
            subject: subject.ok_or_else(altered)?,
        })
    }

    /// Checks that a presigned URL is genuine, and returns its expiry in seconds since 1970.
    fn check(&self, facts: &[&str], link: &Link) -> Result<i64, Refused> {
        let signature = STANDARD.decode(link.get("Signature")).map_err(|_| altered())?;
        self.secret.mac(facts).verify_slice(&signature).map_err(|_| altered())?;
        link.get("Expires").parse().map_err(|_| altered())
    }

    fn sign(&self, facts: &[&str]) -> String {
        STANDARD.encode(self.secret.digest(facts))
    }
}

fn not_expired(expires: i64, now: UtcMillis) -> Result<(), Refused> {
    if now.seconds() <= expires { Ok(()) } else { Err(Refused::access_denied(LinkFault::Expired)) }
}

fn altered() -> Refused {
    Refused::access_denied(LinkFault::Altered)
}

/// Creates the URL of a Smile Link. It is not signed: its random id is the only protection.
pub(crate) fn smile_link(origin: &str, partner: &PartnerId, ref_id: &str) -> String {
    format!("{origin}/{SMILE_LINKS}/{}/{}", encode(partner.as_str()), encode(ref_id))
}

/// Returns true for the path of a presigned URL for an archive.
pub(crate) fn is_upload(path: &str) -> bool {
    is_below(path, UPLOADS)
}

/// Returns true for the path of a presigned URL of an image.
pub(crate) fn is_image(path: &str) -> bool {
    is_below(path, IMAGES)
}

/// Returns partner and job in the presigned URL for an archive. The URL may be forged.
pub(crate) fn claimed_upload(uri: &Uri) -> Option<(PartnerId, String)> {
    match Link::read(uri).path.as_slice() {
        [_, partner, ref_id, _] => {
            Some((PartnerId::new(partner.clone()).ok()?, job_of(partner, ref_id)?.to_owned()))
        }
        _ => None,
    }
}

/// Returns partner and job in the presigned URL of an image. The URL may be forged.
pub(crate) fn claimed_image(uri: &Uri) -> Option<(PartnerId, String)> {
    match Link::read(uri).path.as_slice() {
        [_, partner, number, _] => Some((PartnerId::new(partner.clone()).ok()?, number.clone())),
        _ => None,
    }
}

/// Returns the job number in a `ref_id`, `<partner>-<job>-<random>`.
fn job_of<'a>(partner: &str, ref_id: &'a str) -> Option<&'a str> {
    ref_id.strip_prefix(partner)?.split('-').nth(1)
}

/// Job to which a presigned URL for an archive belongs.
pub(crate) struct UploadLink {
    pub(crate) partner: PartnerId,
    pub(crate) smile_job_id: String,
    /// Expiry of the presigned URL, in seconds since 1970.
    expires: i64,
}

impl UploadLink {
    /// Refuses a presigned URL that has expired.
    pub(crate) fn check(&self, now: UtcMillis) -> Result<(), Refused> {
        not_expired(self.expires, now)
    }
}

/// Key of one image of one job.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ImageKey {
    pub(crate) partner: PartnerId,
    pub(crate) smile_job_id: String,
    pub(crate) subject: ImageSubject,
}

impl ImageKey {
    /// Returns the keys of all images that a job can have.
    pub(crate) fn of_job(partner: &PartnerId, smile_job_id: &str) -> impl Iterator<Item = Self> {
        IMAGE_NAMES.into_iter().map(move |(subject, _)| Self {
            partner: partner.clone(),
            smile_job_id: smile_job_id.to_owned(),
            subject,
        })
    }
}

/// File names of images in presigned URLs.
const IMAGE_NAMES: [(ImageSubject, &str); 3] = [
    (ImageSubject::Selfie, "selfie_image"),
    (ImageSubject::IdCard, "id_card_image"),
    (ImageSubject::IdCardBack, "id_card_back"),
];

fn image_name(subject: ImageSubject) -> Option<&'static str> {
    IMAGE_NAMES.iter().find(|(it, _)| *it == subject).map(|(_, name)| *name)
}

/// Parsed and decoded presigned URL.
struct Link {
    path: Vec<String>,
    query: Vec<(String, String)>,
}

impl Link {
    fn read(uri: &Uri) -> Self {
        let pairs = uri.query().unwrap_or_default().split('&').map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        });
        let path = uri.path().trim_start_matches('/').split('/').map(decode);
        Self { path: path.collect(), query: pairs.collect() }
    }

    fn get(&self, name: &str) -> &str {
        self.query.iter().find(|(it, _)| it == name).map_or("", |(_, value)| value)
    }
}

/// Characters to escape in a path or query: all except the unreserved characters of RFC 3986.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

fn encode(text: &str) -> String {
    utf8_percent_encode(text, ESCAPED).to_string()
}

/// Decodes percent escapes. Invalid escapes and plus signs stay as they are, because signatures contain plus signs.
fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// Returns true for a file name that can be part of a URL: not `.` or `..`, which clients remove, and not too long.
fn is_file_name(name: &str) -> bool {
    !name.is_empty() && name.len() <= 255 && !name.chars().all(|c| c == '.')
}

fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix('/')
        .and_then(|path| path.strip_prefix(folder))
        .is_some_and(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UtcMillis = UtcMillis::from_utc_millis(1_700_000_000_500);

    fn upload_url(file_name: &str) -> String {
        let presigner = Presigner::new(Secret::new([7; 32]));
        let partner = PartnerId::new("085").unwrap();
        let ref_id = presigner.ref_id(&partner, "0000000001", 1);
        presigner.upload_url("http://127.0.0.1:8085", &partner, &ref_id, Some(file_name), NOW)
    }

    fn read(url: &str, now: UtcMillis) -> Option<UploadLink> {
        let link = Presigner::new(Secret::new([7; 32])).read_upload(&url.parse().unwrap()).ok()?;
        link.check(now).is_ok().then_some(link)
    }

    #[test]
    fn a_link_is_known_again() {
        for name in ["selfie.zip", "my selfie & co?.zip", "sélfie/../x.zip", "..", ""] {
            let link = read(&upload_url(name), NOW).expect("our own link");
            assert_eq!((link.partner.as_str(), link.smile_job_id.as_str()), ("085", "0000000001"), "{name}");
        }
        assert!(upload_url("..").contains("/selfie.zip?"));
        assert!(upload_url("a b.zip").contains("/a%20b.zip?"));
    }

    #[test]
    fn it_may_be_escaped_otherwise() {
        let url = upload_url("selfie.zip");
        assert!(url.contains("Content-Type=application%2Fzip&"));
        assert!(read(&url.replace("application%2Fzip", "application/zip"), NOW).is_some());
        assert!(read(&url.replace("selfie", "%73elfie"), NOW).is_some());
    }

    #[test]
    fn it_expires_after_fifteen_minutes() {
        let url = upload_url("selfie.zip");
        let minutes = |n: u64| NOW.after(std::time::Duration::from_secs(n * 60));
        assert!(read(&url, minutes(15)).is_some());
        assert!(read(&url, minutes(16)).is_none());
    }

    #[test]
    fn no_part_can_be_altered() {
        let url = upload_url("selfie.zip");
        for (from, to) in [
            ("/085/", "/086/"),
            ("-0000000001-", "-0000000002-"),
            ("selfie.zip", "other.zip"),
            ("Expires=17", "Expires=18"),
            ("application%2Fzip", "text%2Fplain"),
            ("AES256", "none"),
            ("ASIA", "AKIA"),
            ("x-amz-security-token=", "x-amz-security-token=A"),
            ("&Signature=", "&NoSignature="),
            ("/videos/", "/videos/x/"),
        ] {
            assert_ne!(url.replacen(from, to, 1), url, "{from}");
            assert!(read(&url.replacen(from, to, 1), NOW).is_none(), "{from}");
        }
        let other = Presigner::new(Secret::new([8; 32])).read_upload(&url.parse().unwrap());
        assert!(other.is_err(), "made with another secret");
    }

    #[test]
    fn a_partner_may_have_a_dash() {
        let presigner = Presigner::new(Secret::new([7; 32]));
        let partner = PartnerId::new("a-b").unwrap();
        let ref_id = presigner.ref_id(&partner, "0000000001", 1);
        let url = presigner.upload_url("http://h", &partner, &ref_id, None, NOW);
        assert_eq!(read(&url, NOW).unwrap().smile_job_id, "0000000001");
    }

    #[test]
    fn every_attempt_has_another_name_and_looks_like_the_samples() {
        let presigner = Presigner::new(Secret::new([7; 32]));
        let partner = PartnerId::new("125").unwrap();
        let [first, second] = [1, 2].map(|attempt| presigner.ref_id(&partner, "0000000583", attempt));
        assert_ne!(first, second);
        assert_eq!(first.len(), "125-0000000583-s8fqo7ju2ji2u32hhu4us11bq3yhww".len());
    }
}
