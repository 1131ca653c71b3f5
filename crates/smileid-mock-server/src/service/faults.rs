//! Which faults are in force.

use bytes::Bytes;
use http::{Request, request::Parts};
use smileid_protocol::auth::PartnerId;

use super::Service;
use crate::{
    about::About,
    admin,
    faults::{AtHead, Fault, Reaction},
    millis::Millis,
    rules::{Active, Origin, Rule},
};

impl Service {
    /// Puts a fault in force, and says its number. Of those that fit a request, the newest strikes.
    ///
    /// ```
    /// # use std::num::NonZeroU32;
    /// #
    /// # use smileid_mock_server::{Config, Service};
    /// use smileid_mock_server::{Fault, Point, Rule, When};
    ///
    /// # let service = Service::new(Config::new([0; 32]));
    /// let mut rule = Rule::new(When::default(), Fault::reset(Point::AfterHandling));
    /// rule.times = NonZeroU32::new(1);
    /// let number = service.add_fault(rule);
    /// assert_eq!(service.faults()[0].used, 0);
    /// assert!(service.remove_fault(number).is_some());
    /// ```
    pub fn add_fault(&self, rule: Rule<Fault>) -> u64 {
        self.state().faults.add(rule, Origin::Call)
    }

    /// The faults in force, the oldest first, and how often each struck.
    pub fn faults(&self) -> Vec<Active<Fault>> {
        self.state().faults.list().to_vec()
    }

    /// Takes a fault out of force, if there is one of that number.
    pub fn remove_fault(&self, number: u64) -> Option<Active<Fault>> {
        self.state().faults.remove(number)
    }

    /// Takes out of force what [`Service::add_fault`] put there: all of it, or what is for one partner alone.
    pub fn clear_faults(&self, partner_id: Option<&PartnerId>) {
        self.state().faults.reset(partner_id.map(PartnerId::as_str));
    }

    /// How the body of a request of this head is to be read, for a server that can carry out what faults do to it.
    ///
    /// To be asked once for each request, before its body is read.
    pub fn at_head(&self, head: &Parts) -> AtHead {
        if admin::is_admin(head.uri.path()) || !self.state().faults.strike_uploads() {
            return AtHead::WHOLE;
        }
        let about = About::of(&Request::from_parts(head.clone(), Bytes::new()), self);
        self.state().faults.at_head(&about, &self.secret)
    }

    /// Notes that a fault broke a request off before its body was there, as [`Service::at_head`] had said.
    pub fn broken_off(&self, head: Parts, at_head: &AtHead, wall: Millis) {
        let request = Request::from_parts(head, Bytes::new());
        let noted = self.noted_of_head(&request, wall);
        self.explain(&request, noted.handled(Reaction { fault: at_head.fault, ..Reaction::unhandled() }));
    }
}
