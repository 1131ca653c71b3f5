//! Where a proof travels, one scheme for each of the API's habits.

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

/// How a message proves who sent it, and where the proof travels.
pub trait AuthScheme {
    /// What proofs are made and checked with.
    type Key;
    /// What travels.
    type Proof: Clone + fmt::Debug + PartialEq;

    /// The sender's half.
    fn prove(key: &Self::Key, now: &Timestamp) -> Self::Proof;

    /// The receiver's half.
    ///
    /// # Errors
    ///
    /// [`AuthError::Missing`] when there is no proof where there may be one; otherwise, when it was not made with `key`.
    fn check(proof: &Self::Proof, key: &Self::Key) -> Result<(), AuthError>;

    /// The partner a proof names, if it names one.
    fn partner(proof: &Self::Proof) -> Option<&PartnerId>;

    /// When a proof was made, if it says so.
    fn timestamp(proof: &Self::Proof) -> Option<&Timestamp>;

    /// Puts a proof into a message.
    ///
    /// # Errors
    ///
    /// When the message already has a member of the proof's.
    fn write(proof: &Self::Proof, envelope: &mut Envelope) -> Result<(), EncodeError>;

    /// Takes the proof out of a message, so that the message's own fields are left.
    ///
    /// # Errors
    ///
    /// When it is not there or malformed.
    fn read(envelope: &mut Envelope) -> Result<Self::Proof, DecodeError>;
}

/// A message on its way to or from the wire: what a proof is written into and read from.
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

    /// The time of a reply, of which older ones make a number.
    fn take_reply_time(&mut self) -> Result<Timestamp, DecodeError> {
        let value = self.members.remove(TIMESTAMP).ok_or(DecodeError::NoProof { member: TIMESTAMP })?;
        text_or_integer(value).map_err(|error| DecodeError::in_member(TIMESTAMP, &error))
    }

    /// Whether a member is there; one that is null is not, and is taken out.
    fn has(&mut self, name: &str) -> bool {
        if self.members.get(name).is_some_and(Value::is_null) {
            self.members.remove(name);
        }
        self.members.contains_key(name)
    }

    fn put_header(&mut self, name: &'static str, value: &str) -> Result<(), EncodeError> {
        let value = HeaderValue::from_str(value).map_err(http::Error::from)?;
        self.headers.insert(HeaderName::from_static(name), value);
        Ok(())
    }

    fn header(&self, name: &'static str) -> Result<&str, DecodeError> {
        let value = self.headers.get(name).and_then(|value| value.to_str().ok());
        value.filter(|value| !value.is_empty()).ok_or(DecodeError::NoProof { member: name })
    }
}

/// Shows the names of the members alone.
impl fmt::Debug for Envelope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.members.keys()).finish()
    }
}

const TIMESTAMP: &str = "timestamp";
const SIGNATURE: &str = "signature";

/// Partner, timestamp and signature as members of the JSON body.
pub struct Signed<P>(PhantomData<P>);

/// [`Signed`], with the partner in `partner_id`: most requests.
pub type SignedBody = Signed<PartnerIdMember>;

/// [`Signed`], with the partner in `smile_client_id`: the upload request.
pub type SignedUpload = Signed<SmileClientIdMember>;

/// Which member of the body names the partner.
pub trait PartnerMember {
    /// The member's name.
    const NAME: &'static str;
}

/// The partner is named by `partner_id`.
#[derive(Debug)]
#[non_exhaustive]
pub struct PartnerIdMember;

impl PartnerMember for PartnerIdMember {
    const NAME: &'static str = "partner_id";
}

/// The partner is named by `smile_client_id`.
#[derive(Debug)]
#[non_exhaustive]
pub struct SmileClientIdMember;

impl PartnerMember for SmileClientIdMember {
    const NAME: &'static str = "smile_client_id";
}

impl<P: PartnerMember> AuthScheme for Signed<P> {
    type Key = Credentials;
    type Proof = Seal;

    fn prove(key: &Credentials, now: &Timestamp) -> Seal {
        Seal { partner_id: key.partner_id().clone(), timestamp: now.clone(), signature: key.sign(now) }
    }

    fn check(proof: &Seal, key: &Credentials) -> Result<(), AuthError> {
        key.check(&proof.timestamp, &proof.signature)?;
        if proof.partner_id == *key.partner_id() { Ok(()) } else { Err(AuthError::Mismatch) }
    }

    fn partner(proof: &Seal) -> Option<&PartnerId> {
        Some(&proof.partner_id)
    }

    fn timestamp(proof: &Seal) -> Option<&Timestamp> {
        Some(&proof.timestamp)
    }

    fn write(proof: &Seal, envelope: &mut Envelope) -> Result<(), EncodeError> {
        envelope.put(P::NAME, &proof.partner_id)?;
        envelope.put(TIMESTAMP, &proof.timestamp)?;
        envelope.put(SIGNATURE, &proof.signature)
    }

    fn read(envelope: &mut Envelope) -> Result<Seal, DecodeError> {
        Ok(Seal {
            partner_id: envelope.take(P::NAME)?,
            timestamp: envelope.take(TIMESTAMP)?,
            signature: envelope.take(SIGNATURE)?,
        })
    }
}

/// Partner, timestamp and signature in headers, so that the body may be of any form: the newer calls.
///
/// Says in two more headers what the request was made with.
#[derive(Debug)]
#[non_exhaustive]
pub struct SignedHeaders;

