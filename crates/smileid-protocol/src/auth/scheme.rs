//! Authentication schemes: where a message has its partner id, timestamp and signature, and how they are checked.

use std::{fmt, marker::PhantomData};

use http::{HeaderMap, HeaderName, HeaderValue};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use super::{AuthError, Credentials, PartnerId, Signature};
use crate::{
    SOURCE_SDK, SOURCE_SDK_VERSION,
    codec::{DecodeError, EncodeError},
    timestamp::{Timestamp, text_or_integer},
};

/// Authentication scheme of a message: the data that authenticates the sender, and its place in the message.
pub trait AuthScheme {
    /// Key with which messages are signed and verified.
    type Key;
    /// Authentication data in a message, such as partner id, timestamp and signature.
    type Proof: Clone + fmt::Debug + PartialEq;

    /// Creates the authentication data as the sender: signs with `key` at the time `now`.
    fn prove(key: &Self::Key, now: &Timestamp) -> Self::Proof;

    /// Verifies the authentication data as the receiver.
    ///
    /// # Errors
    ///
    /// [`AuthError::Missing`] if optional authentication data is absent; otherwise, if it was not made with `key`.
    fn check(proof: &Self::Proof, key: &Self::Key) -> Result<(), AuthError>;

    /// Returns the partner id, if the authentication data contains it.
    fn partner(proof: &Self::Proof) -> Option<&PartnerId>;

    /// Returns the timestamp, if the authentication data contains it.
    fn timestamp(proof: &Self::Proof) -> Option<&Timestamp>;

    /// Writes the authentication data into a message.
    ///
    /// # Errors
    ///
    /// If the message already has a member with the same name.
    fn write(proof: &Self::Proof, envelope: &mut Envelope) -> Result<(), EncodeError>;

    /// Reads the authentication data of a message and removes it, so that only the other members of the message are left.
    ///
    /// # Errors
    ///
    /// If it is absent or malformed.
    fn read(envelope: &mut Envelope) -> Result<Self::Proof, DecodeError>;
}

/// Headers and JSON members of a message while it is encoded or decoded.
#[derive(Default)]
pub struct Envelope {
    pub(crate) members: Map<String, Value>,
    pub(crate) headers: HeaderMap,
}

impl Envelope {
    pub(crate) fn new(members: Map<String, Value>) -> Self {
        Self { members, headers: HeaderMap::new() }
    }

    pub(crate) fn with_headers(members: Map<String, Value>, headers: &HeaderMap) -> Self {
        Self { members, headers: headers.clone() }
    }

    fn put(&mut self, name: &'static str, value: impl Serialize) -> Result<(), EncodeError> {
        if self.members.contains_key(name) {
            return Err(EncodeError::Reserved { name: name.to_owned() });
        }
        self.members.insert(name.to_owned(), serde_json::to_value(value)?);
        Ok(())
    }

    fn take<T: DeserializeOwned>(&mut self, name: &'static str) -> Result<T, DecodeError> {
        let value = self.members.remove(name).ok_or(DecodeError::NoProof { member: name })?;
        T::deserialize(value).map_err(|error| DecodeError::in_member(name, &error))
    }

    /// Removes and returns the timestamp of a response, which is a number in older responses.
    fn take_reply_time(&mut self) -> Result<Timestamp, DecodeError> {
        let value = self.members.remove(TIMESTAMP).ok_or(DecodeError::NoProof { member: TIMESTAMP })?;
        text_or_integer(value).map_err(|error| DecodeError::in_member(TIMESTAMP, &error))
    }

    /// Returns true if a member is present. A member with the value null is removed and counts as absent.
    fn has(&mut self, name: &str) -> bool {
        if self.members.get(name).is_some_and(Value::is_null) {
            self.members.remove(name);
        }
        self.members.contains_key(name)
    }

    pub(super) fn put_header(&mut self, name: &'static str, value: &str) -> Result<(), EncodeError> {
        let value = HeaderValue::from_str(value).map_err(http::Error::from)?;
        self.headers.insert(HeaderName::from_static(name), value);
        Ok(())
    }

    /// Adds a header that is marked as sensitive, so that HTTP libraries do not log it.
    pub(super) fn put_secret_header(&mut self, name: &'static str, value: &str) -> Result<(), EncodeError> {
        let mut value = HeaderValue::from_str(value).map_err(http::Error::from)?;
        value.set_sensitive(true);
        self.headers.insert(HeaderName::from_static(name), value);
        Ok(())
    }

    pub(super) fn header(&self, name: &'static str) -> Result<&str, DecodeError> {
        let value = self.headers.get(name).and_then(|value| value.to_str().ok());
        value.filter(|value| !value.is_empty()).ok_or(DecodeError::NoProof { member: name })
    }
}

