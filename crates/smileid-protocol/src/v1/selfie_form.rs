//! Request fields that the two synchronous selfie endpoints share.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use smileid_types::{PartnerParams, lenient};

use crate::{
    codec::{DecodeError, EncodeError, Form, Part, read_json},
    form_image::FormImage,
    piece::Piece,
};

/// Declares an endpoint whose request is a [`SelfieForm`]. With `NEEDS_USER`, the request must have a `user_id`; only an
/// enrolment may be without one.
macro_rules! selfie_endpoint {
    (
        $(#[doc = $doc:literal])*
        pub struct Request { form: SelfieForm }

        const SPEC = $spec:expr;
        const NEEDS_USER = $needs_user:literal;
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        #[non_exhaustive]
        pub struct Request {
            /// Fields of the request, which several endpoints share.
            pub form: SelfieForm,
        }

        impl From<SelfieForm> for Request {
            fn from(form: SelfieForm) -> Self {
                Self { form }
            }
        }

        impl $crate::codec::Form for Request {
            fn parts(&self) -> Result<Vec<$crate::codec::Part<$crate::piece::Piece>>, $crate::codec::EncodeError> {
                if $needs_user && self.form.user_id.is_none() {
                    return Err($crate::codec::EncodeError::Missing { name: "user_id" });
                }
                self.form.parts()
            }

            fn from_parts(parts: Vec<$crate::codec::Part>) -> Result<Self, $crate::codec::DecodeError> {
                let form = SelfieForm::from_parts(parts)?;
                if $needs_user && form.user_id.is_none() {
                    return Err($crate::codec::DecodeError::Missing { member: "user_id" });
                }
                Ok(Self { form })
            }
        }

        impl $crate::endpoint::Endpoint for Request {
            const SPEC: $crate::endpoint::Spec = $spec;
            type Auth = $crate::auth::SignedHeaders;
            type Codec = $crate::codec::Multipart;
            type Response = smileid_types::SelfieResult;
            type ReplyAuth = $crate::auth::MaybeSignedReply;
        }
    };
}

/// Form with a selfie and liveness images, as raw bytes.
///
/// It is sent as a form. Its stored form is JSON of this project's own design, with images in base64.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct SelfieForm {
    /// The id that the partner gave the person. Some mobile clients leave it out of an enrolment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// Selfie image file.
    pub selfie_image: FormImage,
    /// Up to eight images for the liveness check.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub liveness_images: Vec<FormImage>,
    /// Parameters that the partner adds. The API returns them in the result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner_params: Option<PartnerParams>,
    /// Callback URL to which the API sends the result, in addition to its response.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub callback_url: Option<String>,
    /// Outcome of the job in the sandbox: 0 is approved, 1 rejected, 2 pending.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sandbox_result: Option<u8>,
    /// True to allow that an enrolled user is enrolled again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allow_new_enroll: Option<bool>,
    /// Reason why the liveness check on the phone failed, sent by mobile clients.
    #[serde(default, deserialize_with = "lenient::present", skip_serializing_if = "Option::is_none")]
    pub failure_reason: Option<Value>,
    /// Data about the phone, sent by mobile clients.
    #[serde(default, deserialize_with = "lenient::present", skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Value>,
    /// Text parts of the form for which this type has no field.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other: Vec<(String, String)>,
}

const USER_ID: &str = "user_id";
const SELFIE_IMAGE: &str = "selfie_image";
const LIVENESS_IMAGES: &str = "liveness_images";
const PARTNER_PARAMS: &str = "partner_params";
const CALLBACK_URL: &str = "callback_url";
const SANDBOX_RESULT: &str = "sandbox_result";
const ALLOW_NEW_ENROLL: &str = "allow_new_enroll";
const FAILURE_REASON: &str = "failure_reason";
const METADATA: &str = "metadata";

/// Names of the form parts for which this type has a field.
const FIELDS: &[&str] = &[
    USER_ID,
    SELFIE_IMAGE,
    LIVENESS_IMAGES,
    PARTNER_PARAMS,
    CALLBACK_URL,
    SANDBOX_RESULT,
    ALLOW_NEW_ENROLL,
    FAILURE_REASON,
    METADATA,
];