const PARTNER_HEADER: &str = "smileid-partner-id";
const TIMESTAMP_HEADER: &str = "smileid-timestamp";
const SIGNATURE_HEADER: &str = "smileid-request-signature";
const SOURCE_SDK_HEADER: &str = "smileid-source-sdk";
const SOURCE_SDK_VERSION_HEADER: &str = "smileid-source-sdk-version";

impl AuthScheme for SignedHeaders {
    type Key = Credentials;
    type Proof = Seal;

    fn prove(key: &Credentials, now: &Timestamp) -> Seal {
        SignedBody::prove(key, now)
    }

    fn check(proof: &Seal, key: &Credentials) -> Result<(), AuthError> {
        SignedBody::check(proof, key)
    }

    fn partner(proof: &Seal) -> Option<&PartnerId> {
        Some(&proof.partner_id)
    }

    fn timestamp(proof: &Seal) -> Option<&Timestamp> {
        Some(&proof.timestamp)
    }

    fn write(proof: &Seal, envelope: &mut Envelope) -> Result<(), EncodeError> {
        envelope.put_header(PARTNER_HEADER, proof.partner_id.as_str())?;
        envelope.put_header(TIMESTAMP_HEADER, proof.timestamp.as_str())?;
        envelope.put_header(SIGNATURE_HEADER, proof.signature.as_str())?;
        envelope.put_header(SOURCE_SDK_HEADER, SOURCE_SDK)?;
        envelope.put_header(SOURCE_SDK_VERSION_HEADER, SOURCE_SDK_VERSION)
    }

    fn read(envelope: &mut Envelope) -> Result<Seal, DecodeError> {
        let missing = |member| DecodeError::NoProof { member };
        Ok(Seal {
            partner_id: PartnerId::new(envelope.header(PARTNER_HEADER)?)
                .map_err(|_| missing(PARTNER_HEADER))?,
            timestamp: Timestamp::new(envelope.header(TIMESTAMP_HEADER)?)
                .map_err(|_| missing(TIMESTAMP_HEADER))?,
            signature: envelope.header(SIGNATURE_HEADER)?.to_owned().into(),
        })
    }
}

/// The partner that the headers of a request name, as [`SignedHeaders`] has it.
pub(crate) fn claimed_in_headers(headers: &HeaderMap) -> Option<PartnerId> {
    PartnerId::new(headers.get(PARTNER_HEADER)?.to_str().ok()?).ok()
}

/// The proof of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Seal {
    /// Who signed.
    pub partner_id: PartnerId,
    /// When, as signed.
    pub timestamp: Timestamp,
    /// The signature.
    pub signature: Signature,
}

/// Timestamp and signature as members of the reply, made by the API with the partner's own key.
#[derive(Debug)]
#[non_exhaustive]
pub struct SignedReply;

impl AuthScheme for SignedReply {
    type Key = Credentials;
    type Proof = ReplySeal;

    fn prove(key: &Credentials, now: &Timestamp) -> ReplySeal {
        ReplySeal { timestamp: now.clone(), signature: key.sign(now) }
    }

    fn check(proof: &ReplySeal, key: &Credentials) -> Result<(), AuthError> {
        key.check(&proof.timestamp, &proof.signature)
    }

    fn partner(_: &ReplySeal) -> Option<&PartnerId> {
        None
    }

    fn timestamp(proof: &ReplySeal) -> Option<&Timestamp> {
        Some(&proof.timestamp)
    }

    fn write(proof: &ReplySeal, envelope: &mut Envelope) -> Result<(), EncodeError> {
        envelope.put(TIMESTAMP, &proof.timestamp)?;
        envelope.put(SIGNATURE, &proof.signature)
    }

    fn read(envelope: &mut Envelope) -> Result<ReplySeal, DecodeError> {
        Ok(ReplySeal { timestamp: envelope.take_reply_time()?, signature: envelope.take(SIGNATURE)? })
    }
}

/// The proof of a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReplySeal {
    /// When, as signed.
    pub timestamp: Timestamp,
    /// The signature.
    pub signature: Signature,
}

/// [`SignedReply`] where the API signs some of its messages: with neither member nothing proves who sent it, and one
/// alone is malformed.
#[derive(Debug)]
#[non_exhaustive]
pub struct MaybeSignedReply;

impl AuthScheme for MaybeSignedReply {
    type Key = Credentials;
    type Proof = Option<ReplySeal>;

    fn prove(key: &Credentials, now: &Timestamp) -> Option<ReplySeal> {
        Some(SignedReply::prove(key, now))
    }

    fn check(proof: &Option<ReplySeal>, key: &Credentials) -> Result<(), AuthError> {
        SignedReply::check(proof.as_ref().ok_or(AuthError::Missing)?, key)
    }

    fn partner(_: &Option<ReplySeal>) -> Option<&PartnerId> {
        None
    }

    fn timestamp(proof: &Option<ReplySeal>) -> Option<&Timestamp> {
        proof.as_ref().map(|seal| &seal.timestamp)
    }

    fn write(proof: &Option<ReplySeal>, envelope: &mut Envelope) -> Result<(), EncodeError> {
        proof.as_ref().map_or(Ok(()), |seal| SignedReply::write(seal, envelope))
    }

    fn read(envelope: &mut Envelope) -> Result<Option<ReplySeal>, DecodeError> {
        match (envelope.has(TIMESTAMP), envelope.has(SIGNATURE)) {
            (false, false) => Ok(None),
            (true, true) => SignedReply::read(envelope).map(Some),
            (false, true) => Err(DecodeError::HalfAProof { member: TIMESTAMP }),
            (true, false) => Err(DecodeError::HalfAProof { member: SIGNATURE }),
        }
    }
}

/// No proof at all.
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