/// Shows only the names of the message's members.
impl fmt::Debug for Envelope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.members.keys()).finish()
    }
}

const TIMESTAMP: &str = "timestamp";
const SIGNATURE: &str = "signature";

/// Scheme with partner id, timestamp and signature as members of the JSON body.
pub struct Signed<P>(PhantomData<P>);

/// [`Signed`] scheme with the partner id in the member `partner_id`. Most requests use it.
pub type SignedBody = Signed<PartnerIdMember>;

/// [`Signed`] scheme with the partner id in the member `smile_client_id`. The upload request uses it.
pub type SignedUpload = Signed<SmileClientIdMember>;

/// Name of the JSON member that contains the partner id.
pub trait PartnerMember {
    /// Name of the JSON member.
    const NAME: &'static str;
}

/// The JSON member `partner_id` contains the partner id.
#[derive(Debug)]
#[non_exhaustive]
pub struct PartnerIdMember;

impl PartnerMember for PartnerIdMember {
    const NAME: &'static str = "partner_id";
}

/// The JSON member `smile_client_id` contains the partner id.
#[derive(Debug)]
#[non_exhaustive]
pub struct SmileClientIdMember;

impl PartnerMember for SmileClientIdMember {
    const NAME: &'static str = "smile_client_id";
}

impl<P: PartnerMember> AuthScheme for Signed<P> {
    type Key = Credentials;
    type Proof = RequestProof;

    fn prove(key: &Credentials, now: &Timestamp) -> RequestProof {
        RequestProof {
            partner_id: key.partner_id().clone(),
            timestamp: now.clone(),
            signature: key.sign(now),
        }
    }

    fn check(proof: &RequestProof, key: &Credentials) -> Result<(), AuthError> {
        key.check(&proof.timestamp, &proof.signature)?;
        if proof.partner_id == *key.partner_id() { Ok(()) } else { Err(AuthError::Mismatch) }
    }

    fn partner(proof: &RequestProof) -> Option<&PartnerId> {
        Some(&proof.partner_id)
    }

    fn timestamp(proof: &RequestProof) -> Option<&Timestamp> {
        Some(&proof.timestamp)
    }

    fn write(proof: &RequestProof, envelope: &mut Envelope) -> Result<(), EncodeError> {
        envelope.put(P::NAME, &proof.partner_id)?;
        envelope.put(TIMESTAMP, &proof.timestamp)?;
        envelope.put(SIGNATURE, &proof.signature)
    }

    fn read(envelope: &mut Envelope) -> Result<RequestProof, DecodeError> {
        Ok(RequestProof {
            partner_id: envelope.take(P::NAME)?,
            timestamp: envelope.take(TIMESTAMP)?,
            signature: envelope.take(SIGNATURE)?,
        })
    }
}

/// Scheme with partner id, timestamp and signature in headers, for newer endpoints, whose bodies can have any format.
///
/// Two more headers name the software that sends the request.
#[derive(Debug)]
#[non_exhaustive]
pub struct SignedHeaders;

pub(super) const PARTNER_HEADER: &str = "smileid-partner-id";
const TIMESTAMP_HEADER: &str = "smileid-timestamp";
const SIGNATURE_HEADER: &str = "smileid-request-signature";
pub(super) const SOURCE_SDK_HEADER: &str = "smileid-source-sdk";
pub(super) const SOURCE_SDK_VERSION_HEADER: &str = "smileid-source-sdk-version";

impl AuthScheme for SignedHeaders {
    type Key = Credentials;
    type Proof = RequestProof;

    fn prove(key: &Credentials, now: &Timestamp) -> RequestProof {
        SignedBody::prove(key, now)
    }

    fn check(proof: &RequestProof, key: &Credentials) -> Result<(), AuthError> {
        SignedBody::check(proof, key)
    }

    fn partner(proof: &RequestProof) -> Option<&PartnerId> {
        Some(&proof.partner_id)
    }

    fn timestamp(proof: &RequestProof) -> Option<&Timestamp> {
        Some(&proof.timestamp)
    }

    fn write(proof: &RequestProof, envelope: &mut Envelope) -> Result<(), EncodeError> {
        envelope.put_header(PARTNER_HEADER, proof.partner_id.as_str())?;
        envelope.put_header(TIMESTAMP_HEADER, proof.timestamp.as_str())?;
        envelope.put_header(SIGNATURE_HEADER, proof.signature.as_str())?;
        envelope.put_header(SOURCE_SDK_HEADER, SOURCE_SDK)?;
        envelope.put_header(SOURCE_SDK_VERSION_HEADER, SOURCE_SDK_VERSION)
    }

