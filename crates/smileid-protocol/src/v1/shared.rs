//! Macro that declares endpoints with the same request fields. The endpoints differ in name and path, and in the way the result
//! is returned.

/// Declares an endpoint whose `Request` contains a struct that several endpoints share.
///
/// ```text
/// shared_endpoint! {
///     /// Request that looks up an ID number.
///     pub struct Request { lookup: Lookup }
///
///     const SPEC = Spec::post("v1::id_verification", "/v1/id_verification");
///     type Auth = SignedBody;
///     type Response = JobResult;
/// }
/// ```
///
/// becomes
///
/// ```text
/// /// Request that looks up an ID number.
/// #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
/// #[serde(transparent)]
/// #[non_exhaustive]
/// pub struct Request {
///     /// The fields of the request, which several endpoints share.
///     pub lookup: Lookup,
/// }
///
/// impl From<Lookup> for Request { … }
///
/// impl Open for Request { … }                         // the extra members of the payload
///
/// impl Endpoint for Request {
///     const SPEC: Spec = Spec::post("v1::id_verification", "/v1/id_verification");
///     type Auth = SignedBody;
///     type Codec = Json;
///     type Response = JobResult;
///     type ReplyAuth = MaybeSignedReply;
/// }
/// ```
///
/// With `type Response = Accepted`, the result is sent to a callback URL and the reply is not signed. Then there is
/// `Request::new(lookup, &callback)` in place of `From`.
macro_rules! shared_endpoint {
    (
        $(#[doc = $doc:literal])*
        pub struct Request { $field:ident: $type:ident }

        const SPEC = $spec:expr;
        type Auth = $auth:ident;
        type Response = Accepted;
    ) => {
        shared_endpoint! {
            @request
            $(#[doc = $doc])*
            {
                /// Fields of the request. If it has no callback URL, the API uses the callback URL in the partner portal.
                $field: $type
            }
        }

        impl Request {
            #[doc = concat!("The result of `", stringify!($field), "` is sent to `callback`.")]
            pub fn new($field: $type, callback: &$crate::job::CallbackUrl) -> Self {
                Self { $field: $field.with_callback(callback) }
            }
        }

        impl $crate::endpoint::Endpoint for Request {
            const SPEC: $crate::endpoint::Spec = $spec;
            type Auth = $auth;
            type Codec = $crate::codec::Json;
            type Response = $crate::v1::accepted::Accepted;
            type ReplyAuth = $crate::auth::Anonymous;
        }
    };
    (
        $(#[doc = $doc:literal])*
        pub struct Request { $field:ident: $type:ident }

        const SPEC = $spec:expr;
        type Auth = $auth:ident;
        $(#[doc = $response_doc:literal])*
        type Response = $response:ident;
    ) => {
        shared_endpoint! {
            @request
            $(#[doc = $doc])*
            {
                /// Fields of the request, which several endpoints share.
                $field: $type
            }
        }

        impl From<$type> for Request {
            fn from($field: $type) -> Self {
                Self { $field }
            }
        }

        impl $crate::endpoint::Endpoint for Request {
            const SPEC: $crate::endpoint::Spec = $spec;
            type Auth = $auth;
            type Codec = $crate::codec::Json;
            $(#[doc = $response_doc])*
            type Response = $response;
            type ReplyAuth = $crate::auth::MaybeSignedReply;
        }
    };
    (
        @request
        $(#[doc = $doc:literal])*
        { $(#[doc = $field_doc:literal])* $field:ident: $type:ident }
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        #[non_exhaustive]
        pub struct Request {
            $(#[doc = $field_doc])*
            pub $field: $type,
        }

        impl smileid_types::open_struct::Open for Request {
            fn extra(&self) -> &smileid_types::Extra {
                smileid_types::open_struct::Open::extra(&self.$field)
            }
        }
    };
}
