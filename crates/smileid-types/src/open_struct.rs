//! The only logic behind every struct that the API sends: what has no field, or does not fit its own, is kept as it came.

use serde::{
    de::{Deserialize, Deserializer},
    ser::{SerializeMap, Serializer},
};

use crate::extra::Extra;

/// The members that a struct has fields for.
pub(crate) trait Members: Sized {
    /// Takes them out of a message. What does not fit its field stays.
    fn take(message: &mut Extra) -> Self;

    /// The names of those that are there, as they are written.
    fn names(&self) -> Vec<&'static str>;

    /// Writes those that are there.
    fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error>;
}

/// Reads the fields, and what has none.
pub(crate) fn read<'de, T: Members, D: Deserializer<'de>>(deserializer: D) -> Result<(T, Extra), D::Error> {
    let mut extra = Extra::deserialize(deserializer)?;
    Ok((T::take(&mut extra), extra))
}

/// Writes the fields, then what has none. A field that was set outweighs what did not fit it.
pub(crate) fn write<S: Serializer>(
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

/// Declares a struct whose members are all optional: `field: Type = "Name on the wire"`.
///
/// `or "Name"` is another name to read it by, `as text` writes a flag as text, and `with { … }` adds structs whose
/// members stand beside the others. A `part` is such a struct: it keeps nothing that it has no field for.
macro_rules! open_struct {
    (
        $(#[$meta:meta])*
        pub struct $name:ident {
            $(
                $(#[$field_meta:meta])*
                $field:ident: $type:ty = $wire:literal $(or $alias:literal)? $(as $form:ident)?,
            )+
        }
        $(with { $($(#[$part_meta:meta])* $part:ident: $part_type:ident,)+ })?
    ) => {
        $(#[$meta])*
        #[derive(Clone, Default, PartialEq)]
        #[non_exhaustive]
        pub struct $name {
            $($(#[$field_meta])* pub $field: Option<$type>,)+
            $($($(#[$part_meta])* pub $part: $part_type,)+)?
            /// Members that this type has no field for, and those that do not fit theirs.
            pub extra: $crate::Extra,
        }

        open_struct! {
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
                let (read, extra) = $crate::open_struct::read::<Self, D>(deserializer)?;
                Ok(Self { extra, ..read })
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::open_struct::write(self, &self.extra, serializer)
            }
        }
    };
    (
        $(#[$meta:meta])*
        pub part $name:ident {
            $($(#[$field_meta:meta])* $field:ident: $type:ty = $wire:literal,)+
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Default, PartialEq)]
        #[non_exhaustive]
        pub struct $name {
            $($(#[$field_meta])* pub $field: Option<$type>,)+
        }

        open_struct! { @members $name { $($field = $wire,)+ } {} {} }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::open_struct::read(deserializer).map(|(read, _)| read)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::open_struct::write(self, &$crate::Extra::default(), serializer)
            }
        }
    };
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

            fn write<M: serde::ser::SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
                $(
                    if let Some(value) = &self.$field {
                        map.serialize_entry($wire, open_struct!(@form value $($form)?))?;
                    }
                )+
                $(self.$part.write(map)?;)*
                Ok(())
            }
        }
    };
    (@form $value:ident) => { $value };
    (@form $value:ident text) => { if *$value { "true" } else { "false" } };
}

/// `Debug` for structs whose values are personal: shows which members are there.
macro_rules! debug_names {
    ($($name:ident $(with $extra:ident)?),+ $(,)?) => {
        $(
            /// Shows which members are there, never their values.
            impl std::fmt::Debug for $name {
                fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    let mut set = f.debug_set();
                    set.entries($crate::open_struct::Members::names(self));
                    $(set.entries(self.$extra.iter().map(|(name, _)| name));)?
                    set.finish()
                }
            }
        )+
    };
}
