//! Methods of both clients for the endpoints that need no more than a request.

/// Writes the methods. `async` and `blocking` choose the client.
macro_rules! endpoint_methods {
    ($kind:ident) => {
        $crate::endpoints::endpoint_methods! { @each $kind
            /// Creates a web token, with which a browser may run one job.
            web_token: token;
            /// Searches sanctions lists, lists of politically exposed persons, and news (job type 10).
            aml: aml;
            /// Checks the owner of a phone number.
            verify_phone_number: verify_phone_number;
            /// Compares an address with that of an account at a utility. The result is sent to the callback URL.
            verify_address: async_verify_address;
            /// Enrols a user with a selfie, and returns the result at once.
            enroll_smart_selfie: smart_selfie_enroll;
            /// Compares a selfie with the user's enrolled one, and returns the result at once.
            authenticate_smart_selfie: smart_selfie_authentication;
            /// Creates a link to a hosted page.
            create_smile_link: create_smile_link;
            /// Returns a link to a hosted page, with its state.
            get_smile_link: get_smile_link;
            /// Changes a link to a hosted page.
            update_smile_link: update_smile_link;
            /// Lifts the limit of lookups of one ID number.
            reset_id_number_limit: id_number_rate_limit_reset;
        }
    };
    (@each async $($(#[$doc:meta])* $name:ident: $endpoint:ident;)*) => {
        /// Lists the countries, ID types and banks that the API supports.
        ///
        /// # Errors
        ///
        /// If no usable response came.
        pub fn services(
            &self,
        ) -> impl Future<Output = Result<Reply<smileid_protocol::v1::services::Response>>> + Send + use<> {
            self.send(smileid_protocol::v1::services::Request::default())
        }

        $($(#[$doc])*
        ///
        /// # Errors
        ///
        /// If no usable response came.
        pub fn $name(
            &self,
            request: smileid_protocol::v1::$endpoint::Request,
        ) -> impl Future<
            Output = Result<Reply<<smileid_protocol::v1::$endpoint::Request as smileid_protocol::endpoint::Endpoint>::Response>>,
        > + Send + use<> {
            self.send(request)
        })*
    };
    (@each blocking $($(#[$doc:meta])* $name:ident: $endpoint:ident;)*) => {
        /// Lists the countries, ID types and banks that the API supports.
        ///
        /// # Errors
        ///
        /// If no usable response came.
        pub fn services(&self) -> Result<Reply<smileid_protocol::v1::services::Response>> {
            self.send(smileid_protocol::v1::services::Request::default())
        }

        $($(#[$doc])*
        ///
        /// # Errors
        ///
        /// If no usable response came.
        pub fn $name(
            &self,
            request: smileid_protocol::v1::$endpoint::Request,
        ) -> Result<Reply<<smileid_protocol::v1::$endpoint::Request as smileid_protocol::endpoint::Endpoint>::Response>> {
            self.send(request)
        })*
    };
}

pub(crate) use endpoint_methods;
