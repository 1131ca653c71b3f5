//! What a request is about, before anything of it is checked: what rules go by, and what is written down of it.

use bytes::Bytes;
use http::{Method, Request};
use smileid_protocol::{ENDPOINTS, auth::PartnerId, endpoint::Spec, subject::Subject};

use crate::{presign, service::Service};

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

/// What a request is about, as far as it says so itself.
pub(crate) struct About {
    pub(crate) route: Route,
    pub(crate) subject: Subject,
}

impl About {
    /// Reads a request, and what its link stands for.
    pub(crate) fn of(request: &Request<Bytes>, service: &Service) -> Self {
        let route = Route::of(request.method(), request.uri().path());
        let subject = match route {
            // Who mistyped a path wants to find the request among their own.
            Route::Endpoint(..) | Route::Nowhere => Subject::of(request),
            Route::PutArchive => linked(presign::claimed_upload(request.uri()), service),
            Route::Image => linked(presign::claimed_image(request.uri()), service),
            Route::Callback => Subject::default(),
        };
        Self { route, subject }
    }
}

/// The job that a link leads to, whether or not the link is genuine.
fn linked(link: Option<(PartnerId, String)>, service: &Service) -> Subject {
    let mut subject = Subject::default();
    let Some((partner, number)) = link else { return subject };
    if let Some(job) = service.state().tenants.get(&partner).and_then(|tenant| tenant.jobs.numbered(&number))
    {
        let announced = job.announced();
        subject.user_id = Some(announced.user_id.clone());
        subject.job_id = Some(announced.job_id.clone());
        subject.job_type = Some(announced.job_type);
    }
    subject.partner_id = Some(partner);
    subject
}