    fn read(envelope: &mut Envelope) -> Result<RequestProof, DecodeError> {
        let missing = |member| DecodeError::NoProof { member };
        Ok(RequestProof {
            partner_id: PartnerId::new(envelope.header(PARTNER_HEADER)?)
                .map_err(|_| missing(PARTNER_HEADER))?,
            timestamp: Timestamp::new(envelope.header(TIMESTAMP_HEADER)?)
                .map_err(|_| missing(TIMESTAMP_HEADER))?,
            signature: envelope.header(SIGNATURE_HEADER)?.to_owned().into(),
        })
    }
}

/// Partner id, timestamp and signature of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RequestProof {
    /// Id of the partner that signed the request.
    pub partner_id: PartnerId,
    /// Timestamp, exactly as signed.
    pub timestamp: Timestamp,
    /// Signature as base64 text: an HMAC.
    pub signature: Signature,
}

/// Scheme of signed responses: timestamp and signature, made by the API with the partner's key, are JSON members.
#[derive(Debug)]
#[non_exhaustive]
pub struct SignedReply;

impl AuthScheme for SignedReply {
    type Key = Credentials;
    type Proof = ReplyProof;

    fn prove(key: &Credentials, now: &Timestamp) -> ReplyProof {
        ReplyProof { timestamp: now.clone(), signature: key.sign(now) }
    }

    fn check(proof: &ReplyProof, key: &Credentials) -> Result<(), AuthError> {
        key.check(&proof.timestamp, &proof.signature)
    }

    fn partner(_: &ReplyProof) -> Option<&PartnerId> {
        None
    }

    fn timestamp(proof: &ReplyProof) -> Option<&Timestamp> {
        Some(&proof.timestamp)
    }

    fn write(proof: &ReplyProof, envelope: &mut Envelope) -> Result<(), EncodeError> {
        envelope.put(TIMESTAMP, &proof.timestamp)?;
        envelope.put(SIGNATURE, &proof.signature)
    }

    fn read(envelope: &mut Envelope) -> Result<ReplyProof, DecodeError> {
        Ok(ReplyProof { timestamp: envelope.take_reply_time()?, signature: envelope.take(SIGNATURE)? })
    }
}

/// Timestamp and signature of a response.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReplyProof {
    /// Timestamp, exactly as signed.
    pub timestamp: Timestamp,
    /// Signature as base64 text: an HMAC.
    pub signature: Signature,
}

/// [`SignedReply`] scheme for messages that the API does not always sign. A message with neither timestamp nor signature is
/// unsigned; a message with only one of them is an error.
#[derive(Debug)]
#[non_exhaustive]
pub struct MaybeSignedReply;

impl AuthScheme for MaybeSignedReply {
    type Key = Credentials;
    type Proof = Option<ReplyProof>;

    fn prove(key: &Credentials, now: &Timestamp) -> Option<ReplyProof> {
        Some(SignedReply::prove(key, now))
    }

    fn check(proof: &Option<ReplyProof>, key: &Credentials) -> Result<(), AuthError> {
        SignedReply::check(proof.as_ref().ok_or(AuthError::Missing)?, key)
    }

    fn partner(_: &Option<ReplyProof>) -> Option<&PartnerId> {
        None
    }

    fn timestamp(proof: &Option<ReplyProof>) -> Option<&Timestamp> {
        proof.as_ref().map(|seal| &seal.timestamp)
    }

    fn write(proof: &Option<ReplyProof>, envelope: &mut Envelope) -> Result<(), EncodeError> {
        proof.as_ref().map_or(Ok(()), |seal| SignedReply::write(seal, envelope))
    }

    fn read(envelope: &mut Envelope) -> Result<Option<ReplyProof>, DecodeError> {
        match (envelope.has(TIMESTAMP), envelope.has(SIGNATURE)) {
            (false, false) => Ok(None),
            (true, true) => SignedReply::read(envelope).map(Some),
            (false, true) => Err(DecodeError::HalfAProof { member: TIMESTAMP }),
            (true, false) => Err(DecodeError::HalfAProof { member: SIGNATURE }),
        }
    }
}

/// Scheme of messages without authentication.
#[derive(Debug)]
#[non_exhaustive]
pub struct Anonymous;

impl AuthScheme for Anonymous {
    type Key = Credentials;
    type Proof = ();

    fn prove(_: &Credentials, _: &Timestamp) {}

    fn check((): &(), _: &Credentials) -> Result<(), AuthError> {
        Ok(())
    }

    fn partner((): &()) -> Option<&PartnerId> {
        None
    }

    fn timestamp((): &()) -> Option<&Timestamp> {
        None
    }

    fn write((): &(), _: &mut Envelope) -> Result<(), EncodeError> {
        Ok(())
    }

    fn read(_: &mut Envelope) -> Result<(), DecodeError> {
        Ok(())
    }
}
