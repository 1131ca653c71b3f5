//! Probable mistakes in a signature, and what to do about them.

use std::fmt;

/// A mistake in a signature. `Display` says what to do; it shows no key and no signature.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignatureIssue {
    // Mistakes about the signer.
    /// It was made with one of the candidates.
    OtherKey {
        /// The candidate's name.
        name: String,
    },
    /// The partner id was signed without its leading zeros.
    PartnerPaddingLost,
    /// The partner id was signed with more leading zeros than it has.
    PartnerPaddingAdded,
    /// It was made with this key for another partner id: the one that the message names, or a candidate's.
    OtherPartner,
    /// The signature is right, and the message names another partner.
    PartnerIdRewritten,
    /// The partner id was signed with a blank, a line break or quotes around it.
    PartnerIdDecorated,
    /// The key was decoded from base64 or hexadecimal before it was used.
    KeyDecoded,
    /// The key was used with a blank or a line break around it, or has one in the configuration here.
    KeyWhitespace,
    /// The key was used with quotes around it, or has them in the configuration here.
    KeyQuoted,
    /// The key was used with a byte order mark before it, or has one in the configuration here.
    KeyByteOrderMark,
    /// The key was used in capitals or in small letters.
    KeyCase,

    // Mistakes in the form of the signature.
    /// It is in hexadecimal.
    Hexadecimal {
        /// True if in capitals.
        upper_case: bool,
    },
    /// It is the base64 of the hexadecimal text.
    Base64OfHexadecimal,
    /// It is in the URL-safe alphabet.
    UrlSafe,
    /// The `=` at its end is missing.
    Unpadded,
    /// It contains blanks or line breaks.
    Whitespace,
    /// It has blanks in place of `+`.
    PlusLost,
    /// It is the beginning of the right one.
    Truncated,
    /// It has as many bytes as another hash.
    OtherHash {
        /// Number of bytes.
        bytes: usize,
    },
    /// It is not the base64 of 32 bytes, nor any other known form.
    NotASignature,

    // Mistakes in the signed text.
    /// The signed text of the timestamp differs from the one that was sent.
    Timestamp {
        /// The text that was signed.
        signed: String,
        /// Difference between the signed text and the sent one.
        how: TimestampMistake,
    },
    /// The timestamp is missing.
    NoTimestamp,
    /// The partner id is missing.
    NoPartnerId,
    /// `sid_request` is missing.
    NoSidRequest,
    /// Another text was signed in place of `sid_request`.
    SidRequestSpelling {
        /// The text that was signed.
        signed: String,
    },
    /// The parts are in another order.
    PartOrder,
    /// There is a separator between the parts.
    Separator {
        /// Character between the signed parts.
        between: char,
    },
    /// There is a blank or a line break before or after the message, such as the one that `echo` adds.
    MessageWhitespace,
    /// It is a hash, and not an HMAC.
    PlainHash,
    /// The message was used as the key, and the key as the message.
    KeyAndMessageSwapped,
    /// It is of the scheme with `sec_key`, which the official SDKs gave up in 2022.
    SecKey,

    // Mistakes in the place of the proof.
    /// It was made for the other timestamp in the message: that of the headers for the body, or the reverse.
    OtherPlace,
    /// The members of partner id and timestamp have each other's values.
    PartnerAndTimestampSwapped,
    /// The members of partner id and signature have each other's values.
    PartnerAndSignatureSwapped,
    /// The members of signature and timestamp have each other's values.
    SignatureAndTimestampSwapped,

    /// No known mistake explains the signature.
    Unexplained,
}

