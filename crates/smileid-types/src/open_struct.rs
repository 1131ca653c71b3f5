//! Open structs: structs for JSON messages that also keep the members for which they have no field.
//!
//! `open_struct!` declares both kinds. A *result* (`pub struct`) reads as much as possible: every field is optional,
//! and a value that does not fit its field stays in `extra`. A *strict* struct (`pub strict struct`) refuses such a
//! value. It also refuses a message without a field that is not an `Option`.
//!
//! Public only for the macro, which the protocol crate uses too.

pub mod form;

use std::fmt;

use serde::{
    de::{Deserialize, Deserializer, MapAccess, Visitor, value::MapAccessDeserializer},
    ser::{SerializeMap, Serializer},
};

use crate::extra::Extra;

pub use crate::member::Field;

/// A struct that also keeps the JSON members for which it has no field.
pub trait Open {
    /// Returns the JSON members for which the struct has no field.
    fn extra(&self) -> &Extra;
}

impl Open for Extra {
    fn extra(&self) -> &Extra {
        self
    }
}

/// A struct whose fields are written as members of a JSON message.
pub trait Fields {
    /// JSON names of the struct's fields.
    const NAMES: &'static [&'static str];

    /// Writes the fields that have a value as JSON members.
    fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error>;
}

impl Fields for Extra {
    const NAMES: &'static [&'static str] = &[];

    fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        self.iter().try_for_each(|(name, value)| map.serialize_entry(name, value))
    }
}

/// A struct of fields that can be taken out of a received JSON message.
pub trait Members: Fields + Sized {
    /// Takes the fields out of a message. A member whose value does not fit its field stays in the message.
    fn take(message: &mut Extra) -> Self;

    /// Returns the JSON names of the members that have a value.
    fn names(&self) -> Vec<&'static str>;
}

/// Reads a result: its fields, and the JSON members without a field.
pub fn read_result<'de, T: Members, D: Deserializer<'de>>(deserializer: D) -> Result<(T, Extra), D::Error> {
    let mut extra = Extra::deserialize(deserializer)?;
    Ok((T::take(&mut extra), extra))
}

/// Writes a result as JSON: its fields, then the members without a field. If both have the same name, the field is written.
pub fn write_result<S: Serializer>(
    members: &impl Members,
    extra: &Extra,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let names = members.names();
    let mut map = serializer.serialize_map(None)?;
    members.write(&mut map)?;
    for (name, value) in extra.iter().filter(|(name, _)| !names.contains(name)) {
        map.serialize_entry(name, value)?;
    }
    map.end()
}

/// Reads the members of a strict struct, such as a request. Error messages quote `expected` as the expected value.
pub fn read_strict<'de, D: Deserializer<'de>>(deserializer: D, expected: &str) -> Result<Extra, D::Error> {
    struct Object<'a>(&'a str);

    impl<'de> Visitor<'de> for Object<'_> {
        type Value = Extra;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }

        fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Extra, A::Error> {
            Extra::deserialize(MapAccessDeserializer::new(members))
        }
    }

    deserializer.deserialize_map(Object(expected))
}

/// Writes a strict struct as JSON. If two of its parts have the same member name, the name is written twice, and sending the
/// message fails.
pub fn write_strict<S: Serializer>(fields: &impl Fields, serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    fields.write(&mut map)?;
    map.end()
}

