//! V3 jobs: the requests that can be submitted.

use std::{fmt, sync::Arc, time::Duration};

use smileid_protocol::{
    auth::Token,
    codec::Form as _,
    job::{CallbackUrl, InvalidInput},
    package::layout::Content as _,
    types::{
        Extra,
        v3::{IdentityRow, Product},
    },
    v3::{
        Accepted, UserDetails, UserId, authentication, biometric_kyc, compare, document_verification,
        enhanced_document_verification, enhanced_kyc, registration, residency_document_verification, token,
    },
};

use super::Submit;
use crate::{
    config::{Config, Timeouts},
    flow::{Exchange, Failure, Flow, Reply},
    submit::{HasConfig, Submittable, sealed::Sealed},
    transport::Progress,
};

pub(crate) type Sending = Box<dyn Flow<Output = Reply<Accepted>, Error = Failure> + Send>;

/// Configuration, access token and deadline with which a V3 job is sent.
pub(crate) struct With {
    pub(crate) config: Arc<Config>,
    pub(crate) token: Token,
    pub(crate) seed: u64,
    /// Deadline of all attempts, on the monotonic clock.
    pub(crate) deadline: Duration,
    pub(crate) progress: Option<Progress>,
}

/// Trait of all V3 requests that can be submitted as jobs.
pub(crate) trait Job: fmt::Debug + Send + Sync {
    fn product(&self) -> Product;
    fn user_id(&self) -> Option<&UserId>;
    fn set_user_id(&mut self, user_id: UserId);
    fn has_callback(&self) -> bool;
    fn set_callback(&mut self, url: &CallbackUrl) -> Result<(), InvalidInput>;
    fn params(&self) -> Option<&Extra>;
    fn set_param(&mut self, name: &str, value: &str);
    fn person(&self) -> &UserDetails;
    fn sandbox_result(&self) -> Option<u32>;
    /// Returns the images of the job: the name of each form part, and its length in bytes.
    fn images(&self) -> Vec<(String, u64)>;
    /// Time limit of one attempt to send the job.
    fn limit(&self, timeouts: &Timeouts) -> Duration;
    /// Returns the flow that sends the job.
    fn sending(&self, with: With) -> Sending;
}

impl dyn Job + '_ {
    /// Returns true if the client creates a `user_id` for a job without one. It creates none for a comparison, because a
    /// `user_id` would enrol the face.
    pub(crate) fn needs_user_id(&self) -> bool {
        self.user_id().is_none() && self.product() != Product::SmartSelfieCompare
    }

    /// Returns the request for a token that is bound to its product and its person.
    pub(crate) fn token(&self) -> token::Request {
        let request = token::Request::for_product(self.product());
        match self.user_id() {
            Some(user_id) => request.with_user_id(user_id.clone()),
            None => request,
        }
    }

    /// Returns the name of a field that only the sandbox accepts, if the job has one.
    pub(crate) fn sandbox_field(&self) -> Option<&'static str> {
        let person = self.person();
        let email = person.email().unwrap_or_default();
        if self.sandbox_result().is_some() {
            Some("sandbox_result")
        } else if IdentityRow::of_person(person.given_names(), person.last_name(), email).is_some() {
            Some("user_details")
        } else {
            None
        }
    }
}

macro_rules! jobs {
    ($($module:ident: $product:ident, $user:ident, $sandbox:ident, $limit:ident;)+) => {$(
        impl Job for $module::Request {
            fn product(&self) -> Product {
                Product::$product
            }

            fn user_id(&self) -> Option<&UserId> {
                jobs!(@user $user self)
            }

            fn set_user_id(&mut self, user_id: UserId) {
                jobs!(@set_user $user self user_id);
            }

            fn has_callback(&self) -> bool {
                self.callback_url().is_some()
            }

            fn set_callback(&mut self, url: &CallbackUrl) -> Result<(), InvalidInput> {
                *self = self.clone().with_callback(url)?;
                Ok(())
            }

            fn params(&self) -> Option<&Extra> {
                self.partner_params().as_ref()
            }

            fn set_param(&mut self, name: &str, value: &str) {
                *self = self.clone().with_partner_param(name, value);
            }

            fn person(&self) -> &UserDetails {
                self.user_details()
            }

            fn sandbox_result(&self) -> Option<u32> {
                jobs!(@sandbox $sandbox self)
            }

            fn images(&self) -> Vec<(String, u64)> {
                let parts = self.parts().unwrap_or_default().into_iter();
                let images = parts.filter(|part| part.file_name.is_some());
                images.map(|part| (part.name, part.body.len())).collect()
            }

            fn limit(&self, timeouts: &Timeouts) -> Duration {
                timeouts.$limit
            }

            fn sending(&self, with: With) -> Sending {
                let With { config, token, seed, deadline, progress } = with;
                let limit = self.limit(&config.timeouts);
                let exchange = Exchange::with_key(config, self.clone(), token, seed);
                Box::new(exchange.within(limit).until(Some(deadline)).reporting(progress))
            }
        }

        impl Sealed for $module::Request {}

        impl Submittable<'_> for $module::Request {
            type Call<C> = Submit<C, super::Accepted>;

            fn call<C: HasConfig>(self, client: C) -> Self::Call<C> {
                Submit::new(client, Box::new(self))
            }
        }
    )+};
    (@user optional $job:ident) => { $job.user_id().as_ref() };
    (@user required $job:ident) => { Some($job.user_id()) };
    (@set_user optional $job:ident $user_id:ident) => { *$job = $job.clone().with_user_id($user_id) };
    // It has one already.
    (@set_user required $job:ident $user_id:ident) => { drop($user_id) };
    (@sandbox chosen $job:ident) => { *$job.sandbox_result() };
    (@sandbox none $job:ident) => { None };
}

jobs! {
    authentication: SmartSelfieAuthentication, required, chosen, upload;
    biometric_kyc: BiometricKyc, optional, chosen, upload;
    compare: SmartSelfieCompare, optional, chosen, upload;
    document_verification: DocumentVerification, optional, none, upload;
    enhanced_document_verification: EnhancedDocumentVerification, optional, none, upload;
    enhanced_kyc: EnhancedKyc, optional, none, request;
    registration: SmartSelfieRegistration, optional, chosen, upload;
    residency_document_verification: ResidencyDocumentVerification, optional, none, upload;
}