impl SelfieForm {
    /// Creates the form for a person from a user id and a selfie.
    pub fn new(user_id: impl Into<String>, selfie_image: impl Into<FormImage>) -> Self {
        Self { user_id: Some(user_id.into()), selfie_image: selfie_image.into(), ..Self::default() }
    }
}

impl Form for SelfieForm {
    fn parts(&self) -> Result<Vec<Part<Piece>>, EncodeError> {
        if let Some((name, _)) =
            self.other.iter().find(|(name, _)| FIELDS.contains(&name.trim_end_matches("[]")))
        {
            return Err(EncodeError::Reserved { name: name.clone() });
        }
        let mut parts: Vec<_> = self.user_id.iter().map(|id| Part::text(USER_ID, id.as_str())).collect();
        parts.push(Part::file(SELFIE_IMAGE, "selfie.jpg", self.selfie_image.piece()));
        for (index, image) in self.liveness_images.iter().enumerate() {
            parts.push(Part::file(LIVENESS_IMAGES, format!("liveness_{}.jpg", index + 1), image.piece()));
        }
        let texts = [
            (PARTNER_PARAMS, self.partner_params.as_ref().map(serde_json::to_string).transpose()?),
            (CALLBACK_URL, self.callback_url.clone()),
            (SANDBOX_RESULT, self.sandbox_result.map(|it| it.to_string())),
            (ALLOW_NEW_ENROLL, self.allow_new_enroll.map(|it| it.to_string())),
            (FAILURE_REASON, self.failure_reason.as_ref().map(Value::to_string)),
            (METADATA, self.metadata.as_ref().map(Value::to_string)),
        ];
        parts.extend(texts.into_iter().filter_map(|(name, text)| Some(Part::text(name, text?))));
        parts.extend(self.other.iter().map(|(name, text)| Part::text(name, text.as_str())));
        Ok(parts)
    }

    fn from_parts(parts: Vec<Part>) -> Result<Self, DecodeError> {
        let (mut form, mut selfie) = (Self::default(), None);
        for part in parts {
            match part.name.trim_end_matches("[]") {
                USER_ID => form.user_id = Some(text(&part)?),
                SELFIE_IMAGE => selfie = Some(part.body.into()),
                LIVENESS_IMAGES => form.liveness_images.push(part.body.into()),
                PARTNER_PARAMS => form.partner_params = Some(json(&part, PARTNER_PARAMS)?),
                CALLBACK_URL => form.callback_url = Some(text(&part)?),
                SANDBOX_RESULT => form.sandbox_result = Some(json(&part, SANDBOX_RESULT)?),
                ALLOW_NEW_ENROLL => form.allow_new_enroll = Some(json(&part, ALLOW_NEW_ENROLL)?),
                FAILURE_REASON => form.failure_reason = Some(json(&part, FAILURE_REASON)?),
                METADATA => form.metadata = Some(json(&part, METADATA)?),
                _ => form.other.push((part.name.clone(), text(&part)?)),
            }
        }
        form.selfie_image = selfie.ok_or(DecodeError::Missing { member: SELFIE_IMAGE })?;
        Ok(form)
    }
}

impl fmt::Debug for SelfieForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SelfieForm")
            .field("selfie_image", &self.selfie_image)
            .field("liveness_images", &self.liveness_images)
            .field("partner_params", &self.partner_params)
            .field("sandbox_result", &self.sandbox_result)
            .finish_non_exhaustive()
    }
}

fn text(part: &Part) -> Result<String, DecodeError> {
    String::from_utf8(part.body.to_vec()).map_err(|_| DecodeError::Form { problem: "a text is not UTF-8" })
}

fn json<T: serde::de::DeserializeOwned>(part: &Part, name: &'static str) -> Result<T, DecodeError> {
    let value: Value = read_json(&part.body).map_err(|error| DecodeError::Json(error.in_member(name)))?;
    T::deserialize(value).map_err(|error| DecodeError::in_member(name, &error))
}
