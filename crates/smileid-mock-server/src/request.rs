//! Unverified facts about a request: its endpoint, partner, user, job and link. Rules and the journal use them.

pub(crate) mod origin;
pub(crate) mod page;
pub(crate) mod presign;

use bytes::Bytes;
use http::{Method, Request};
use smileid_protocol::{
    ENDPOINTS, V3_ENDPOINTS, auth::PartnerId, endpoint::Spec, for_each_v3_endpoint, subject::Subject,
};

/// Kind of request path: an API endpoint, a presigned URL, or neither.
#[derive(Clone, Copy)]
pub(crate) enum Route {
    /// The path is that of an API endpoint.
    Endpoint(&'static Spec),
    /// The path is the presigned URL for an archive.
    PutArchive,
    /// The path is the presigned URL of an image.
    Image,
    /// A callback that the mock server sends; incoming requests never have this kind.
    Callback,
    /// The path is unknown.
    Nowhere,
}

impl Route {
    /// Returns the kind of path of a request.
    pub(crate) fn for_request(method: &Method, path: &str) -> Self {
        // Mobile SDKs of V3 join their paths wrongly, and the API accepts it.
        let path = if path.starts_with("//v3/") { &path[1..] } else { path };
        match ENDPOINTS.iter().chain(V3_ENDPOINTS).find(|spec| spec.matches(method, path)) {
            Some(spec) => Self::Endpoint(spec),
            None if *method == Method::PUT && presign::is_upload(path) => Self::PutArchive,
            None if *method == Method::GET && presign::is_image(path) => Self::Image,
            None => Self::Nowhere,
        }
    }

    /// Returns true for a V3 endpoint.
    pub(crate) fn is_v3(self) -> bool {
        matches!(self, Self::Endpoint(spec) if spec.path.starts_with("/v3/"))
    }

    /// Returns the names of all kinds of paths that requests can have.
    pub(crate) fn names() -> Vec<&'static str> {
        let beside_the_api = [Self::PutArchive, Self::Image].into_iter().filter_map(Self::name);
        ENDPOINTS.iter().chain(V3_ENDPOINTS).map(endpoint_name).chain(beside_the_api).collect()
    }

    /// Returns the name that rules and the journal use. The name of an endpoint is that of its module.
    pub(crate) fn name(self) -> Option<&'static str> {
        match self {
            Self::Endpoint(spec) => Some(endpoint_name(spec)),
            Self::PutArchive => Some("put_archive"),
            Self::Image => Some("image"),
            Self::Callback => Some("callback"),
            Self::Nowhere => None,
        }
    }
}

/// Returns the name of an endpoint: its module, with `v3_` before it in version 3.
pub(crate) fn endpoint_name(spec: &'static Spec) -> &'static str {
    let of_v3 = V3_NAMES.iter().find(|(name, _)| *name == spec.name).map(|(_, short)| *short);
    of_v3.unwrap_or_else(|| spec.name.rsplit("::").next().unwrap_or(spec.name))
}

macro_rules! names {
    ($($version:ident :: $endpoint:ident),+ $(,)?) => {
        &[$((
            concat!(stringify!($version), "::", stringify!($endpoint)),
            concat!(stringify!($version), "_", stringify!($endpoint)),
        )),+]
    };
}

static V3_NAMES: &[(&str, &str)] = for_each_v3_endpoint!(names);

/// Unverified facts about a request. Rules and the journal use them.
pub(crate) struct RequestInfo {
    pub(crate) route: Route,
    pub(crate) subject: Subject,
    /// Partner id and job number in a presigned URL. The URL may be forged.
    pub(crate) link: Option<(PartnerId, String)>,
}

impl RequestInfo {
    /// Reads the facts from a request.
    pub(crate) fn read(request: &Request<Bytes>) -> Self {
        let route = Route::for_request(request.method(), request.uri().path());
        let link = match route {
            Route::PutArchive => presign::claimed_upload(request.uri()),
            Route::Image => presign::claimed_image(request.uri()),
            Route::Endpoint(_) | Route::Nowhere | Route::Callback => None,
        };
        let mut subject = match route {
            // A request to a mistyped path is also recorded with its user and job, so that the owner finds it in the
            // journal.
            Route::Endpoint(_) | Route::Nowhere => Subject::from_request(request),
            Route::PutArchive | Route::Image | Route::Callback => Subject::default(),
        };
        if let Some((partner, _)) = &link {
            subject.partner_id = Some(partner.clone());
        }
        Self { route, subject, link }
    }

    /// Returns the facts about a callback that the mock server sends.
    pub(crate) fn of_callback(subject: Subject) -> Self {
        Self { route: Route::Callback, subject, link: None }
    }
}
