//! Command `smileid listen`: receives and verifies callbacks.

mod forward;
mod http;
mod printer;

use std::{io, process::ExitCode, sync::Arc, time::Duration};

use ::http::{
    HeaderMap, HeaderValue, Method, Response, StatusCode, header::ALLOW, request::Parts, uri::PathAndQuery,
};
use bytes::Bytes;
use http_body_util::Full;
use serde_json::{Map, Value, json};
use smileid::{
    callback::{Api, Receipt, ReceivedCallback, Receiver},
    protocol::{auth::trust::Window, codec::read_json, timestamp::Timestamp},
    store::{Change, Ignored, InMemory, JobRecord, Store as _},
    types::{JobResult, Uncertainty, Verdict},
};
use tokio::{
    net::TcpListener,
    sync::{Mutex, Semaphore},
};

use self::{
    forward::{Forwarded, Forwarder},
    http::{ReadError, RequestBody},
    printer::{Notices, Printer, Space},
};
use crate::{
    args::{Args, Format, Listen},
    confirm::{self, Unconfirmed},
    describe::{self, Judgement, Proof},
    failure::{Failure, Kind},
    interrupt::Signals,
    output::{Output, Style},
    setup::{Session, credentials, environment, is_mock, not_in_mock},
    terminal::Lines,
};

/// Time limit for open requests, and then for queued lines, when the command ends.
const GRACE: Duration = Duration::from_secs(2);
/// Number of jobs to remember, so that repeated callbacks are recognized.
const REMEMBERED: usize = 10_000;
/// Maximum size of the lines that wait for standard output, in bytes. Further callbacks get a 503 response.
const QUEUE: usize = 8 << 20;
/// Number of callbacks that are confirmed at the same time. Others wait.
const CONFIRMATIONS: usize = 16;

pub(crate) async fn run(listen: &Listen, args: &Args, format: Format) -> ExitCode {
    let mut signals = Signals::catch();
    match signals.or_interrupted(open(listen, args, format)).await {
        Ok((listener, server)) => {
            serve(listener, server, signals).await;
            ExitCode::SUCCESS
        }
        Err(failure) => failure.report(format),
    }
}

/// Opens the port and prints its URL.
async fn open(
    listen: &Listen,
    args: &Args,
    format: Format,
) -> Result<(TcpListener, Arc<CallbackServer>), Failure> {
    // No request is sent to the API, but the environment must be known: each one has its own API keys.
    let api = if is_mock(args) { None } else { Some(environment(args)?.origin().clone()) };
    if listen.confirm {
        not_in_mock(args, "confirming callbacks")?;
    }
    let key = credentials(args).await?;
    let receiver = Receiver::new(Api::Nobody, InMemory::holding(REMEMBERED)).verifying(|verifier| {
        verifier.keys.push(key);
        verifier.window = Window::new(listen.max_age);
        verifier.api = api;
    });
    let is_path = PathAndQuery::try_from(listen.path.as_str()).is_ok_and(|it| it.path() == listen.path);
    if !is_path || !listen.path.starts_with('/') || listen.path.contains(['{', '}', '*']) {
        return Err(Failure::invalid("path", format!("`{}` is not a path, such as /callback", listen.path)));
    }

    let session = if listen.confirm { Some(Session::start(args).await?) } else { None };

    let failed =
        |error: io::Error| Failure::new(Kind::Other, format!("cannot listen on {}: {error}", listen.address));
    let listener = TcpListener::bind(listen.address).await.map_err(failed)?;
    let url = format!("http://{}{}", listener.local_addr().map_err(failed)?, listen.path);

    let printer = Printer::start(io::stdout(), QUEUE).map_err(failed)?;
    let server = Arc::new(CallbackServer {
        receiver,
        format,
        style: Style::new(args),
        is_full: listen.full,
        path: listen.path.clone(),
        url: url.clone(),
        session,
        forwarder: Forwarder::new(&listen.forward_to)?,
        confirmations: Semaphore::new(CONFIRMATIONS),
        parsing: Mutex::default(),
        printer,
        notices: Notices::start(io::stderr()).map_err(failed)?,
    });
    if let Some(space) = server.printer.reserve(0) {
        server.print(&Output::new(&json!({"listening": url}), vec![("listening", url)]), space);
    }
    Ok((listener, server))
}

/// Serves callbacks until a signal arrives or standard output is closed.
async fn serve(listener: TcpListener, server: Arc<CallbackServer>, mut signals: Signals) {
    let closed = Arc::clone(&server.printer.closed);
    let stop = async {
        let _ = signals.unless(closed.notified()).await;
    };
    http::serve(listener, Arc::clone(&server), stop, GRACE).await;
    // A connection that did not end in time still holds a reference.
    if let Some(server) = Arc::into_inner(server) {
        server.printer.finish(GRACE).await;
        server.notices.finish(GRACE).await;
    }
}

