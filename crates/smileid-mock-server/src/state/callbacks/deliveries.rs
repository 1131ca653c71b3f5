//! Deliveries of a partner's callbacks, with retries until a callback is delivered or given up.

use std::{
    collections::{BTreeMap, VecDeque},
    fmt,
    num::NonZeroU32,
    time::Duration,
};

use bytes::Bytes;
use http::HeaderMap;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use smileid_protocol::{
    auth::Credentials, callback::Callback, codec::read_json, timestamp::Timestamp, types::ImageLinks,
};

use super::CallbackMessage;
use crate::{
    control::callback_fault::{CallbackFault, Receiver},
    model::{
        agenda::{Agenda, Event},
        bounded::{BoundedFifo, Limits, weight},
        clock::Clock,
        utc_millis::UtcMillis,
    },
};

/// Limits of the stored deliveries of a partner.
const DELIVERIES: Limits = Limits { entries: 5_000, bytes: 32 << 20 };

/// Maximum time that a reordered callback waits for the next callback.
const PATIENCE: Duration = Duration::from_secs(60);

/// API key for callbacks whose signature must be wrong.
const WRONG_KEY: &str = "not-the-partners-key";

/// Deliveries of one partner's callbacks.
pub(crate) struct Deliveries {
    pub(crate) list: BoundedFifo<u64, Delivery>,
    last_id: u64,
    /// Numbers of the deliveries to send now, in order.
    ready: VecDeque<u64>,
    /// Numbers of the deliveries that wait for the partner's next callback.
    held: Vec<u64>,
    /// Deliveries that wait for the result of another delivery, by the number of that delivery.
    followers: BTreeMap<u64, Vec<u64>>,
    /// Number of deliveries that are being sent.
    under_way: usize,
    /// Latest timestamp that was signed while the clock was stopped. The next callback gets a later one.
    signed_for: Option<UtcMillis>,
}

/// Delivery of a callback, with its attempts.
#[derive(Clone)]
#[non_exhaustive]
pub struct Delivery {
    /// Number of the delivery, unique within the partner.
    pub id: u64,
    /// Callback URL, as the partner wrote it.
    pub url: String,
    /// Content of the callback, before its fault is applied.
    pub callback: CallbackMessage,
    /// Fault that is applied to the callback.
    pub fault: CallbackFault,
    /// State of the delivery.
    pub state: DeliveryState,
    /// Attempts to send the callback, the oldest first.
    pub attempts: Vec<Attempt>,
    /// Number of failed attempts since the delivery was created or sent again.
    failures: usize,
}

/// State of a callback delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DeliveryState {
    /// The callback will be sent, for the first time or again.
    Waiting,
    /// The callback is being sent.
    UnderWay,
    /// The receiver accepted the callback.
    Delivered,
    /// The receiver did not accept the callback, and no attempt is left.
    GivenUp,
    /// The callback is not sent, because a rule drops it.
    Dropped,
    /// The callback is not sent, because the mock server may not contact its receiver.
    NotAllowed,
}

/// Attempt to send a callback.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Attempt {
    /// Time of the attempt on the partner's clock, in milliseconds since 1970-01-01 in UTC.
    pub at: i64,
    /// Timestamp that the callback's signature covers.
    pub timestamp: String,
    /// Result of the attempt; none while it is being sent.
    pub received: Option<Received>,
}

/// Result of an attempt to send a callback.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Received {
    /// The receiver responded with this HTTP status. From 200 to 299 it has accepted the callback. All others are failures,
    /// including redirects.
    Status(u16),
    /// The receiver did not respond. Contains the reason.
    Nothing(String),
    /// The callback was not sent, because the mock server may not contact the receiver. Contains the reason.
    NotAllowed(String),
}

impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivery")
            .field("id", &self.id)
            .field("callback", &self.callback)
            .field("state", &self.state)
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}

impl Deliveries {
    pub(crate) fn new() -> Self {
        Self {
            list: BoundedFifo::new(DELIVERIES),
            last_id: 0,
            ready: VecDeque::new(),
            held: Vec::new(),
            followers: BTreeMap::new(),
            under_way: 0,
            signed_for: None,
        }
    }

    /// Returns the deliveries that are kept, the oldest first.
    pub(crate) fn list(&self) -> impl Iterator<Item = &Delivery> {
        self.list.values()
    }

