//! Methods of both clients for endpoints that need only a request.

/// Generates the methods. `async` and `blocking` choose the client.
macro_rules! endpoint_methods {
    ($kind:ident) => {
        $crate::endpoints::endpoint_methods! { @each $kind
            /// Creates a web token, with which a browser can run one job.
            web_token: token;
            /// Searches sanctions lists, lists of politically exposed persons and news for a person (AML check, job type 10).
            aml: aml;
            /// Checks the owner of a phone number.
            verify_phone_number: verify_phone_number;
            /// Compares an address with the address of an electricity account. The API sends the result to the callback URL.
            verify_address: async_verify_address;
            /// Enrols a user with a selfie. The response contains the result.
            enroll_smart_selfie: smart_selfie_enroll;
            /// Compares a selfie with the enrolled selfie of the user. The response contains the result.
            authenticate_smart_selfie: smart_selfie_authentication;
            /// Creates a Smile Link: a hosted web page for a verification.
            create_smile_link: create_smile_link;
            /// Returns a Smile Link and its state.
            get_smile_link: get_smile_link;
            /// Changes a Smile Link.
            update_smile_link: update_smile_link;
            /// Unblocks an ID number that was looked up too often.
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