/// Server that receives, verifies and prints callbacks.
struct CallbackServer {
    receiver: Receiver<InMemory>,
    format: Format,
    style: Style,
    is_full: bool,
    path: String,
    url: String,
    /// Client that requests the job status, with `--confirm`.
    session: Option<Session>,
    /// Forwards verified callbacks to other receivers.
    forwarder: Forwarder,
    /// Limit of simultaneous confirmations.
    confirmations: Semaphore,
    /// Lock for parsing callbacks one at a time, which limits the memory needed.
    parsing: Mutex<()>,
    printer: Printer,
    notices: Notices,
}

impl CallbackServer {
    /// Refuses a request that is not a callback, and prints a notice, because a wrong URL is a frequent mistake.
    fn at_head(&self, head: &Parts) -> Option<Response<Full<Bytes>>> {
        let mut response = Response::default();
        *response.status_mut() = if head.uri.path() != self.path {
            StatusCode::NOT_FOUND
        } else if head.method != Method::POST {
            response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
            StatusCode::METHOD_NOT_ALLOWED
        } else {
            return None;
        };
        let path: String = head.uri.path().chars().take(200).collect();
        let method: String = head.method.as_str().chars().take(20).collect();
        let (status, url) = (response.status(), &self.url);
        self.notices
            .tell(&format!("{method} {path} got the response {status}: send callbacks by POST to {url}"));
        Some(response)
    }

    /// Prints a notice about a request that could not be read.
    fn failed(&self, why: ReadError) {
        let what = match why {
            ReadError::TooLarge => "the request body is too large",
            ReadError::CutOff => "the request body is incomplete",
            ReadError::Slow => "the request body took more than 30 s",
            ReadError::NotHttp => {
                let url = &self.url;
                return self.notices.tell(&format!("a request was not HTTP/1.1, perhaps HTTPS: use {url}"));
            }
        };
        match self.printer.reserve(0) {
            Some(space) => self.refuse(&Failure::invalid("callback", what), space),
            None => self.notices.tell(&format!("a callback could not be read: {what}")),
        }
    }

    async fn receive(&self, headers: &HeaderMap, body: RequestBody) -> StatusCode {
        // Reserves the output space first, so that a callback that cannot be printed is not stored.
        let Some(space) = self.printer.reserve(if self.is_full { body.bytes.len() } else { 0 }) else {
            let advice = "the program that reads standard output is too slow";
            self.notices
                .tell(&format!("a callback got the response 503, so that its sender repeats it: {advice}"));
            return StatusCode::SERVICE_UNAVAILABLE;
        };
        let received = {
            let _permit = self.parsing.lock().await;
            self.receiver.handle(headers, &body.bytes).await
        };
        let receipt = match received {
            Ok(receipt) => receipt,
            Err(error) => {
                self.refuse(&Failure::from(&error), space);
                return error.callback_status();
            }
        };
        let forwarded = self.forwarder.send(headers, &body.bytes).await;
        // Frees space for other callbacks before the API is asked.
        let body = self.is_full.then_some(body);
        let mut report = CallbackReport::new(&receipt);
        report.forwarded = (!self.forwarder.is_empty()).then_some(forwarded);
        let status = match &self.session {
            Some(session) => self.confirm(&receipt, session, &mut report).await,
            None => StatusCode::OK,
        };
        let confirmed = report.confirmed.take();
        let mut output = report.output();
        if let Some(body) = body {
            // With a confirmation, the API's own result is printed instead of the callback.
            let (name, whole) = match confirmed {
                Some(result) => ("result", json!(result)),
                None => ("callback", read_json(&body.bytes).unwrap_or_default()),
            };
            output = output.with_line(name, whole.to_string()).with(name, &whole);
        }
        self.print(&output, space);
        status
    }

    /// Requests the job status to confirm a callback, and returns the HTTP status for the sender.
    async fn confirm(&self, receipt: &Receipt, session: &Session, report: &mut CallbackReport) -> StatusCode {
        let Ok(_permit) = self.confirmations.acquire().await else { return StatusCode::SERVICE_UNAVAILABLE };
        if let Some(callback) = receipt.v3() {
            return match confirm::ask_v3(session, &callback.result).await {
                Ok(verdict) => {
                    report.verdict = verdict;
                    report.proof = Proof::Confirmed;
                    StatusCode::OK
                }
                Err(unconfirmed) => report.unconfirmed(unconfirmed),
            };
        }
        let Some(claimed) = receipt.result() else { return StatusCode::OK };
        let confirmed = match confirm::ask(session, &claimed).await {
            Ok(confirmed) => confirmed,
            Err(unconfirmed) => return report.unconfirmed(unconfirmed),
        };
        report.failure = confirm::contradiction(&claimed, &confirmed);
        if report.failure.is_some() {
            report.change = CONTRADICTED;
        }
        if let Some(ids) = JobRecord::ids_of(&confirmed) {
            let apply = |record: &mut JobRecord| record.apply_confirmed(&confirmed, receipt.received_at);
            if let Err(error) = self.receiver.store().change(&ids, apply).await {
                return error.callback_status();
            }
        }
        report.verdict = confirmed.verdict().clone();
        report.confirmed = Some(confirmed.into_result());
        report.proof = Proof::Confirmed;
        StatusCode::OK
    }