impl SignatureIssue {
    /// All values of [`Self::code`].
    pub const CODES: &'static [&'static str] = &[
        "other-key",
        "partner-padding-lost",
        "partner-padding-added",
        "other-partner",
        "partner-id-rewritten",
        "partner-id-decorated",
        "key-decoded",
        "key-whitespace",
        "key-quoted",
        "key-byte-order-mark",
        "key-case",
        "hexadecimal",
        "hexadecimal-upper-case",
        "base64-of-hexadecimal",
        "url-safe",
        "unpadded",
        "whitespace",
        "plus-lost",
        "truncated",
        "other-hash",
        "not-a-signature",
        "no-timestamp",
        "no-partner-id",
        "no-sid-request",
        "sid-request-spelling",
        "part-order",
        "separator",
        "message-whitespace",
        "plain-hash",
        "key-and-message-swapped",
        "sec-key",
        "other-place",
        "partner-and-timestamp-swapped",
        "partner-and-signature-swapped",
        "signature-and-timestamp-swapped",
        "unexplained",
        "timestamp-fraction",
        "timestamp-zone",
        "timestamp-separator",
        "timestamp-spelling",
        "timestamp-epoch",
        "timestamp-local",
        "timestamp-local-as-utc",
        "timestamp-whitespace",
        "timestamp-quoted",
    ];

    /// Returns a stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::OtherKey { .. } => "other-key",
            Self::PartnerPaddingLost => "partner-padding-lost",
            Self::PartnerPaddingAdded => "partner-padding-added",
            Self::OtherPartner => "other-partner",
            Self::PartnerIdRewritten => "partner-id-rewritten",
            Self::PartnerIdDecorated => "partner-id-decorated",
            Self::KeyDecoded => "key-decoded",
            Self::KeyWhitespace => "key-whitespace",
            Self::KeyQuoted => "key-quoted",
            Self::KeyByteOrderMark => "key-byte-order-mark",
            Self::KeyCase => "key-case",
            Self::Hexadecimal { upper_case: false } => "hexadecimal",
            Self::Hexadecimal { upper_case: true } => "hexadecimal-upper-case",
            Self::Base64OfHexadecimal => "base64-of-hexadecimal",
            Self::UrlSafe => "url-safe",
            Self::Unpadded => "unpadded",
            Self::Whitespace => "whitespace",
            Self::PlusLost => "plus-lost",
            Self::Truncated => "truncated",
            Self::OtherHash { .. } => "other-hash",
            Self::NotASignature => "not-a-signature",
            Self::Timestamp { how, .. } => how.code(),
            Self::NoTimestamp => "no-timestamp",
            Self::NoPartnerId => "no-partner-id",
            Self::NoSidRequest => "no-sid-request",
            Self::SidRequestSpelling { .. } => "sid-request-spelling",
            Self::PartOrder => "part-order",
            Self::Separator { .. } => "separator",
            Self::MessageWhitespace => "message-whitespace",
            Self::PlainHash => "plain-hash",
            Self::KeyAndMessageSwapped => "key-and-message-swapped",
            Self::SecKey => "sec-key",
            Self::OtherPlace => "other-place",
            Self::PartnerAndTimestampSwapped => "partner-and-timestamp-swapped",
            Self::PartnerAndSignatureSwapped => "partner-and-signature-swapped",
            Self::SignatureAndTimestampSwapped => "signature-and-timestamp-swapped",
            Self::Unexplained => "unexplained",
        }
    }
}

