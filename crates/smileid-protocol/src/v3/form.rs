//! Encodes and decodes V3 requests: each field is a part of a multipart form, a header or a path segment.

use serde::{Serialize, de::DeserializeOwned};
use smileid_types::Extra;

use crate::{
    codec::{DecodeError, EncodeError, Part, read_distinct},
    form_image::FormImage,
    image_format::ImageFormat,
    piece::Piece,
};

/// Type of a request field that is written as one or several parts of a multipart form.
pub(crate) trait FormField: Sized {
    /// Adds the form parts named `name` with the value of the field.
    ///
    /// # Errors
    ///
    /// If the value cannot be written.
    fn write(&self, name: &'static str, parts: &mut Vec<Part<Piece>>) -> Result<(), EncodeError>;

    /// Removes the form parts named `name`, and returns the value of the field.
    ///
    /// # Errors
    ///
    /// If a required one is missing, or cannot be read.
    fn read(name: &'static str, parts: &mut Vec<Part>) -> Result<Self, DecodeError>;
}

/// Removes all form parts with this name, and returns the last one, which servers read.
fn take(name: &str, parts: &mut Vec<Part>) -> Option<Part> {
    let index = parts.iter().rposition(|part| part.name == name)?;
    let part = parts.remove(index);
    parts.retain(|part| part.name != name);
    Some(part)
}

fn text(name: &'static str, parts: &mut Vec<Part>) -> Result<Option<String>, DecodeError> {
    let Some(part) = take(name, parts) else { return Ok(None) };
    let text = String::from_utf8(part.body.to_vec());
    text.map(Some).map_err(|_| DecodeError::Form { problem: "a text is not UTF-8" })
}

fn required<T>(name: &'static str, value: Option<T>) -> Result<T, DecodeError> {
    value.ok_or(DecodeError::Missing { member: name })
}

impl FormField for String {
    fn write(&self, name: &'static str, parts: &mut Vec<Part<Piece>>) -> Result<(), EncodeError> {
        parts.push(Part::text(name, self.as_str()));
        Ok(())
    }

    fn read(name: &'static str, parts: &mut Vec<Part>) -> Result<Self, DecodeError> {
        required(name, text(name, parts)?)
    }
}

/// Writes and reads `true` or `false`.
impl FormField for bool {
    fn write(&self, name: &'static str, parts: &mut Vec<Part<Piece>>) -> Result<(), EncodeError> {
        self.to_string().write(name, parts)
    }

    fn read(name: &'static str, parts: &mut Vec<Part>) -> Result<Self, DecodeError> {
        let flag = String::read(name, parts)?;
        flag.parse().map_err(|_| DecodeError::Form { problem: "a flag is neither `true` nor `false`" })
    }
}

/// Writes and reads a whole number. `1220.0` is read as `1220`.
impl FormField for u32 {
    fn write(&self, name: &'static str, parts: &mut Vec<Part<Piece>>) -> Result<(), EncodeError> {
        self.to_string().write(name, parts)
    }

    fn read(name: &'static str, parts: &mut Vec<Part>) -> Result<Self, DecodeError> {
        let text = String::read(name, parts)?;
        let digits = text.strip_suffix(".0").unwrap_or(&text);
        digits.parse().map_err(|_| DecodeError::Form { problem: "a number is not whole" })
    }
}

/// Writes and reads a JPEG or PNG file. Its file name is fixed and has no meaning.
impl FormField for FormImage {
    fn write(&self, name: &'static str, parts: &mut Vec<Part<Piece>>) -> Result<(), EncodeError> {
        parts.push(Part::file(name, format!("{name}.{}", extension(self)), self.piece()));
        Ok(())
    }

    fn read(name: &'static str, parts: &mut Vec<Part>) -> Result<Self, DecodeError> {
        Ok(required(name, take(name, parts))?.body.into())
    }
}

/// Writes and reads several images as parts with the same name. An empty list is written as no part.
impl FormField for Vec<FormImage> {
    fn write(&self, name: &'static str, parts: &mut Vec<Part<Piece>>) -> Result<(), EncodeError> {
        for (image, number) in self.iter().zip(1..) {
            parts.push(Part::file(name, format!("{name}_{number}.{}", extension(image)), image.piece()));
        }
        Ok(())
    }

    fn read(name: &'static str, parts: &mut Vec<Part>) -> Result<Self, DecodeError> {
        let images = parts.extract_if(.., |part| part.name == name);
        Ok(images.map(|part| part.body.into()).collect())
    }
}

fn extension(image: &FormImage) -> &'static str {
    if image.format() == Ok(ImageFormat::Png) { "png" } else { "jpg" }
}

impl<T: FormField> FormField for Option<T> {
    fn write(&self, name: &'static str, parts: &mut Vec<Part<Piece>>) -> Result<(), EncodeError> {
        self.as_ref().map_or(Ok(()), |value| value.write(name, parts))
    }

