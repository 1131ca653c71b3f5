//! Reads requests and keys of endpoints from the JSON of cases.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};
use smileid_protocol::{
    auth::{Credentials, Token},
    codec::{Form, Multipart, Part, Query},
    piece::Piece,
    timestamp::Timestamp,
};

use crate::{
    case::WireCase,
    failure::{Doing as _, Failure},
};

/// A way to write the requests of an endpoint in cases.
pub(crate) trait CaseValue<E> {
    fn read(value: &Value) -> Result<E, Failure>;

    fn write(request: &E) -> Result<Value, Failure>;
}

/// The request's own JSON format.
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

/// An object with a member for each part, also for those that are sent in the path or in a header. A text is a text,
/// a file is `{"base64": "…"}`, files with the same name are a list, and other values are parts with JSON.
impl<E: Form> CaseValue<E> for Multipart {
    fn read(value: &Value) -> Result<E, Failure> {
        let members =
            value.as_object().ok_or_else(|| Failure::contradiction("the value is not an object"))?;
        let mut parts = Vec::new();
        for (name, value) in members {
            match (value, file(value), value.as_array()) {
                (Value::String(text), ..) => parts.push(Part::text(name, text)),
                (_, Some(content), _) => parts.push(part(name, content)?),
                (.., Some(items)) if !items.is_empty() && items.iter().all(|it| file(it).is_some()) => {
                    for content in items.iter().filter_map(file) {
                        parts.push(part(name, content)?);
                    }
                }
                _ => parts.push(Part::json(name, value).doing("writing a part")?),
            }
        }
        E::from_parts(parts).doing("reading the value of the request")
    }

    fn write(request: &E) -> Result<Value, Failure> {
        let mut members = Map::new();
        for part in request.parts().doing("writing the value of the request")? {
            let Piece::Bytes(body) = &part.body else {
                return Err(Failure::contradiction("a part of a case is in a file"));
            };
            let value = if part.file_name.is_some() {
                json!({"base64": STANDARD.encode(body)})
            } else if part.is_json {
                serde_json::from_slice(body).doing("reading a part with JSON")?
            } else {
                json!(std::str::from_utf8(body).doing("reading a part with text")?)
            };
            match members.remove(&part.name) {
                None => members.insert(part.name, value),
                Some(Value::Array(mut items)) => {
                    items.push(value);
                    members.insert(part.name, Value::Array(items))
                }
                Some(first) => members.insert(part.name, json!([first, value])),
            };
        }
        Ok(Value::Object(members))
    }
}

fn file(value: &Value) -> Option<&str> {
    let members = value.as_object()?;
    (members.len() == 1).then(|| members.get("base64")?.as_str()).flatten()
}

fn part(name: &str, content: &str) -> Result<Part, Failure> {
    let content = STANDARD.decode(content).doing("reading a file of the value")?;
    Ok(Part::file(name, "file", content.into()))
}

/// A key that cases contain.
pub(crate) trait CaseKey: Sized {
    /// Returns the key of a case.
    fn of(case: &WireCase) -> Result<Self, Failure>;

    /// Signs a timestamp.
    fn signature(&self, timestamp: &Timestamp) -> Result<String, Failure>;
}

impl CaseKey for Credentials {
    fn of(case: &WireCase) -> Result<Self, Failure> {
        if case.token.is_some() {
            return Err(Failure::contradiction("requests of this endpoint have no `token`"));
        }
        case.credentials.credentials()
    }

    fn signature(&self, timestamp: &Timestamp) -> Result<String, Failure> {
        Ok(self.sign(timestamp).as_str().to_owned())
    }
}

impl CaseKey for Token {
    fn of(case: &WireCase) -> Result<Self, Failure> {
        let token = case.token.as_deref();
        let token = token
            .ok_or_else(|| Failure::contradiction("requests of this endpoint need a `token` in the case"))?;
        Ok(Self::new(token, case.credentials.credentials()?.partner_id()))
    }

    fn signature(&self, _: &Timestamp) -> Result<String, Failure> {
        Err(Failure::contradiction("requests with a token have no `proof`"))
    }
}
