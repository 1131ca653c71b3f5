//! An onboarding service: a form in the browser, a biometric KYC job, its callback, and a page that follows the decision.
//!
//! ```sh
//! cargo run -p smileid-mock-server -- exec -- cargo run -p smileid --example onboarding
//! ```
//!
//! It prints its address once it listens. As in the sandbox, the mock server selects the result by the last digit of the
//! ID number: 0 is approved, 1 does not exist.

mod page;

use std::{env, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Multipart, Path, State, multipart::MultipartError},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use smileid::{
    CallbackUrl, Client, IdNumber, Image, ImageJob, InvalidInput, JobRef, Submission,
    callback::Receiver,
    store::{InMemory, JobRecord, Store as _},
};
use tokio::{net::TcpListener, time::interval};
use uuid::Uuid;

/// Size limit of a form, in bytes. A photo of a phone has some megabytes.
const FORM_LIMIT: usize = 10 << 20;

/// Size limit of a callback, in bytes. Results may have photos.
const CALLBACK_LIMIT: usize = 4 << 20;

/// Pause between two requests for results whose callback did not come.
const RECONCILE_INTERVAL: Duration = Duration::from_secs(10);

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let address = env::args().nth(1).unwrap_or_else(|| "127.0.0.1:0".to_owned());
    let listener = TcpListener::bind(address).await?;
    let url = format!("http://{}", listener.local_addr()?);
    // In production: the public https address of this service.
    let callback = CallbackUrl::parse(format!("{url}/callback"))?;
    let app = Arc::new(Onboarding::new(Client::from_env()?, callback));
    tokio::spawn(reconcile(Arc::clone(&app)));
    println!("{url}");
    axum::serve(listener, routes(app)).await?;
    Ok(())
}

/// State that the request handlers share.
pub(crate) struct Onboarding {
    client: Client,
    /// A service in production has a store in its database: see the example `file_store`.
    receiver: Receiver<InMemory>,
    callback: CallbackUrl,
}

impl Onboarding {
    pub(crate) fn new(client: Client, callback: CallbackUrl) -> Self {
        let receiver = Receiver::new(client.clone(), InMemory::default()).confirming();
        Self { client, receiver, callback }
    }

    /// Submits the job of an application. A repeated call continues the same job, which is billed once.
    async fn submit(&self, job: ImageJob) -> smileid::Result<()> {
        let store = self.receiver.store();
        let mut submission = store.ensure(Submission::new(job).callback(self.callback.clone())).await?;
        let accepted = self.client.submit(&mut submission).await;
        store.keep(&submission).await?;
        accepted.map(drop)
    }
}

/// Requests the results of jobs whose callback did not come.
async fn reconcile(app: Arc<Onboarding>) {
    let mut interval = interval(RECONCILE_INTERVAL);
    loop {
        interval.tick().await;
        if let Err(error) = app.receiver.reconcile(100).await {
            eprintln!("reconcile: {error}");
        }
    }
}

pub(crate) fn routes(app: Arc<Onboarding>) -> Router {
    Router::new()
        .route("/", get(|| async { page::html(&page::form(Uuid::new_v4())) }))
        .route("/applications", post(apply).layer(DefaultBodyLimit::max(FORM_LIMIT)))
        .route("/applications/{id}", get(show))
        .route("/applications/{id}/decision", get(decision))
        .route("/callback", post(callback).layer(DefaultBodyLimit::max(CALLBACK_LIMIT)))
        .route("/style.css", get(([(header::CONTENT_TYPE, "text/css")], include_str!("style.css"))))
        .route("/follow.js", get(([(header::CONTENT_TYPE, "text/javascript")], include_str!("follow.js"))))
        .with_state(app)
}

/// Receives the form, submits the job, and redirects to the page of the application.
async fn apply(State(app): State<Arc<Onboarding>>, form: Multipart) -> Result<Redirect, Problem> {
    let (id, job) = read(form).await?;
    // The task completes even if the browser closes the connection.
    let submitting = tokio::spawn(async move { app.submit(job).await });
    submitting.await.map_err(|_| Problem::INTERNAL)??;
    Ok(Redirect::to(&format!("/applications/{id}")))
}

/// Reads the fields of the form into a job.
async fn read(mut form: Multipart) -> Result<(Uuid, ImageJob), Problem> {
    let (mut id, mut number, mut selfie) = (None, String::new(), Bytes::new());
    while let Some(field) = form.next_field().await? {
        match field.name().unwrap_or_default() {
            "application" => id = field.text().await?.parse().ok(),
            "id_number" => number = field.text().await?,
            "selfie" => selfie = field.bytes().await?,
            _ => {}
        }
    }
    let id: Uuid =
        id.ok_or(Problem::new(StatusCode::BAD_REQUEST, "The form is incomplete. Open it again."))?;
    let number = number.trim();
    if number.len() != 11 || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "A NIN has 11 digits."));
    }
    let selfie = Image::bytes(selfie).checked()?;
    let number = IdNumber::new("NG", "NIN", number)?;
    Ok((id, ImageJob::biometric_kyc(names(id)?, selfie, number)))
}

/// Returns the names of the job of an application. The same application always has the same job.
fn names(id: Uuid) -> Result<JobRef, InvalidInput> {
    JobRef::from_key(id.to_string(), "onboarding")
}

/// Shows an application. Its address is secret: only the browser that sent the form has it.
async fn show(State(app): State<Arc<Onboarding>>, Path(id): Path<Uuid>) -> Result<Response, Problem> {
    Ok(page::html(&page::application(&app.progress(id).await?)))
}

/// Returns the progress of an application as JSON, for the script of its page.
async fn decision(State(app): State<Arc<Onboarding>>, Path(id): Path<Uuid>) -> Result<Response, Problem> {
    Ok(axum::Json(app.progress(id).await?).into_response())
}

impl Onboarding {
    async fn progress(&self, id: Uuid) -> Result<page::Progress, Problem> {
        let record = self.receiver.store().load(&names(id)?).await.map_err(|_| Problem::INTERNAL)?;
        let (record, _): (JobRecord, _) =
            record.ok_or(Problem::new(StatusCode::NOT_FOUND, "There is no such application."))?;
        // A decision counts only if all results are there and the API has confirmed them: the content of a callback is not
        // signed.
        let decision = record.is_settled().then(|| record.verdict().decision);
        Ok(page::Progress::new(decision))
    }
}

/// Receives a callback of the API.
async fn callback(State(app): State<Arc<Onboarding>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    match app.receiver.handle(&headers, &body).await {
        Ok(_) => StatusCode::OK,
        Err(error) => error.callback_status(),
    }
}

/// An error page.
struct Problem {
    status: StatusCode,
    text: String,
}

impl Problem {
    const INTERNAL: Self = Self { status: StatusCode::INTERNAL_SERVER_ERROR, text: String::new() };

    fn new(status: StatusCode, text: &str) -> Self {
        Self { status, text: text.to_owned() }
    }
}

impl From<smileid::Error> for Problem {
    fn from(error: smileid::Error) -> Self {
        eprintln!("{error}");
        Self { status: error.http_status(), text: error.to_string() }
    }
}

impl From<InvalidInput> for Problem {
    fn from(error: InvalidInput) -> Self {
        smileid::Error::from(error).into()
    }
}

impl From<MultipartError> for Problem {
    fn from(error: MultipartError) -> Self {
        Self { status: error.status(), text: error.body_text() }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let text = if self.text.is_empty() { "Something went wrong. Try again later." } else { &self.text };
        (self.status, page::html(&page::problem(text))).into_response()
    }
}