    fn read(name: &'static str, parts: &mut Vec<Part>) -> Result<Self, DecodeError> {
        let is_there = parts.iter().any(|part| part.name == name);
        is_there.then(|| T::read(name, parts)).transpose()
    }
}

/// Implements [`FormField`] for types that are written as one part with JSON. A part is read even if its Content-Type is not that
/// of JSON.
macro_rules! json_fields {
    ($($name:ty),+ $(,)?) => {
        $(
            impl $crate::v3::form::FormField for $name {
                fn write(
                    &self,
                    name: &'static str,
                    parts: &mut Vec<$crate::codec::Part<$crate::piece::Piece>>,
                ) -> Result<(), $crate::codec::EncodeError> {
                    $crate::v3::form::write_json(self, name, parts)
                }

                fn read(
                    name: &'static str,
                    parts: &mut Vec<$crate::codec::Part>,
                ) -> Result<Self, $crate::codec::DecodeError> {
                    $crate::v3::form::read_json(name, parts)
                }
            }
        )+
    };
}

json_fields!(Extra, serde_json::Value);

pub(crate) fn write_json<T: Serialize>(
    value: &T,
    name: &'static str,
    parts: &mut Vec<Part<Piece>>,
) -> Result<(), EncodeError> {
    parts.push(Part::json(name, value)?);
    Ok(())
}

pub(crate) fn read_json<T: DeserializeOwned>(
    name: &'static str,
    parts: &mut Vec<Part>,
) -> Result<T, DecodeError> {
    let part = required(name, take(name, parts))?;
    read_distinct(&part.body).map_err(|error| DecodeError::Json(error.in_member(name)))
}

/// Declares a request type that is sent as a multipart form.
///
/// A field of type `Option` may be missing. `#[debug(shown)]` shows a field in `Debug`; the others are hidden. Parts
/// without a field are kept in `other`. Fields are set by constructors only: see each request.
macro_rules! form {
    (
        $(#[doc = $doc:literal])*
        pub struct $name:ident {
            $(
                $(#[doc = $field_doc:literal])*
                $(#[debug($show:ident)])?
                $field:ident: $type:ty,
            )+
        }
        $(const HEADERS = [$(($part:literal, $header:literal)),+ $(,)?];)?
        $(const BODY_IS_OPTIONAL = $optional:literal;)?
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, PartialEq)]
        #[non_exhaustive]
        pub struct $name {
            $(pub(super) $field: $type,)+
            pub(super) other: Vec<$crate::codec::Part>,
        }

        impl $name {
            $($(#[doc = $field_doc])* pub fn $field(&self) -> &$type { &self.$field })+

            /// Returns the form parts for which this type has no field.
            pub fn other(&self) -> &[$crate::codec::Part] {
                &self.other
            }
        }

        impl $crate::codec::Form for $name {
            $(
                const HEADERS: &'static [(&'static str, &'static str)] = &[$(($part, $header)),+];
            )?
            $(const BODY_IS_OPTIONAL: bool = $optional;)?

            fn parts(&self) -> Result<Vec<$crate::codec::Part<$crate::piece::Piece>>, $crate::codec::EncodeError> {
                let mut parts = Vec::new();
                $($crate::v3::form::FormField::write(&self.$field, stringify!($field), &mut parts)?;)+
                $crate::v3::form::add(&mut parts, &self.other, &[$(stringify!($field)),+])?;
                Ok(parts)
            }

            fn from_parts(mut parts: Vec<$crate::codec::Part>) -> Result<Self, $crate::codec::DecodeError> {
                Ok(Self {
                    $($field: $crate::v3::form::FormField::read(stringify!($field), &mut parts)?,)+
                    other: parts,
                })
            }
        }

        /// Hides personal data and images.
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let mut shown = f.debug_struct(stringify!($name));
                $($(shown.field(stringify!($field), form!(@$show &self.$field));)?)+
                shown.finish_non_exhaustive()
            }
        }
    };
    (@shown $value:expr) => { $value };
}

/// Adds form parts for which a request has no field.
pub(crate) fn add(parts: &mut Vec<Part<Piece>>, other: &[Part], fields: &[&str]) -> Result<(), EncodeError> {
    if let Some(part) = other.iter().find(|part| fields.contains(&part.name.as_str())) {
        return Err(EncodeError::Reserved { name: part.name.clone() });
    }
    parts.extend(other.iter().cloned().map(Part::into_sent));
    Ok(())
}