    /// Adds a callback at `now`, and plans its delivery. Returns its number. If `before`, the previous callback of the same job,
    /// was not sent yet, the new one waits for its result.
    pub(crate) fn take_on(
        &mut self,
        (url, callback): (String, CallbackMessage),
        fault: CallbackFault,
        before: Option<u64>,
        (now, agenda): (UtcMillis, &mut Agenda),
    ) -> u64 {
        let before = before.filter(|id| self.is_to_come(*id));
        let id = self.last_id + 1;
        let bytes = url.len() + callback.bytes() + weight(&fault.alter);
        let state = if fault.drop { DeliveryState::Dropped } else { DeliveryState::Waiting };
        if state == DeliveryState::Waiting && !fault.reorder {
            let held = std::mem::take(&mut self.held);
            self.followers.entry(id).or_default().extend(held);
        }
        let delivery = Delivery { id, url, callback, fault, state, attempts: Vec::new(), failures: 0 };
        for copy in id..=id + u64::from(delivery.fault.duplicates) {
            self.last_id = copy;
            let mut delivery = delivery.clone();
            delivery.id = copy;
            if state == DeliveryState::Waiting {
                match before {
                    _ if delivery.fault.reorder => {
                        self.held.push(copy);
                        agenda.plan(delivery.due(now).after(PATIENCE), Event::Send(copy));
                    }
                    Some(before) => self.followers.entry(before).or_default().push(copy),
                    None => agenda.plan(delivery.due(now), Event::Send(copy)),
                }
            }
            self.list.insert(copy, delivery, bytes);
        }
        id
    }

    /// Returns true if delivery `id` will be sent for the first time, and does not wait for a later one.
    fn is_to_come(&self, id: u64) -> bool {
        self.list.get(&id).is_some_and(Delivery::is_fresh) && !self.held.contains(&id)
    }

    /// Marks delivery `id` as due.
    pub(crate) fn make_ready(&mut self, id: u64) {
        self.held.retain(|held| *held != id);
        match self.list.get(&id) {
            Some(delivery) if delivery.state == DeliveryState::Waiting => {
                if !self.ready.contains(&id) {
                    self.ready.push_back(id);
                }
            }
            Some(_) => {}
            None => {
                self.followers.remove(&id); // the callback was dropped, so its followers are dropped too
            }
        }
    }

    /// Returns true if a delivery must be sent now.
    pub(crate) fn has_ready(&self) -> bool {
        !self.ready.is_empty()
    }

    /// Returns the number of deliveries that are being sent.
    pub(crate) fn under_way(&self) -> usize {
        self.under_way
    }

    /// Sends delivery `id` again, whatever its state. Returns true if the delivery exists.
    pub(crate) fn resend(&mut self, id: u64, now: UtcMillis, agenda: &mut Agenda) -> bool {
        let Some(delivery) = self.list.get_mut(&id) else { return false };
        if delivery.state != DeliveryState::UnderWay {
            delivery.state = DeliveryState::Waiting;
            delivery.failures = 0;
            agenda.plan(now, Event::Send(id));
        }
        true
    }

    /// Starts the next delivery. Returns number, URL and body, and the duration of sending the body.
    pub(crate) fn next(
        &mut self,
        credentials: &Credentials,
        links: impl Fn(&str) -> Option<ImageLinks>,
        (now, clock): (UtcMillis, Clock),
    ) -> Option<Sending> {
        /// Maximum number of attempts to store. Only repeated sending by hand causes more.
        const ATTEMPTS: usize = 100;

        let id = self.ready.pop_front()?;
        let delivery = self.list.get_mut(&id)?;
        // Two callbacks with the same timestamp have the same signature, so receivers reject the second as a replay.
        // While the clock is frozen, each callback gets a timestamp 1 ms after the previous one.
        let mut signed_for = now;
        if let Clock::Frozen { at } = clock {
            signed_for = self.signed_for.map_or(at, |last| last.max(at)).shifted(1);
            self.signed_for = Some(signed_for);
        }
        let timestamp = delivery.timestamp(signed_for);
        let (headers, body) = delivery.signed(credentials, &timestamp, links);
        if delivery.attempts.len() >= ATTEMPTS {
            delivery.attempts.remove(0);
        }
        delivery.attempts.push(Attempt {
            at: now.to_utc_millis(),
            timestamp: timestamp.as_str().to_owned(),
            received: None,
        });
        delivery.state = DeliveryState::UnderWay;
        self.under_way += 1;
        Some(Sending {
            id,
            url: delivery.url.clone(),
            headers,
            body,
            patience: delivery.callback.patience(),
            slow: delivery.fault.slow,
            instead: delivery.instead(),
        })
    }