impl fmt::Display for SignatureIssue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OtherKey { name } => {
                return write!(f, "signed with the key of `{name}`: use the key of this partner and environment");
            }
            Self::Timestamp { signed, how } => {
                return write!(f, "signed for the time `{signed}`, {how}: send exactly the text that was signed");
            }
            Self::OtherHash { bytes } => {
                return write!(f, "the signature has {bytes} bytes in place of 32, as from another hash: use SHA-256");
            }
            Self::Separator { between } => {
                return write!(f, "signed with {between:?} between the parts: put nothing between them");
            }
            Self::SidRequestSpelling { signed } => {
                return write!(f, "`{signed}` was signed in place of `sid_request`: sign exactly `sid_request`");
            }
            Self::PartnerPaddingLost => {
                "signed for the partner id without its leading zeros: keep it as text, never as a number"
            }
            Self::PartnerPaddingAdded => {
                "signed for the partner id with leading zeros that it does not have: sign it as the portal shows it"
            }
            Self::OtherPartner => {
                "signed with this key for another partner id: use the partner id that the key belongs to"
            }
            Self::PartnerIdRewritten => {
                "the signature is valid, but for another partner id than that of the message: send the signed one"
            }
            Self::PartnerIdDecorated => {
                "the partner id was signed with a blank, a line break or quotes around it: sign it as the portal shows it"
            }
            Self::KeyDecoded => {
                "the key was decoded from base64 or hexadecimal before it was used: use its text, even if it looks encoded"
            }
            Self::KeyQuoted => {
                "the client or this configuration has quotes around the key: remove them"
            }
            Self::KeyByteOrderMark => {
                "the client or this configuration has a byte order mark before the key: save its file without one"
            }
            Self::KeyCase => {
                "the key was changed to upper or lower case: use it as the portal shows it"
            }
            Self::KeyWhitespace => {
                "the client or this configuration has a blank or a line break around the key: trim it"
            }
            Self::Hexadecimal { .. } => "the signature is in hexadecimal: send the base64 of the bytes",
            Self::Base64OfHexadecimal => {
                "the signature is the base64 of hexadecimal text: send the base64 of the bytes themselves"
            }
            Self::UrlSafe => "the signature is in URL-safe base64: use the alphabet with `+` and `/`",
            Self::Unpadded => "the signature lacks the `=` at its end: use base64 with padding",
            Self::Whitespace => "there are blanks or line breaks in the signature: send its 44 characters only",
            Self::PlusLost => {
                "there are blanks in the signature in place of `+`, as after form decoding: escape `+` as `%2B`"
            }
            Self::Truncated => "the signature is cut off: send all of its 44 characters",
            Self::NotASignature => {
                "the signature is not the base64 of 32 bytes: it is cut off, was changed in transit, or is another value"
            }
            Self::NoTimestamp => "the timestamp was left out: sign timestamp, partner id and `sid_request`",
            Self::NoPartnerId => "the partner id was left out: sign timestamp, partner id and `sid_request`",
            Self::NoSidRequest => "`sid_request` was left out: sign timestamp, partner id and `sid_request`",
            Self::PartOrder => "the parts are in another order: sign timestamp, partner id and `sid_request`",
            Self::MessageWhitespace => {
                "a blank or a line break was also signed, as `echo` adds it: sign the parts only"
            }
            Self::PlainHash => "this is a SHA-256 hash, not an HMAC: use HMAC-SHA256 with the key's text as the key",
            Self::KeyAndMessageSwapped => "the message was used as the key and the key as the message: swap them",
            Self::SecKey => {
                "this is a legacy `sec_key` (RSA), discontinued in 2022: send `signature`, the base64 of the HMAC-SHA256 of timestamp, partner id and `sid_request`"
            },
            Self::OtherPlace => {
                "signed for another timestamp in the message: send each signature with its own timestamp"
            }
            Self::PartnerAndSignatureSwapped => "partner id and signature hold each other's values: swap them",
            Self::PartnerAndTimestampSwapped => "partner id and timestamp hold each other's values: swap them",
            Self::SignatureAndTimestampSwapped => "signature and timestamp hold each other's values: swap them",
            Self::Unexplained => {
                "the signature does not match: common causes are another API key, or a timestamp that differs from the signed one"
            }
        })
    }
}

/// Difference between the text of a timestamp that was signed and the one that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TimestampMistake {
    /// More or fewer digits after the second.
    Fraction,
    /// The zone in another form: `+00:00` for `Z`, or the same time in another zone.
    Zone,
    /// A blank for the `T`, or the reverse.
    Separator,
    /// Several of these, or a comma for the point.
    Spelling,
    /// Seconds or milliseconds since 1970 for a date, or for each other, or the reverse.
    Epoch,
    /// One of the two is the time of another zone, without a zone.
    LocalTime {
        /// Minutes that the signed time is ahead of UTC, if the sent one is in UTC or has a zone.
        offset_minutes: i32,
    },
    /// One of the two is the time of another zone, marked as UTC. It is unknown which.
    LocalTimeAsUtc {
        /// Minutes that the signed time is ahead of UTC, if the sent one is in UTC or has a zone.
        offset_minutes: i32,
    },
    /// Blanks or line breaks around it.
    Whitespace,
    /// Quotes around it, as a JSON writer adds them.
    Quotes,
}

impl TimestampMistake {
    const fn code(self) -> &'static str {
        match self {
            Self::Fraction => "timestamp-fraction",
            Self::Zone => "timestamp-zone",
            Self::Separator => "timestamp-separator",
            Self::Spelling => "timestamp-spelling",
            Self::Epoch => "timestamp-epoch",
            Self::LocalTime { .. } => "timestamp-local",
            Self::LocalTimeAsUtc { .. } => "timestamp-local-as-utc",
            Self::Whitespace => "timestamp-whitespace",
            Self::Quotes => "timestamp-quoted",
        }
    }
}

impl fmt::Display for TimestampMistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Fraction => "with more or fewer digits after the second than were sent",
            Self::Zone => "with another form of the zone than was sent",
            Self::Separator => "with another separator of date and time than was sent",
            Self::Spelling => "which is the same time in another format than was sent",
            Self::Epoch => "where one of the two is a number of seconds or milliseconds",
            Self::LocalTime { .. } => "where one of the two is local time without a zone",
            Self::LocalTimeAsUtc { .. } => "where one of the two is local time marked as UTC",
            Self::Whitespace => "where one of the two has blanks or line breaks around it",
            Self::Quotes => "where one of the two has quotes around it",
        })
    }
}
