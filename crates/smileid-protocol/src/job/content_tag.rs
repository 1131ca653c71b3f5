//! Content tag: a hash in the job's parameters that tells whether two jobs with the same ids have the same content.

use std::fmt;

use hmac::Mac as _;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use smileid_types::{JobResult, PartnerParams, ReservedName};

use crate::auth::Credentials;

/// Name of the member of `partner_params` that holds the [`ContentTag`]. Users cannot use this name for their own members.
pub const CONTENT_TAG: &str = "content_tag";

/// Hash of a job's content: its ids, type, ID information, options and images. Results return it, so that the job is recognized.
///
/// The API echoes every member of `partner_params` in the results of a job. A client that sends a tag therefore
/// recognises the result of its job, and the result of another job that was submitted under the same ids. The callback
/// URL and the names of files are not part of the content.
///
/// The tag is 128 bits of an HMAC-SHA-256 under the API key, in 32 hexadecimal digits. It reveals nothing about the
/// person: without the key, an ID number cannot be found by trying all of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContentTag(String);

impl ContentTag {
    /// Computes the content tag of a job from the hashes of its images, each with its image type.
    pub(super) fn new(
        credentials: &Credentials,
        content: &impl Serialize,
        images: &[(u16, [u8; 32])],
    ) -> Self {
        let mut mac = credentials.api_key().mac();
        // The API signs no text with this beginning.
        mac.update(b"smileid content tag 1\n");
        mac.update(credentials.partner_id().as_str().as_bytes());
        mac.update(b"\n");
        let mut text = String::new();
        write_sorted(&serde_json::to_value(content).unwrap_or_default(), &mut text);
        mac.update(text.as_bytes());
        for (image_type, digest) in images {
            mac.update(&image_type.to_be_bytes());
            mac.update(digest);
        }
        let bytes = mac.finalize().into_bytes();
        let half = bytes.iter().take(16).fold(0_u128, |half, byte| half << 8 | u128::from(*byte));
        Self(format!("{half:032x}"))
    }

    /// Returns a hash of the API key. Two content tags can be compared only if they were made with the same key.
    pub fn of_key(credentials: &Credentials) -> Self {
        Self::new(credentials, &(), &[])
    }

    /// Returns the content tag in a result, if there is one. A text that is not a content tag, such as a masked one, is ignored.
    pub fn of_result(result: &JobResult) -> Option<Self> {
        let text = result.partner_params.as_ref()?.extra().get(CONTENT_TAG)?.as_str()?;
        let is_tag = text.len() == 32 && text.bytes().all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f'));
        is_tag.then(|| Self(text.to_owned()))
    }

    /// Returns the text of the content tag.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Adds the content tag to the parameters of a job.
    pub fn write_to(&self, params: &mut PartnerParams) {
        let _no_field_has_this_name = params.set_extra(CONTENT_TAG, self.0.as_str());
    }
}

impl fmt::Display for ContentTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Returns an error if `name` is the name of the content tag, which users cannot use for their own members.
pub(super) fn check_name(name: &str) -> Result<(), ReservedName> {
    if name == CONTENT_TAG { Err(ReservedName::new(name)) } else { Ok(()) }
}

