//! Reads requests and keys of endpoints from the JSON of cases.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};
use smileid_protocol::{
    auth::{Credentials, Token},
    codec::{Form, Multipart, Part, Query},
    job::ImageFormat,
    piece::Piece,
    timestamp::Timestamp,
};

use crate::{
    case::{Content, FormPart, WireCase},
    failure::{Doing as _, Failure},
};

/// Format in which cases contain the requests of an endpoint.
pub(crate) trait CaseValue<E> {
    fn read(value: &Value) -> Result<E, Failure>;

    fn write(request: &E) -> Result<Value, Failure>;
}

/// Format of a request's own JSON.
pub(crate) struct AsJson;

impl<E: Serialize + DeserializeOwned> CaseValue<E> for AsJson {
    fn read(value: &Value) -> Result<E, Failure> {
        E::deserialize(value).doing("reading the value of the request")
    }

    fn write(request: &E) -> Result<Value, Failure> {
        serde_json::to_value(request).doing("writing the value of the request")
    }
}

impl<E: Serialize + DeserializeOwned> CaseValue<E> for Query {
    fn read(value: &Value) -> Result<E, Failure> {
        AsJson::read(value)
    }

    fn write(request: &E) -> Result<Value, Failure> {
        AsJson::write(request)
    }
}

/// Format for multipart forms: an object with a member for each part, including those in the path or a header. A text is a text,
/// a file is `{"base64": "…"}`, files with the same name are a list, and other values are parts with JSON.
impl<E: Form> CaseValue<E> for Multipart {
    fn read(value: &Value) -> Result<E, Failure> {
        let parts = parts(value)?.into_iter().map(|part| match part {
            FormPart::Text { name, value } => Ok(Part::text(&name, value)),
            FormPart::Json { name, value } => Part::json(&name, &value).doing("writing a part"),
            FormPart::File { name, file_name, base64, .. } => Ok(Part::file(&name, file_name, base64.0)),
        });
        E::from_parts(parts.collect::<Result<_, _>>()?).doing("reading the value of the request")
    }

    fn write(request: &E) -> Result<Value, Failure> {
        let parts = request.parts().doing("writing the value of the request")?;
        members(&parts, |body| if let Piece::Bytes(bytes) = body { Some(bytes) } else { None })
    }
}

/// Returns the parts of a form that a value describes.
pub(crate) fn parts(value: &Value) -> Result<Vec<FormPart>, Failure> {
    let members = value.as_object().ok_or_else(|| Failure::contradiction("the value is not an object"))?;
    let mut parts = Vec::new();
    for (name, value) in members {
        match (value, file(value), value.as_array()) {
            (Value::String(text), ..) => {
                parts.push(FormPart::Text { name: name.clone(), value: text.clone() });
            }
            (_, Some(content), _) => parts.push(file_part(name, content)?),
            (.., Some(items)) if !items.is_empty() && items.iter().all(|it| file(it).is_some()) => {
                for content in items.iter().filter_map(file) {
                    parts.push(file_part(name, content)?);
                }
            }
            _ => parts.push(FormPart::Json { name: name.clone(), value: value.clone() }),
        }
    }
    Ok(parts)
}

/// Returns the value that describes the parts of a form. `bytes` returns the content of a part.
pub(crate) fn members<C>(parts: &[Part<C>], bytes: impl Fn(&C) -> Option<&Bytes>) -> Result<Value, Failure> {
    let mut members = Map::new();
    for part in parts {
        let body =
            bytes(&part.body).ok_or_else(|| Failure::contradiction("a part of a case is in a file"))?;
        let value = if part.file_name.is_some() {
            json!({"base64": STANDARD.encode(body)})
        } else if part.is_json {
            serde_json::from_slice(body).doing("reading a part with JSON")?
        } else {
            json!(std::str::from_utf8(body).doing("reading a part with text")?)
        };
        match members.remove(&part.name) {
            None => members.insert(part.name.clone(), value),
            Some(Value::Array(mut items)) => {
                items.push(value);
                members.insert(part.name.clone(), Value::Array(items))
            }
            Some(first) => members.insert(part.name.clone(), json!([first, value])),
        };
    }
    Ok(Value::Object(members))
}

fn file(value: &Value) -> Option<&str> {
    let members = value.as_object()?;
    (members.len() == 1).then(|| members.get("base64")?.as_str()).flatten()
}

fn file_part(name: &str, content: &str) -> Result<FormPart, Failure> {
    let content: Bytes = STANDARD.decode(content).doing("reading a file of the value")?.into();
    let is_png = ImageFormat::detect(&content) == Some(ImageFormat::Png);
    Ok(FormPart::File {
        name: name.to_owned(),
        file_name: "file".to_owned(),
        content_type: if is_png { "image/png" } else { "image/jpeg" }.to_owned(),
        base64: Content(content),
    })
}

/// A key that cases contain: credentials or an access token.
pub(crate) trait CaseKey: Sized {
    /// True if the key is an access token.
    const IS_TOKEN: bool;

    /// Returns the key of a case, which has credentials and may have an access token.
    fn of(credentials: Credentials, token: Option<&str>) -> Result<Self, Failure>;

    /// Returns the signature of a timestamp, made with the key.
    fn signature(&self, timestamp: &Timestamp) -> Result<String, Failure>;
}

/// Returns the key of a case.
pub(crate) fn key_of<K: CaseKey>(case: &WireCase) -> Result<K, Failure> {
    K::of(case.credentials.credentials()?, case.token.as_deref())
}

impl CaseKey for Credentials {
    const IS_TOKEN: bool = false;

    fn of(credentials: Credentials, token: Option<&str>) -> Result<Self, Failure> {
        match token {
            None => Ok(credentials),
            Some(_) => Err(Failure::contradiction("requests of this endpoint have no `token`")),
        }
    }

    fn signature(&self, timestamp: &Timestamp) -> Result<String, Failure> {
        Ok(self.sign(timestamp).as_str().to_owned())
    }
}

impl CaseKey for Token {
    const IS_TOKEN: bool = true;

    fn of(credentials: Credentials, token: Option<&str>) -> Result<Self, Failure> {
        let token = token
            .ok_or_else(|| Failure::contradiction("requests of this endpoint need a `token` in the case"))?;
        Ok(Self::new(token, credentials.partner_id()))
    }

    fn signature(&self, _: &Timestamp) -> Result<String, Failure> {
        Err(Failure::contradiction("requests with a token have no `proof`"))
    }
}
