//! Adapter for tests that already use the crate `wiremock`.

use std::sync::Arc;

use bytes::Bytes;
use wiremock::{Match, Mock, MockServer, Request, Respond, ResponseTemplate};

use crate::{
    admin,
    control::faults::{BodyDelivery, FaultedResponse},
    model::config::Config,
    request::Route,
    service::Service,
    shell,
};

/// The mock server, to be mounted in a [`wiremock::MockServer`].
///
/// It handles requests to the API and to the links of its responses, and leaves all others to other mocks. It is
/// mounted with the lowest priority, so other mocks take precedence: a test may replace one response and keep the rest.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// use smileid_mock_server::{Config, wiremock::SmileId};
/// use wiremock::{Mock, MockServer, ResponseTemplate, matchers::path};
///
/// let server = MockServer::start().await;
/// SmileId::new(Config::new([7; 32])).mount(&server).await; // partner 085, key mock-api-key-0000
/// Mock::given(path("/v1/services")).respond_with(ResponseTemplate::new(503)).mount(&server).await;
/// # }
/// ```
///
/// Links in its responses begin with the host name of the request. It uses the system's clock. A wiremock server only
/// responds to requests, so callbacks are not sent: [`Service::take_callbacks`] returns them. The response to a request
/// with a fault that would break or slow a connection has the status 501.
#[derive(Clone, Debug)]
pub struct SmileId(Arc<Service>);

impl SmileId {
    /// Creates a mock server without jobs.
    pub fn new(config: Config) -> Self {
        Self(Arc::new(Service::new(config)))
    }

    /// Returns the core of the mock server: its rules, callbacks and clocks.
    pub fn service(&self) -> &Service {
        &self.0
    }

    /// Adds the simulated API to a wiremock server, until that server is reset or dropped.
    pub async fn mount(&self, server: &MockServer) {
        self.mock().mount(server).await;
    }

    /// Returns a wiremock `Mock`: for [`Mock::mount_as_scoped`], and to expect a number of calls.
    pub fn mock(&self) -> Mock {
        Mock::given(self.clone()).respond_with(self.clone()).with_priority(u8::MAX)
    }
}

impl Match for SmileId {
    fn matches(&self, request: &Request) -> bool {
        let path = request.url.path();
        admin::is_admin(path) || !matches!(Route::for_request(&request.method, path), Route::Nowhere)
    }
}

impl Respond for SmileId {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let Some(request) = read(request) else { return ResponseTemplate::new(400) };
        let FaultedResponse { response, latency, transfer, .. } = self.0.handle(&request, shell::now());
        if transfer != BodyDelivery::Whole {
            return ResponseTemplate::new(501).set_body_string(
                "this fault acts on the connection: use `MockServer` in place of the wiremock adapter",
            );
        }
        let (head, body) = response.into_parts();
        let mut response = ResponseTemplate::new(head.status).set_body_bytes(body).set_delay(latency);
        for (name, value) in &head.headers {
            response = response.append_header(name, value);
        }
        response
    }
}

/// Converts wiremock's request. Removes the host from its URI, because wiremock invents it.
fn read(request: &Request) -> Option<http::Request<Bytes>> {
    let path = request.url.path();
    let address = request.url.query().map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"));
    let mut read = http::Request::new(Bytes::copy_from_slice(&request.body));
    *read.uri_mut() = address.parse().ok()?;
    read.method_mut().clone_from(&request.method);
    read.headers_mut().clone_from(&request.headers);
    Some(read)
}