/// Writes JSON with its members sorted. serde_json can be configured to keep another order.
fn write_sorted(value: &Value, text: &mut String) {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_unstable_by_key(|(name, _)| *name);
            text.push('{');
            for (name, value) in members {
                text.push_str(&Value::from(name.as_str()).to_string());
                text.push(':');
                write_sorted(value, text);
                text.push(',');
            }
            text.push('}');
        }
        Value::Array(items) => {
            text.push('[');
            for item in items {
                write_sorted(item, text);
                text.push(',');
            }
            text.push(']');
        }
        plain => text.push_str(&plain.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::job::{IdNumber, Image, ImageJob, JobRef, LookupJob};

    fn credentials() -> Credentials {
        Credentials::new("085", "test-api-key-0001").unwrap()
    }

    fn ids() -> JobRef {
        JobRef::new("user-1", "job-1").unwrap()
    }

    fn png(rest: &str) -> Image {
        Image::bytes([b"\x89PNG\r\n\x1a\n", rest.as_bytes()].concat())
    }

    fn tag(job: &ImageJob) -> ContentTag {
        let ready = job.read(|_| -> std::io::Result<bytes::Bytes> { unreachable!("no file") }).unwrap();
        ready.content_tag(&credentials())
    }

    fn kyc(number: &str) -> ImageJob {
        ImageJob::biometric_kyc(ids(), png("a"), IdNumber::new("NG", "NIN", number).unwrap())
    }

    #[test]
    fn whatever_differs_in_a_job_changes_its_tag() {
        let same = [kyc("00000000000"), kyc("00000000000")].map(|job| tag(&job));
        assert_eq!(same[0], same[1]);
        let number = IdNumber::new("NG", "NIN", "00000000000").unwrap();
        let others = [
            kyc("00000000001"),
            ImageJob::biometric_kyc(ids(), png("b"), number.clone()),
            ImageJob::biometric_kyc(JobRef::new("user-2", "job-1").unwrap(), png("a"), number.clone()),
            ImageJob::biometric_kyc(JobRef::new("user-1", "job-2").unwrap(), png("a"), number),
            kyc("00000000000").allowing_new_enroll(),
            kyc("00000000000").with_liveness(png("a")),
            kyc("00000000000").with_id_card(png("a")),
            kyc("00000000000").with_partner_param("shop", 7).unwrap(),
            kyc("00000000000").with_partner_param("shop", "7").unwrap(),
            ImageJob::smart_selfie_registration(ids(), png("a")),
            ImageJob::update_photo(ids(), png("a")),
        ];
        let mut tags: Vec<_> = others.iter().map(|job| tag(job).to_string()).collect();
        tags.push(same[0].to_string());
        tags.sort_unstable();
        tags.dedup();
        assert_eq!(tags.len(), others.len() + 1);

        let other_key = Credentials::new("085", "test-api-key-0002").unwrap();
        let ready = kyc("00000000000").read(|_| -> std::io::Result<bytes::Bytes> { unreachable!() }).unwrap();
        assert_ne!(ready.content_tag(&other_key), same[0]);
    }

    #[test]
    fn a_tag_is_as_computed_by_another_program() {
        // python3: hmac.new(b"test-api-key-0001", b'smileid content tag 1\n085\n{"b":1,"c":{"a":[1,],},}'
        //   + b"\x00\x02" + b"\x07" * 32, "sha256").hexdigest()[:32]
        let tag = ContentTag::new(&credentials(), &json!({"c": {"a": [1]}, "b": 1}), &[(2, [7; 32])]);
        assert_eq!(tag.as_str(), "279a9d980da3a1f82561b3217426d440");
    }

    #[test]
    fn a_result_tells_its_tag_unless_it_is_masked() {
        let read = |tag: Value| {
            let result = json!({"ResultCode": "0810", "PartnerParams": {"job_id": "j", CONTENT_TAG: tag}});
            ContentTag::of_result(&serde_json::from_value(result).unwrap()).map(|it| it.0)
        };
        let tag = tag(&kyc("00000000000"));
        assert_eq!(read(tag.as_str().into()), Some(tag.0.clone()));
        for none in [json!("<masked>"), json!(""), json!(7), json!(null), tag.0.to_uppercase().into()] {
            assert_eq!(read(none.clone()), None, "{none}");
        }
    }

    #[test]
    fn the_name_of_the_tag_is_reserved() {
        let reserved = kyc("00000000000").with_partner_param(CONTENT_TAG, "mine").unwrap_err();
        assert_eq!(reserved, ReservedName::new(CONTENT_TAG));
        let lookup = LookupJob::enhanced_kyc(ids(), IdNumber::new("NG", "NIN", "00000000000").unwrap());
        assert!(lookup.with_partner_param(CONTENT_TAG, "mine").is_err());

        let mut kept = serde_json::to_value(kyc("00000000000")).unwrap();
        kept["partner_params"][CONTENT_TAG] = "mine".into();
        assert!(serde_json::from_value::<ImageJob>(kept).is_err());
        let loose = json!({
            "partner_params": {"user_id": "u", "job_id": "j", "job_type": 5, CONTENT_TAG: "mine"},
            "id_info": {"country": "NG", "id_type": "NIN", "id_number": "00000000000"},
        });
        let refused = crate::job::sdk_job::SdkJob::from_json(&loose).unwrap().check(None).unwrap_err();
        assert_eq!(refused.field, "partner_params.content_tag");
    }
}
