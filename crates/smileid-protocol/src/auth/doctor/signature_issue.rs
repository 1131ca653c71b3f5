//! Probable mistakes in a signature, and the advice for each.

use std::fmt;

/// Probable mistake in a signature. `Display` shows the advice, without keys and signatures.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignatureIssue {
    // Mistakes about the signer.
    /// The signature was made with other credentials, one of the candidates.
    OtherKey {
        /// Name of those credentials.
        name: String,
    },
    /// The partner id was signed without its leading zeros.
    PartnerPaddingLost,
    /// The partner id was signed with more leading zeros than it has.
    PartnerPaddingAdded,
    /// The signature was made with this API key, but for another partner id: the id in the message, or a candidate's.
    OtherPartner,
    /// The signature is right, but the message names another partner id.
    PartnerIdRewritten,
    /// The partner id was signed with a blank, a line break or quotation marks around it.
    PartnerIdDecorated,
    /// The API key was decoded from base64 or hexadecimal before use.
    KeyDecoded,
    /// The API key was used with a blank or a line break around it, or the key configured here has one.
    KeyWhitespace,
    /// The API key was used with quotation marks around it, or the key configured here has them.
    KeyQuoted,
    /// The API key was used with a byte order mark before it, or the key configured here has one.
    KeyByteOrderMark,
    /// The API key was used in capital letters or in small letters.
    KeyCase,

    // Mistakes in the form of the signature.
    /// The signature is hexadecimal, not base64.
    Hexadecimal {
        /// True if the hexadecimal digits are in capitals.
        upper_case: bool,
    },
    /// The signature is the base64 of its hexadecimal text, not of its bytes.
    Base64OfHexadecimal,
    /// The signature uses the URL-safe alphabet of base64.
    UrlSafe,
    /// The `=` at the end of the signature is missing.
    Unpadded,
    /// The signature contains blanks or line breaks.
    Whitespace,
    /// The signature has blanks in the place of `+`.
    PlusLost,
    /// The signature is only the beginning of the right signature.
    Truncated,
    /// The signature was made with another hash function, according to its length.
    OtherHash {
        /// Length of the signature, in bytes.
        bytes: usize,
    },
    /// The text is not a signature: it is not the base64 of 32 bytes, and has no other known format.
    NotASignature,

    // Mistakes in the signed text.
    /// The signed text of the timestamp differs from the text in the message.
    Timestamp {
        /// Text of the timestamp that was signed.
        signed: String,
        /// Difference between the signed timestamp and the timestamp in the message.
        how: TimestampMistake,
    },
    /// The timestamp is missing from the signed text.
    NoTimestamp,
    /// The partner id is missing from the signed text.
    NoPartnerId,
    /// The word `sid_request` is missing from the signed text.
    NoSidRequest,
    /// Another word was signed instead of `sid_request`.
    SidRequestSpelling {
        /// The word that was signed.
        signed: String,
    },
    /// The parts of the signed text are in the wrong order.
    PartOrder,
    /// The signed text has a separator between its parts.
    Separator {
        /// Character between the parts of the signed text.
        between: char,
    },
    /// The signed text begins or ends with a blank or a line break, such as the line break that `echo` adds.
    MessageWhitespace,
    /// The signature is a plain hash, not an HMAC.
    PlainHash,
    /// The signed text was used as the key of the HMAC, and the API key as the text.
    KeyAndMessageSwapped,
    /// The signature is a `sec_key`, the older form that the official SDKs gave up in 2022.
    SecKey,

    // Mistakes in the place of the proof.
    /// The signature belongs to the second timestamp of the message: that of the headers to the body, or the reverse.
    OtherPlace,
    /// The values of partner id and timestamp are swapped.
    PartnerAndTimestampSwapped,
    /// The values of partner id and signature are swapped.
    PartnerAndSignatureSwapped,
    /// The values of signature and timestamp are swapped.
    SignatureAndTimestampSwapped,

    /// No known mistake explains the signature.
    Unexplained,
}

impl SignatureIssue {
    /// All codes that [`Self::code`] can return.
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

