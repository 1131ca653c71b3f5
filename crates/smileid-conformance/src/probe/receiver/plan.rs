//! Creates the callbacks of a case for a run, with its ids and signatures.

use bytes::Bytes;
use http::{HeaderValue, header::CONTENT_TYPE};
use serde_json::{Map, Value};
use smileid_protocol::auth::{AuthScheme as _, Credentials, ReplyProof, SignedReply};

use super::{Outgoing, ReceiverTarget};
use crate::{
    case::{Delivery, Names, ReceiverCase, SignCallback},
    digest::sha256,
    failure::{Doing as _, Failure},
    probe::server::{changed, place, time},
};

/// Case with the ids of one run, from which its callbacks are created.
pub(super) struct Plan<'a> {
    pub(super) case: &'a ReceiverCase,
    pub(super) names: Names,
    target: &'a ReceiverTarget,
}

/// A created callback and its signature.
#[derive(Clone)]
pub(super) struct Made {
    pub(super) outgoing: Outgoing,
    proof: Option<ReplyProof>,
}

impl<'a> Plan<'a> {
    pub(super) fn new(id: &str, case: &'a ReceiverCase, target: &'a ReceiverTarget) -> Self {
        let run = target.run_of_id(id);
        // Ten digits like the API's job ids. The first is not zero, since some cases send it as a number.
        let digits =
            sha256(run.as_bytes()).bytes().take(9).fold(0, |all, digit| all * 10 + u64::from(digit % 10));
        let mut names = Names::default();
        names.insert("number", 1_000_000_000 + digits);
        names.insert("partner_id", target.credentials.partner_id().as_str());
        names.insert("run", run);
        Self { case, names, target }
    }

    /// A message without its proof, or its raw text if it is not a JSON object.
    pub(super) fn message(&self, name: &str) -> Result<Result<Value, String>, Failure> {
        let missing = || Failure::contradiction(format!("unknown message `{name}`"));
        let message = self.case.messages.get(name).ok_or_else(missing)?;
        let mut json = match &message.json {
            Some(members) => Value::Object(members.clone()),
            None => match serde_json::from_str::<Map<String, Value>>(&message.text) {
                Ok(members) => Value::Object(self.with_ids_of_run(members)),
                Err(_) => return Ok(Err(message.text.clone())),
            },
        };
        for (pointer, value) in &message.set {
            let (members, name) = place(&mut json, pointer)?;
            members.insert(name.to_owned(), value.clone());
        }
        let mut json = self.names.fill_value(&json);
        if message.photo > 0
            && let Some(members) = json.as_object_mut()
        {
            members.insert("Photo".to_owned(), "A".repeat(message.photo).into());
        }
        Ok(Ok(json))
    }

    /// The body of another case without its proof, with the user and the job of this run.
    fn with_ids_of_run(&self, mut members: Map<String, Value>) -> Map<String, Value> {
        for proof in ["timestamp", "signature"] {
            members.remove(proof);
        }
        if let Some(Value::Object(params)) = members.get_mut("PartnerParams") {
            for (member, name) in [("user_id", "user-{run}"), ("job_id", "job-{run}")] {
                params.insert(member.to_owned(), name.into());
            }
        }
        if let Some(number) = members.get_mut("SmileJobID") {
            *number = self.names.fill("{number}").into();
        }
        members
    }

    /// Creates the callback of a delivery at the time `now`. `earlier` contains the previous callbacks.
    pub(super) fn make(&self, delivery: &Delivery, now: i64, earlier: &[Made]) -> Result<Made, Failure> {
        let numbered = |number: usize| {
            let index = number.checked_sub(1);
            let made = index.and_then(|index| earlier.get(index));
            made.ok_or_else(|| Failure::contradiction(format!("delivery {number} is not an earlier one")))
        };
        if let Some(number) = delivery.again {
            let mut made = numbered(number)?.clone();
            made.outgoing.pace = delivery.pace;
            return Ok(made);
        }
        let mut proof = None;
        let body = match delivery.message.as_deref().map(|name| self.message(name)).transpose()? {
            None => Bytes::new(),
            Some(Err(text)) => Bytes::from(text),
            Some(Ok(mut json)) => {
                let new_proof = match delivery.sign.like {
                    Some(number) => numbered(number)?.proof.clone(),
                    None => Some(self.prove(&delivery.sign, now)?),
                };
                if let (Some(members), Some(proof)) = (json.as_object_mut(), &new_proof) {
                    members.insert("timestamp".to_owned(), proof.timestamp.as_str().into());
                    members.insert("signature".to_owned(), proof.signature.as_str().into());
                }
                proof = new_proof;
                Bytes::from(json.to_string())
            }
        };
        let mut request = http::Request::new(body);
        *request.method_mut() = delivery.method.clone();
        *request.uri_mut() = self.target.url.clone();
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let request = changed(request, &delivery.change, &self.names)?;
        Ok(Made { outgoing: Outgoing { request, pace: delivery.pace }, proof })
    }

    fn prove(&self, sign: &SignCallback, now: i64) -> Result<ReplyProof, Failure> {
        let ours = &self.target.credentials;
        let key = match &sign.by {
            Some(keys) => {
                let mut names = self.names.clone();
                names.insert("api_key", ours.api_key().expose());
                let key = Credentials::new(names.fill(&keys.partner_id), names.fill(&keys.api_key));
                key.doing("reading the credentials")?
            }
            None => ours.clone(),
        };
        let time = time(sign.time.as_ref(), now - sign.ago * 1000)?;
        Ok(SignedReply::prove(&key, &time))
    }
}
