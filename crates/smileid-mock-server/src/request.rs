//! What a request is about, before anything of it is checked: what rules go by, and what is written down of it.

pub(crate) mod origin;
pub(crate) mod page;
pub(crate) mod presign;

use bytes::Bytes;
use http::{Method, Request};
use smileid_protocol::{ENDPOINTS, auth::PartnerId, endpoint::Spec, subject::Subject};

/// Which route a request takes.
#[derive(Clone, Copy)]
pub(crate) enum Route {
    /// One of the API's endpoints.
    Endpoint(&'static Spec),
    /// An archive is put.
    PutArchive,
    /// An image is fetched.
    Image,
    /// None: the mock itself calls back.
    Callback,
    /// None that the API has.
    Nowhere,
}

impl Route {
    /// The route of a request.
    pub(crate) fn of(method: &Method, path: &str) -> Self {
        match ENDPOINTS.iter().find(|spec| spec.matches(method, path)) {
            Some(spec) => Self::Endpoint(spec),
            None if *method == Method::PUT && presign::is_upload(path) => Self::PutArchive,
            None if *method == Method::GET && presign::is_image(path) => Self::Image,
            None => Self::Nowhere,
        }
    }

    /// The names of those that requests take.
    pub(crate) fn names() -> Vec<&'static str> {
        let beside_the_api = [Self::PutArchive, Self::Image].into_iter().filter_map(Self::name);
        ENDPOINTS.iter().map(endpoint_name).chain(beside_the_api).collect()
    }

    /// The name that rules and the journal have for it: an endpoint's is that of its module.
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

/// The name of an endpoint: that of its module.
pub(crate) fn endpoint_name(spec: &'static Spec) -> &'static str {
    spec.name.rsplit("::").next().unwrap_or(spec.name)
}

/// What a request is about, before anything of it is checked: what rules go by, and what is written down of it.
pub(crate) struct RequestInfo {
    pub(crate) route: Route,
    pub(crate) subject: Subject,
    /// The partner and the job, by the API's number, that the link of the request leads to, genuine or not.
    pub(crate) link: Option<(PartnerId, String)>,
}

impl RequestInfo {
    /// Reads a request, as far as it says itself what it is about.
    pub(crate) fn read(request: &Request<Bytes>) -> Self {
        let route = Route::of(request.method(), request.uri().path());
        let link = match route {
            Route::PutArchive => presign::claimed_upload(request.uri()),
            Route::Image => presign::claimed_image(request.uri()),
            Route::Endpoint(_) | Route::Nowhere | Route::Callback => None,
        };
        let mut subject = match route {
            // Who mistyped a path wants to find the request among their own.
            Route::Endpoint(_) | Route::Nowhere => Subject::of(request),
            Route::PutArchive | Route::Image | Route::Callback => Subject::default(),
        };
        if let Some((partner, _)) = &link {
            subject.partner_id = Some(partner.clone());
        }
        Self { route, subject, link }
    }

    /// What a callback of the mock is about.
    pub(crate) fn of_callback(subject: Subject) -> Self {
        Self { route: Route::Callback, subject, link: None }
    }
}