/// Declares an open struct: a struct that also keeps the JSON members for which it has no field.
///
/// # Fields
///
/// In a result, `field: Type = "Name on the wire"` becomes `pub field: Option<Type>`. `or "Name"` is another name to
/// read it by, and `as bool_as_text` writes a flag as text. `with { … }` adds structs whose members are written beside
/// the others. A `part` is such a struct: it keeps no members without a field.
///
/// In a strict struct, `field: Type as form` is read by a function of the module `form`, or by one in scope that has
/// the same arguments. Its `Type` is given in full, and its name is the wire name unless `= "name"` follows. Members
/// without a field are in `pub extra: Extra`, or in the field of a block `rest { … }` that follows the struct.
///
/// # `Debug`
///
/// A value is hidden unless its field has a marker: `#[debug(shown)]` shows it; `personal`, `link` and `text` show only
/// that it is present; `count` and `length` show its size. `#[debug(…)]` on the struct: `rest` shows the names of the
/// members without a field, `all` shows every field, `names` shows the names of the members that are present, and
/// `nothing` hides even those.
///
/// # Example
///
/// ```text
/// open_struct! {
///     /// Unblocks an ID number.
///     pub strict struct Request {
///         /// The ID type, such as `BVN`.
///         #[debug(shown)]
///         id_type: String,
///         /// The number.
///         id_number: String as text_or_number,
///     }
/// }
/// ```
///
/// becomes
///
/// ```text
/// /// Unblocks an ID number.
/// #[derive(Clone, PartialEq)]
/// #[non_exhaustive]
/// pub struct Request {
///     /// The ID type, such as `BVN`.
///     pub id_type: String,
///     /// The number.
///     pub id_number: String,
///     /// Members for which this type has no field.
///     pub extra: Extra,
/// }
///
/// impl<'de> Deserialize<'de> for Request {
///     fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
///         let mut message = read_strict(deserializer, "struct Request")?;
///         Ok(Self {
///             id_type: form::exact(&mut message, "id_type")?,
///             id_number: form::text_or_number(&mut message, "id_number")?,
///             extra: message,
///         })
///     }
/// }
///
/// impl Serialize for Request { … }                    // each field, then each member of `extra`
/// impl Open for Request { … }                         // `extra()`
///
/// impl Debug for Request {
///     fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
///         f.debug_struct("Request").field("id_type", &self.id_type).finish_non_exhaustive()
///     }
/// }
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! open_struct {
    // Entry point of the macro: a strict struct that keeps unknown members.
    (
        $(#[doc = $doc:literal])*
        $(#[derive($derive:ident)])?
        $(#[debug($debug:ident)])?
        pub strict struct $name:ident { $($fields:tt)* }
    ) => {
        $crate::open_struct! {
            $(#[doc = $doc])*
            $(#[derive($derive)])?
            $(#[debug($debug)])?
            pub strict struct $name { $($fields)* }
            rest {
                /// JSON members for which this struct has no field.
                pub extra: $crate::Extra,
            }
        }
    };
    // Entry point of the macro: a strict struct.
    (
        $(#[doc = $doc:literal])*
        $(#[derive($derive:ident)])?
        $(#[debug($debug:ident)])?
        pub strict struct $name:ident {
            $(
                $(#[doc = $field_doc:literal])*
                $(#[debug($show:ident)])?
                $field:ident: $type:ty $(as $form:ident)? $(= $wire:literal)?,
            )*
        }
        rest {
            $(#[doc = $rest_doc:literal])*
            $rest_vis:vis $rest:ident: $rest_type:ty,
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, PartialEq $(, $derive)?)]
        #[non_exhaustive]
        pub struct $name {
            $($(#[doc = $field_doc])* pub $field: $type,)*
            $(#[doc = $rest_doc])*
            $rest_vis $rest: $rest_type,
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let message = &mut $crate::open_struct::read_strict(
                    deserializer,
                    concat!("struct ", stringify!($name)),
                )?;
                Ok(Self {
                    $(
                        $field: $crate::open_struct!(@read $($form)?)(
                            message,
                            $crate::open_struct!(@name $field $($wire)?),
                        )?,
                    )*
                    $rest: $crate::open_struct::form::rest(message)?,
                })
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::open_struct::write_strict(self, serializer)
            }
        }

        impl $crate::open_struct::Fields for $name {
            const NAMES: &'static [&'static str] = &[$($crate::open_struct!(@name $field $($wire)?)),*];

            fn write<M: serde::ser::SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
                $(
                    if !$crate::open_struct::Field::is_absent(&self.$field) {
                        map.serialize_entry(
                            $crate::open_struct!(@name $field $($wire)?),
                            $crate::open_struct!(@strict (&self.$field) $($form)?),
                        )?;
                    }
                )*
                $crate::open_struct::Fields::write(&self.$rest, map)
            }
        }

        impl $crate::open_struct::Open for $name {
            fn extra(&self) -> &$crate::Extra {
                $crate::open_struct::Open::extra(&self.$rest)
            }
        }

        impl $crate::open_struct::Field for $name {}

        $crate::open_struct! { @debug [$($debug)?] $name { $([$($show)?] $field,)* } { $rest } }
    };
    // Entry point of the macro: the result of a job.
    (
        $(#[doc = $doc:literal])*
        $(#[debug($debug:ident)])?
        pub struct $name:ident {
            $(
                $(#[doc = $field_doc:literal])*
                $(#[debug($show:ident)])?
                $field:ident: $type:ty = $wire:literal $(or $alias:literal)? $(as $form:ident)?,
            )+
        }
        $(with { $($(#[doc = $part_doc:literal])* $part:ident: $part_type:ident,)+ })?
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Default, PartialEq)]
        #[non_exhaustive]
        pub struct $name {
            $($(#[doc = $field_doc])* pub $field: Option<$type>,)+
            $($($(#[doc = $part_doc])* pub $part: $part_type,)+)?
            /// JSON members for which this struct has no field, and members with a value of an unexpected type.
            pub extra: $crate::Extra,
        }

        $crate::open_struct! {
            @members $name {
                $($field = $wire $(or $alias)? $(as $form)?,)+
            }
            { $($($part: $part_type,)+)? }
            { extra: $crate::Extra::default(), }
        }

        impl $crate::Member for $name {
            fn fit(value: &serde_json::Value) -> Option<Self> {
                let mut extra = $crate::Extra::from(value.as_object()?.clone());
                let read = <Self as $crate::open_struct::Members>::take(&mut extra);
                Some(Self { extra, ..read })
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let (read, extra) = $crate::open_struct::read_result::<Self, D>(deserializer)?;
                Ok(Self { extra, ..read })
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::open_struct::write_result(self, &self.extra, serializer)
            }
        }

        $crate::open_struct! {
            @debug [$($debug)?] $name {
                $([$($show)?] $field,)+
                $($([shown] $part,)+)?
            }
            { extra }
        }
    };
    // Entry point of the macro: a part of a result.
    (
        $(#[doc = $doc:literal])*
        $(#[debug($debug:ident)])?
        pub part $name:ident {
            $(
                $(#[doc = $field_doc:literal])*
                $(#[debug($show:ident)])?
                $field:ident: $type:ty = $wire:literal,
            )+
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Default, PartialEq)]
        #[non_exhaustive]
        pub struct $name {
            $($(#[doc = $field_doc])* pub $field: Option<$type>,)+
        }

        $crate::open_struct! { @members $name { $($field = $wire,)+ } {} {} }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::open_struct::read_result(deserializer).map(|(read, _)| read)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::open_struct::write_result(self, &$crate::Extra::default(), serializer)
            }
        }

        $crate::open_struct! { @debug [$($debug)?] $name { $([$($show)?] $field,)+ } {} }
    };

    // Declares the fields of a result or of a part of a result.
    (
        @members $name:ident {
            $($field:ident = $wire:literal $(or $alias:literal)? $(as $form:ident)?,)+
        }
        { $($part:ident: $part_type:ident,)* }
        { $($rest:ident: $default:expr,)? }
    ) => {
        impl $crate::open_struct::Members for $name {
            fn take(message: &mut $crate::Extra) -> Self {
                Self {
                    $($field: message.take($wire)$(.or_else(|| message.take($alias)))?,)+
                    $($part: $part_type::take(message),)*
                    $($rest: $default,)?
                }
            }

            fn names(&self) -> Vec<&'static str> {
                let mut names = Vec::new();
                $(if self.$field.is_some() { names.push($wire); })+
                $(names.extend(self.$part.names());)*
                names
            }
        }

        impl $crate::open_struct::Fields for $name {
            const NAMES: &'static [&'static str] = &[$($wire),+];

            fn write<M: serde::ser::SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
                $(
                    if let Some(value) = &self.$field {
                        map.serialize_entry($wire, $crate::open_struct!(@lenient value $($form)?))?;
                    }
                )+
                $($crate::open_struct::Fields::write(&self.$part, map)?;)*
                Ok(())
            }
        }
    };

    // The name of a field in JSON.
    (@name $field:ident) => { stringify!($field) };
    (@name $field:ident $wire:literal) => { $wire };

    // The function that reads a field of a strict struct.
    (@read) => { $crate::open_struct::form::exact };
    (@read $form:ident) => {{
        use $crate::open_struct::form::*;

        $form
    }};

    // The value to write for a field: of a strict struct, of a result.
    (@strict $value:tt bool_as_text) => { &$value.map(|it| if it { "true" } else { "false" }) };
    (@strict $value:tt $($form:ident)?) => { $value };
    (@lenient $value:ident bool_as_text) => { if *$value { "true" } else { "false" } };
    (@lenient $value:ident) => { $value };

    // `Debug` of a struct, by its own marker.
    (@debug [nothing] $name:ident $fields:tt $rest:tt) => {
        /// Shows only the name of the struct, because every field may be personal data.
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("[personal]")
            }
        }
    };
    (@debug [names] $name:ident $fields:tt { $($rest:ident)? }) => {
        /// Shows the names of the members that have a value. The values are hidden.
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let mut set = f.debug_set();
                set.entries($crate::open_struct::Members::names(self));
                $(set.entries(self.$rest.iter().map(|(name, _)| name));)?
                set.finish()
            }
        }
    };
    (@debug [all] $name:ident { $([] $field:ident,)* } { $($rest:ident)? }) => {
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($name))
                    $(.field(stringify!($field), &self.$field))*
                    $(.field(stringify!($rest), &self.$rest))?
                    .finish()
            }
        }
    };
    (@debug [rest] $name:ident { $([$($show:ident)?] $field:ident,)* } { $rest:ident }) => {
        $crate::open_struct! { @debug [] $name { $([$($show)?] $field,)* [shown] $rest, } {} }
    };
    (@debug [] $name:ident { $([$($show:ident)?] $field:ident,)* } $rest:tt) => {
        /// Shows the fields that are marked as shown. Personal data and secrets are hidden.
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let mut shown = f.debug_struct(stringify!($name));
                $($(shown.field(stringify!($field), $crate::open_struct!(@show $show (&self.$field)));)?)*
                shown.finish_non_exhaustive()
            }
        }
    };
    (@show shown $value:tt) => { $value };
    (@show personal $value:tt) => { &$crate::redact::personal($value) };
    (@show link $value:tt) => { &$crate::redact::link($value) };
    (@show text $value:tt) => { &$crate::redact::text($value) };
    (@show count $value:tt) => { &$value.as_ref().map(Vec::len) };
    (@show length $value:tt) => { &$crate::redact::bytes($value.len()) };
}
