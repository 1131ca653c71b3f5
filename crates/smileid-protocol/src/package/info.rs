//! `info.json`: the description of an archive and its job.
//!
//! Schema: recorded from the official SDKs. Newer mobile clients write only `images`, `id_info` and
//! `consent_information`, so the other members are optional when read.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use smileid_types::{Extra, IdInfo, ImageEntry, PartnerParams, lenient, redact};

use crate::{
    auth::{PartnerId, Signature},
    timestamp::Timestamp,
};

/// Value of `language` in [`PackageInformation`].
pub const LANGUAGE: &str = "rust";

/// Description of an archive and its job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct InfoJson {
    /// Version of this format.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package_information: Option<PackageInformation>,
    /// A copy of the upload request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub misc_information: Option<MiscInformation>,
    /// Identity data that is checked.
    #[serde(default)]
    pub id_info: IdInfo,
    /// Images of the job, each with its type.
    pub images: Vec<ImageEntry>,
    /// The reply to the upload request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server_information: Option<ServerInformation>,
    /// Members for which this type has no field.
    #[serde(flatten)]
    pub extra: Extra,
}

impl InfoJson {
    /// Describes `images` for the job of `misc`.
    pub fn new(
        misc: MiscInformation,
        id_info: IdInfo,
        images: Vec<ImageEntry>,
        server_information: Value,
    ) -> Self {
        Self {
            package_information: Some(PackageInformation::default()),
            misc_information: Some(misc),
            id_info,
            images,
            server_information: Some(ServerInformation(server_information)),
            extra: Extra::default(),
        }
    }
}

/// Version of the format, and the language of the program that wrote it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PackageInformation {
    /// Version of the format.
    #[serde(rename = "apiVersion")]
    pub api_version: ApiVersion,
    /// The language of the program that wrote it.
    pub language: String,
    /// Members for which this type has no field.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Default for PackageInformation {
    fn default() -> Self {
        Self { api_version: ApiVersion::default(), language: LANGUAGE.to_owned(), extra: Extra::default() }
    }
}

/// Version of the format.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ApiVersion {
    /// Third part.
    pub build_number: u32,
    /// First part.
    pub major_version: u32,
    /// Second part.
    pub minor_version: u32,
    /// Members for which this type has no field.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Default for ApiVersion {
    /// The version that every SDK writes: 2.0.0.
    fn default() -> Self {
        Self { build_number: 0, major_version: 2, minor_version: 0, extra: Extra::default() }
    }
}

/// A copy of the upload request.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MiscInformation {
    /// Timestamp of its signature.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<Timestamp>,
    /// The signature. The JavaScript SDK leaves it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<Signature>,
    /// True if the job was announced before. Sent as text.
    #[serde(
        default,
        deserialize_with = "lenient::optional_bool_or_text",
        serialize_with = "lenient::bool_as_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub retry: Option<bool>,
    /// Parameters of the job: `user_id`, `job_id`, job type and the partner's own members.
    #[serde(default)]
    pub partner_params: PartnerParams,
    /// Name of the archive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
    /// Partner id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub smile_client_id: Option<PartnerId>,
    /// Callback URL for results; empty for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub callback_url: Option<String>,
    /// A form for personal data, which the server-side SDKs leave empty.
    #[serde(rename = "userData", default)]
    pub user_data: UserData,
    /// Members for which this type has no field.
    #[serde(flatten)]
    pub extra: Extra,
}

impl fmt::Debug for MiscInformation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MiscInformation")
            .field("timestamp", &self.timestamp)
            .field("signature", &self.signature)
            .field("retry", &self.retry)
            .field("partner_params", &self.partner_params)
            .field("smile_client_id", &self.smile_client_id)
            .field("callback_url", &redact::link(&self.callback_url))
            .field("extra", &self.extra)
            .finish_non_exhaustive()
    }
}

/// A form for personal data. The server-side SDKs send it with these empty values.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct UserData {
    /// Always false.
    pub is_verified_process: bool,
    /// Empty.
    pub name: String,
    /// Empty.
    #[serde(rename = "fbUserID")]
    pub fb_user_id: String,
    /// Empty.
    pub first_name: String,
    /// Empty.
    pub last_name: String,
    /// Empty.
    pub gender: String,
    /// Empty.
    pub email: String,
    /// Empty.
    pub phone: String,
    /// The text `+`.
    pub country_code: String,
    /// Empty.
    pub country_name: String,
    /// Members for which this type has no field.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Default for UserData {
    fn default() -> Self {
        Self {
            is_verified_process: false,
            name: String::new(),
            fb_user_id: String::new(),
            first_name: String::new(),
            last_name: String::new(),
            gender: String::new(),
            email: String::new(),
            phone: String::new(),
            country_code: "+".to_owned(),
            country_name: String::new(),
            extra: Extra::default(),
        }
    }
}

/// Hidden: a form that is filled in identifies a person.
impl fmt::Debug for UserData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[personal]")
    }
}

/// The reply to the upload request, or, from the Python SDK, the upload URL. It contains a presigned link, so `Debug`
/// does not show it.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
#[non_exhaustive]
pub struct ServerInformation(pub Value);

impl fmt::Debug for ServerInformation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[link]")
    }
}
