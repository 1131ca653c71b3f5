//! Macro for enums with an `Unlisted` variant, which keeps received values that the table does not list.

use std::fmt;

use crate::redact;

/// A received value that the table of the enum does not list, such as a new code.
///
/// It is created only by reading a value, so it never holds a listed value.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Unlisted<T>(pub(crate) T);

impl<T> Unlisted<T> {
    /// Returns the unlisted value as received.
    pub const fn value(&self) -> &T {
        &self.0
    }
}

impl fmt::Debug for Unlisted<u16> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Hides the text: a text that the table does not list may be personal data.
impl fmt::Debug for Unlisted<Box<str>> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        redact::text(&Some(())).fmt(f)
    }
}

/// Declares an enum of known values from a table. In JSON the values are numbers (`u16`) or texts (`str`).
macro_rules! open_enum {
    (
        $(#[$meta:meta])*
        pub enum $name:ident: u16 {
            $($(#[$row_meta:meta])* $variant:ident = $wire:literal,)+
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$row_meta])* $variant,)+
            /// A number that the table does not list, kept as received.
            Unlisted($crate::Unlisted<u16>),
        }

        impl $name {
            /// All values that the table lists, in the order of the table.
            pub const LISTED: &'static [Self] = &[$(Self::$variant),+];

            /// Returns the number that stands for the value in JSON.
            pub const fn number(self) -> u16 {
                match self {
                    $(Self::$variant => $wire,)+
                    Self::Unlisted(unlisted) => unlisted.0,
                }
            }
        }

        impl From<u16> for $name {
            fn from(number: u16) -> Self {
                match number {
                    $($wire => Self::$variant,)+
                    other => Self::Unlisted($crate::Unlisted(other)),
                }
            }
        }

        member_by_serde!($name);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.number().fmt(f)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_u16(self.number())
            }
        }

        /// Reads a JSON number, or the same number as text.
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::lenient::number_or_text(deserializer).map(Self::from)
            }
        }
    };
    (
        $(#[$meta:meta])*
        pub enum $name:ident: str {
            $($(#[$row_meta:meta])* $variant:ident = $wire:literal,)+
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$row_meta])* $variant,)+
            /// A text that the table does not list, kept as received.
            Unlisted($crate::Unlisted<Box<str>>),
        }

        impl $name {
            /// All values that the table lists, in the order of the table.
            pub const LISTED: &'static [Self] = &[$(Self::$variant),+];

            /// Returns the text that stands for the value in JSON.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $wire,)+
                    Self::Unlisted(unlisted) => unlisted.value(),
                }
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $($wire => Self::$variant,)+
                    other => Self::Unlisted($crate::Unlisted(other.into())),
                }
            }
        }

        member_by_serde!($name);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.as_str().fmt(f)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                Ok(Self::from(text.as_ref()))
            }
        }
    };
}
