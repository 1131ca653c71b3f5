//! Submission of jobs in a web service with actix-web 4.

use std::{fmt, sync::Arc, time::Duration};

use actix_web::{
    HttpResponse, ResponseError,
    error::ErrorInternalServerError,
    http::StatusCode,
    web::{Bytes, Data, Path, PayloadConfig, ServiceConfig, post},
};
use smileid::{
    CallbackUrl, Client, Image, ImageJob, JobRef, Submission,
    store::{InMemory, Store as _},
};
use tokio::{runtime::Handle, time::timeout};
use tokio_util::task::TaskTracker;

/// State that the handlers share.
pub struct App {
    pub client: Client,
    pub store: Arc<InMemory>,
    pub url: CallbackUrl,
    /// Handle of the runtime of `main`. Each worker of actix has its own runtime, whose tasks and connections end with
    /// the worker.
    pub runtime: Handle,
    pub tasks: TaskTracker,
}

/// Adds a route that submits selfies at `/users/{user_id}/selfie`.
pub fn routes(config: &mut ServiceConfig, app: Data<App>) {
    let limit = PayloadConfig::new(8 << 20);
    config.app_data(app).app_data(limit).route("/users/{user_id}/selfie", post().to(enroll));
}

async fn enroll(app: Data<App>, user: Path<String>, selfie: Bytes) -> Result<HttpResponse, actix_web::Error> {
    let ids = JobRef::from_key(user.into_inner(), "enrolment").map_err(|error| Failed(error.into()))?;
    let job = ImageJob::smart_selfie_registration(ids, Image::bytes(selfie));
    let job = Submission::new(job).callback(app.url.clone());
    let shared = app.clone();
    // A task of its own ends whatever the browser does.
    let submitting = app.tasks.spawn_on(
        async move {
            let mut submission = shared.store.ensure(job).await?;
            let accepted = shared.client.submit(&mut submission).await;
            shared.store.keep(&submission).await?;
            accepted
        },
        &app.runtime,
    );
    submitting.await.map_err(ErrorInternalServerError)?.map_err(Failed)?;
    Ok(HttpResponse::Accepted().finish())
}

/// Waits for the submissions in progress. Call it after `HttpServer::run` has returned.
pub async fn drain(app: &App) {
    app.tasks.close();
    // What takes longer is stored, and `Receiver::resume` submits it when the program starts again.
    let _ = timeout(Duration::from_secs(30), app.tasks.wait()).await;
}

/// Error of `smileid` as the response of a handler.
#[derive(Debug)]
struct Failed(smileid::Error);

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl ResponseError for Failed {
    fn status_code(&self) -> StatusCode {
        // actix has the types of an older version of `http`.
        StatusCode::from_u16(self.0.http_status().as_u16()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}