    fn refuse(&self, failure: &Failure, space: Space) {
        let lines = vec![("refused", failure.message()), ("proof", Proof::None.meaning().to_owned())];
        let members = json!({"proof": Proof::None.word(), "error": failure.json()});
        self.print(&Output::new(&members, lines), space);
    }

    fn print(&self, output: &Output, space: Space) {
        let end = if self.format == Format::Text { "\n\n" } else { "\n" };
        self.printer.print(output.text(self.format, self.style) + end, space);
    }
}

/// Maximum length of a code, a status or a reason to print, in bytes.
const LONGEST_WORD: usize = 64;

/// Value of `change` if the API contradicts the callback.
const CONTRADICTED: &str = "contradicted";

/// Details about a callback that are printed.
struct CallbackReport {
    ids: (Map<String, Value>, Lines),
    timestamp: Timestamp,
    change: &'static str,
    verdict: Verdict,
    proof: Proof,
    /// Result of the job from the API, after it confirmed the callback.
    confirmed: Option<JobResult>,
    /// Command with which the user can request the job status.
    command: Option<String>,
    /// Reason why the API did not confirm the callback.
    failure: Option<Failure>,
    /// Responses of the receivers in `--forward-to`, if there are any.
    forwarded: Option<Vec<Forwarded>>,
}

impl CallbackReport {
    fn new(receipt: &Receipt) -> Self {
        let (ids, timestamp, claimed, command) = match &receipt.callback {
            ReceivedCallback::V1(callback) => (
                describe::ids_of(callback.partner_params(), callback.smile_job_id()),
                callback.timestamp(),
                callback.verdict(),
                describe::status_command(callback.partner_params()),
            ),
            ReceivedCallback::V3(callback) => {
                let (result, timestamp) = (&callback.result, callback.timestamp());
                let ids = [("user_id", result.user_id.as_deref()), ("job_id", result.job_id.as_deref())];
                let (mut members, mut lines) = describe::shown_ids(ids);
                // A callback can contain any text as a status or a reason.
                let status = result.status.as_ref().filter(|it| it.as_str().len() <= LONGEST_WORD);
                let reason = result.reason.as_ref().filter(|it| it.as_str().len() <= LONGEST_WORD);
                lines.extend(reason.map(|reason| ("reason", reason.to_string())));
                members.insert("status".to_owned(), json!(status));
                members.insert("reason".to_owned(), json!(reason));
                let command = describe::status_command_v3(result);
                ((members, lines), timestamp, result.verdict(), command)
            }
        };
        let (change, verdict) = match &receipt.change {
            Change::Applied(of_job) => ("applied", of_job.clone()),
            Change::Ignored(why) => (word(*why), claimed),
            // Anyone who has seen one signature can forge other callbacks with it.
            _ => ("must_confirm", claimed.doubting(true, Uncertainty::Contradicted)),
        };
        let (timestamp, proof) = (timestamp.clone(), Proof::Origin);
        let (confirmed, failure, forwarded) = (None, None, None);
        Self { ids, timestamp, change, verdict, proof, confirmed, command, failure, forwarded }
    }

    /// Adds the failure to confirm the callback, and returns the HTTP status for the sender.
    ///
    /// If the API does not answer, the callback must be sent again. An unfinished job sends another one.
    fn unconfirmed(&mut self, unconfirmed: Unconfirmed) -> StatusCode {
        self.failure = Some(unconfirmed.failure);
        if unconfirmed.is_contradicted {
            self.change = CONTRADICTED;
        }
        if unconfirmed.is_unanswered { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK }
    }

    fn output(self) -> Output {
        // A callback can contain any text as a code. Known codes have four digits.
        let code = self.verdict.code.as_ref().filter(|code| code.as_str().len() <= LONGEST_WORD);
        let (members, mut lines) = self.ids;
        lines.push(("signed", self.timestamp.as_str().to_owned()));
        lines.push(("change", self.change.to_owned()));
        let mut judgement = Judgement::from(&self.verdict);
        if self.proof == Proof::Origin {
            judgement = judgement.claimed(self.command.as_deref());
        }
        let mut output = Output::new(&members, lines)
            .with("timestamp", &self.timestamp)
            .with("change", &self.change)
            .with("code", &code);
        if let Some(all) = self.forwarded {
            let members: Vec<_> = all.iter().map(Forwarded::json).collect();
            let lines = all.iter().map(Forwarded::line);
            output = lines.fold(output, |output, line| output.with_line("forwarded", line));
            output = output.with("forwarded", &members);
        }
        if let Some(failure) = self.failure {
            output = output.with_line("error", failure.message()).with("error", &failure.json());
        }
        output.judged(judgement, self.proof)
    }
}

fn word(why: Ignored) -> &'static str {
    match why {
        Ignored::Duplicate => "duplicate",
        Ignored::Older => "older",
        Ignored::ProvisionalAfterFinal => "provisional_after_final",
        Ignored::AnotherJob => "another_job",
        _ => "no_result",
    }
}