    /// Returns the stable code of the mistake.
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
                return write!(f, "the signature was made with the API key of `{name}`: use the key of this partner and environment");
            }
            Self::Timestamp { signed, how } => {
                return write!(f, "the signed timestamp `{signed}` differs from the sent one ({how}): send exactly the text that was signed");
            }
            Self::OtherHash { bytes } => {
                return write!(f, "the signature has {bytes} bytes instead of 32, so another hash was used: use SHA-256");
            }
            Self::Separator { between } => {
                return write!(f, "the signed text has {between:?} between its parts: join timestamp, partner id and `sid_request` without a separator");
            }
            Self::SidRequestSpelling { signed } => {
                return write!(f, "`{signed}` was signed in place of `sid_request`: sign exactly `sid_request`");
            }
            Self::PartnerPaddingLost => {
                "the partner id was signed without its leading zeros: store the partner id as text, never as a number"
            }
            Self::PartnerPaddingAdded => {
                "the partner id was signed with additional leading zeros: sign the partner id as the portal shows it"
            }
            Self::OtherPartner => {
                "the signature was made for another partner id: use the partner id to which the API key belongs"
            }
            Self::PartnerIdRewritten => {
                "the signature is valid for another partner id than the one in the message: send the signed partner id"
            }
            Self::PartnerIdDecorated => {
                "the partner id was signed with a blank, a line break or quotation marks around it: sign the partner id as the portal shows it"
            }
            Self::KeyDecoded => {
                "the API key was decoded from base64 or hexadecimal: use the text of the API key unchanged, even if it looks encoded"
            }
            Self::KeyQuoted => {
                "the client or this configuration has quotation marks around the API key: remove the quotation marks"
            }
            Self::KeyByteOrderMark => {
                "the client or this configuration has a byte order mark before the API key: save the file without a byte order mark"
            }
            Self::KeyCase => {
                "the letters of the API key were changed to upper or lower case: use the key as the portal shows it"
            }
            Self::KeyWhitespace => {
                "the client or this configuration has a blank or a line break around the API key: remove the blank or line break"
            }
            Self::Hexadecimal { .. } => "the signature is in hexadecimal: send the base64 text of its 32 bytes",
            Self::Base64OfHexadecimal => {
                "the signature is the base64 of hexadecimal text: send the base64 text of its 32 bytes"
            }
            Self::UrlSafe => "the signature is in URL-safe base64: use the base64 alphabet with `+` and `/`",
            Self::Unpadded => "the `=` at the end of the signature is missing: use base64 with padding",
            Self::Whitespace => "the signature contains blanks or line breaks: send only the 44 characters of the signature",
            Self::PlusLost => {
                "the signature has blanks instead of `+`, probably from form decoding: escape `+` as `%2B`"
            }
            Self::Truncated => "the signature is truncated: send all 44 characters of the signature",
            Self::NotASignature => {
                "the signature is not the base64 text of 32 bytes: send the complete base64 text of the HMAC-SHA256"
            }
            Self::NoTimestamp => "the timestamp is missing from the signed text: sign timestamp, partner id and `sid_request`",
            Self::NoPartnerId => "the partner id is missing from the signed text: sign timestamp, partner id and `sid_request`",
            Self::NoSidRequest => "`sid_request` is missing from the signed text: sign timestamp, partner id and `sid_request`",
            Self::PartOrder => "the parts of the signed text are in the wrong order: sign timestamp, partner id and `sid_request`",
            Self::MessageWhitespace => {
                "the signed text has an additional blank or line break, as `echo` adds: sign only timestamp, partner id and `sid_request`"
            }
            Self::PlainHash => "the signature is a SHA-256 hash, not an HMAC: use HMAC-SHA256 with the API key as the key",
            Self::KeyAndMessageSwapped => "key and text of the HMAC are swapped: use the API key as the key",
            Self::SecKey => {
                "the signature is an old `sec_key` (RSA), discontinued in 2022: send `signature`, the base64 of the HMAC-SHA256 of timestamp, partner id and `sid_request`"
            },
            Self::OtherPlace => {
                "the signature belongs to another timestamp of the message: send each signature with its own timestamp"
            }
            Self::PartnerAndSignatureSwapped => "the values of partner id and signature are swapped: exchange the two values",
            Self::PartnerAndTimestampSwapped => "the values of partner id and timestamp are swapped: exchange the two values",
            Self::SignatureAndTimestampSwapped => "the values of signature and timestamp are swapped: exchange the two values",
            Self::Unexplained => {
                "the signature does not match: common causes are another API key, or a timestamp that differs from the signed one"
            }
        })
    }
}

/// Difference between the timestamp text that was signed and the timestamp text in the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TimestampMistake {
    /// The digits after the second are more or fewer.
    Fraction,
    /// The time zone is written in another form: `+00:00` instead of `Z`, or another zone for the same time.
    Zone,
    /// A blank stands in the place of the `T`, or the reverse.
    Separator,
    /// Several differences at once, or a comma in the place of the point.
    Spelling,
    /// One text is seconds or milliseconds since 1970, and the other is a date or uses the other unit.
    Epoch,
    /// One of the two texts is a local time without a time zone.
    LocalTime {
        /// Minutes that the signed time is ahead of UTC, if the time in the message is in UTC or has a zone.
        offset_minutes: i32,
    },
    /// One of the two texts is a local time that is marked as UTC. It is unknown which of them.
    LocalTimeAsUtc {
        /// Minutes that the signed time is ahead of UTC, if the time in the message is in UTC or has a zone.
        offset_minutes: i32,
    },
    /// The timestamp was signed with blanks or line breaks around it.
    Whitespace,
    /// The timestamp was signed with quotation marks around it, as a JSON writer adds them.
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
            Self::Fraction => "more or fewer digits after the second",
            Self::Zone => "another form of the time zone",
            Self::Separator => "another separator between date and time",
            Self::Spelling => "another format of the same time",
            Self::Epoch => "one of the two is a number of seconds or milliseconds",
            Self::LocalTime { .. } => "one of the two is local time without a time zone",
            Self::LocalTimeAsUtc { .. } => "one of the two is local time marked as UTC",
            Self::Whitespace => "one of the two has blanks or line breaks around it",
            Self::Quotes => "one of the two has quotation marks around it",
        })
    }
}