    /// Records at `now` the result of sending delivery `id`, and plans the next steps.
    pub(crate) fn settle(
        &mut self,
        id: u64,
        received: Received,
        retries: &[Duration],
        (now, agenda): (UtcMillis, &mut Agenda),
    ) {
        self.under_way = self.under_way.saturating_sub(1);
        if let Some(delivery) = self.list.get_mut(&id) {
            delivery.state = match &received {
                Received::Status(200..=299) => DeliveryState::Delivered,
                Received::NotAllowed(_) => DeliveryState::NotAllowed,
                Received::Status(_) | Received::Nothing(_) => match delivery.next_retry(retries) {
                    Some(wait) => {
                        delivery.failures += 1;
                        agenda.plan(now.after(wait), Event::Send(id));
                        DeliveryState::Waiting
                    }
                    None => DeliveryState::GivenUp,
                },
            };
            if let Some(attempt) = delivery.attempts.last_mut() {
                attempt.received = Some(received);
            }
        }
        for follower in self.followers.remove(&id).unwrap_or_default() {
            let due = self.list.get(&follower).map_or(now, |delivery| delivery.due(now));
            agenda.plan(due, Event::Send(follower));
        }
    }
}

/// Delivery that is being sent.
pub(crate) struct Sending {
    pub(crate) id: u64,
    pub(crate) url: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) patience: Duration,
    pub(crate) slow: Option<Duration>,
    /// Simulated result, if no request is sent.
    pub(crate) instead: Option<Received>,
}

impl Delivery {
    /// Returns the time at which a delivery that was added at `now` is due, with the delay of its fault.
    fn due(&self, now: UtcMillis) -> UtcMillis {
        now.after(self.fault.delay.unwrap_or_default())
    }

    /// Returns the pause before the next attempt, if there is one.
    fn next_retry(&self, retries: &[Duration]) -> Option<Duration> {
        let most = self.callback.most_retries().unwrap_or(usize::MAX);
        retries.get(self.failures).filter(|_| self.failures < most).copied()
    }

    fn is_fresh(&self) -> bool {
        self.attempts.is_empty() && self.state == DeliveryState::Waiting
    }

    /// Returns the timestamp to sign at `now`.
    fn timestamp(&self, now: UtcMillis) -> Timestamp {
        let millis = |duration: Option<Duration>| {
            duration.map_or(0, |it| i64::try_from(it.as_millis()).unwrap_or(i64::MAX))
        };
        now.shifted(-millis(self.fault.stale)).shifted(millis(self.fault.future)).timestamp()
    }

    /// Returns headers and body of the callback, with its signature.
    fn signed(
        &self,
        credentials: &Credentials,
        timestamp: &Timestamp,
        links: impl Fn(&str) -> Option<ImageLinks>,
    ) -> (HeaderMap, Bytes) {
        let mut callback = self.callback.clone();
        if let CallbackMessage::V1(Callback::Result(result)) = &mut callback {
            let of_images = result.antifraud.is_none();
            result.image_links = result.smile_job_id.as_deref().filter(|_| of_images).and_then(links);
        }
        let wrong = Credentials::new(credentials.partner_id().as_str(), WRONG_KEY).ok();
        let key = wrong.as_ref().filter(|_| self.fault.wrong_signature).unwrap_or(credentials);
        match callback.signed(key, timestamp) {
            Ok((headers, body)) if self.fault.alter.is_empty() => (headers, body),
            Ok((headers, body)) => (headers, altered(&body, &self.fault.alter)),
            // impossible: callbacks of the mock have no members named as the proof's
            Err(_) => (HeaderMap::new(), Bytes::new()),
        }
    }

    /// Returns the simulated result of the current attempt, if the receiver is simulated.
    fn instead(&self) -> Option<Received> {
        let made = u32::try_from(self.attempts.len()).unwrap_or(u32::MAX);
        let holds = |times: Option<NonZeroU32>| times.is_none_or(|times| made <= times.get());
        match self.fault.receiver.as_ref()? {
            Receiver::Answers { status, times } => holds(*times).then_some(Received::Status(*status)),
            Receiver::KeepsSilent { times } => {
                holds(*times).then(|| Received::Nothing("no response: simulated by a rule".to_owned()))
            }
        }
    }
}

/// Replaces members of a JSON object, and removes those that are null.
fn altered(body: &[u8], members: &Map<String, Value>) -> Bytes {
    let mut altered: Map<String, Value> = read_json(body).unwrap_or_default();
    altered.extend(members.clone());
    altered.retain(|name, _| members.get(name) != Some(&Value::Null));
    serde_json::to_vec(&altered).unwrap_or_default().into()
}
