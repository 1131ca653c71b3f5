//! `info.json`: the file in an archive that describes the job and its images.
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

/// Value of `language` in [`PackageInformation`]: the programming language of this crate.
pub const LANGUAGE: &str = "rust";

/// Content of `info.json`: the description of an archive and its job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct InfoJson {
    /// Version of the `info.json` format.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package_information: Option<PackageInformation>,
    /// Copy of the upload request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub misc_information: Option<MiscInformation>,
    /// Identity data to verify.
    #[serde(default)]
    pub id_info: IdInfo,
    /// Images of the job, each with its image type.
    pub images: Vec<ImageEntry>,
    /// Response to the upload request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server_information: Option<ServerInformation>,
    /// JSON members for which this type has no field.
    #[serde(flatten)]
    pub extra: Extra,
}

impl InfoJson {
    /// Creates the description of `images` for the job of `misc`.
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

/// Version of the `info.json` format, and the programming language of its writer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PackageInformation {
    /// Version of the `info.json` format.
    #[serde(rename = "apiVersion")]
    pub api_version: ApiVersion,
    /// Programming language of the program that wrote the archive.
    pub language: String,
    /// JSON members for which this type has no field.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Default for PackageInformation {
    fn default() -> Self {
        Self { api_version: ApiVersion::default(), language: LANGUAGE.to_owned(), extra: Extra::default() }
    }
}

/// Version of the `info.json` format, in three numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ApiVersion {
    /// Third number of the version.
    pub build_number: u32,
    /// First number of the version.
    pub major_version: u32,
    /// Second number of the version.
    pub minor_version: u32,
    /// JSON members for which this type has no field.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Default for ApiVersion {
    /// Returns version 2.0.0, which all official SDKs write.
    fn default() -> Self {
        Self { build_number: 0, major_version: 2, minor_version: 0, extra: Extra::default() }
    }
}

/// Copy of the upload request in `info.json`.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MiscInformation {
    /// Timestamp of the upload request's signature.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<Timestamp>,
    /// Signature of the upload request. The JavaScript SDK leaves it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<Signature>,
    /// True if the job was sent before, and this is a repetition. Sent as text.
    #[serde(
        default,
        deserialize_with = "lenient::optional_bool_or_text",
        serialize_with = "lenient::bool_as_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub retry: Option<bool>,
    /// Parameters of the job: `user_id`, `job_id`, job type and the parameters that the partner added.
    #[serde(default)]
    pub partner_params: PartnerParams,
    /// File name of the archive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
    /// Id of the partner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub smile_client_id: Option<PartnerId>,
    /// Callback URL to which the API sends the result; empty if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub callback_url: Option<String>,
    /// Object for personal data, which the server-side SDKs leave empty.
    #[serde(rename = "userData", default)]
    pub user_data: UserData,
    /// JSON members for which this type has no field.
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

/// Object for personal data. The server-side SDKs send it with the empty values given here.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct UserData {
    /// Flag that server-side SDKs always send as false.
    pub is_verified_process: bool,
    /// Name of the person. Server-side SDKs send an empty text.
    pub name: String,
    /// Facebook user id. Server-side SDKs send an empty text.
    #[serde(rename = "fbUserID")]
    pub fb_user_id: String,
    /// First name of the person. Server-side SDKs send an empty text.
    pub first_name: String,
    /// Last name of the person. Server-side SDKs send an empty text.
    pub last_name: String,
    /// Gender of the person. Server-side SDKs send an empty text.
    pub gender: String,
    /// Email address of the person. Server-side SDKs send an empty text.
    pub email: String,
    /// Phone number of the person. Server-side SDKs send an empty text.
    pub phone: String,
    /// Phone prefix of the country. Server-side SDKs send `+`.
    pub country_code: String,
    /// Name of the country. Server-side SDKs send an empty text.
    pub country_name: String,
    /// JSON members for which this type has no field.
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

/// Hides the values, because they may identify a person.
impl fmt::Debug for UserData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[personal]")
    }
}

/// Response to the upload request or, from the Python SDK, only its upload URL. It contains a presigned URL, so `Debug` hides it.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
#[non_exhaustive]
pub struct ServerInformation(pub Value);

impl fmt::Debug for ServerInformation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[link]")
    }
}
