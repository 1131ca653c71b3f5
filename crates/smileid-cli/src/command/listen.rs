//! `smileid listen`

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
    callback::{Api, Receipt, Receiver},
    protocol::{auth::trust::Window, codec::read_json, timestamp::Timestamp},
    store::{Change, Ignored, InMemory, JobRecord, Store as _},
    types::{JobResult, Uncertainty, Verdict},
};
use tokio::{
    net::TcpListener,
    sync::{Mutex, Semaphore},
};

use self::{
    http::{Unread, Whole},
    printer::{Notices, Printer, Space},
};
use crate::{
    args::{Args, Format, Listen},
    confirm,
    failure::{Failure, Kind},
    interrupt::Signals,
    output::{Output, Style},
    said::{self, Judgement, Lines, Proof},
    setup::{Session, credentials, environment, is_mock, not_in_mock},
};

/// How long requests under way, and then lines that wait to be written, may take when the command is to end.
const GRACE: Duration = Duration::from_secs(2);
/// How many jobs are remembered, to know their callbacks again.
const REMEMBERED: usize = 10_000;
/// How many bytes of lines wait for standard output to be read. Callbacks beyond it are answered 503.
const QUEUE: usize = 8 << 20;
/// How many callbacks are confirmed at once. More wait for their turn.
const ASKING: usize = 16;

pub(crate) async fn run(listen: &Listen, args: &Args, format: Format) -> ExitCode {
    let mut signals = Signals::catch();
    match signals.or_interrupted(open(listen, args, format)).await {
        Ok((listener, desk)) => {
            serve(listener, desk, signals).await;
            ExitCode::SUCCESS
        }
        Err(failure) => failure.report(format),
    }
}

/// Opens the port and says where it is.
async fn open(listen: &Listen, args: &Args, format: Format) -> Result<(TcpListener, Arc<Desk>), Failure> {
    // It is not asked anything, but each environment has keys of its own.
    let api = if is_mock(args) { None } else { Some(environment(args)?.origin().clone()) };
    if listen.confirm {
        not_in_mock(args, "confirming callbacks")?;
    }
    let key = credentials(args).await?;
    let receiver = Receiver::new(Api::Nobody, InMemory::holding(REMEMBERED)).verifying(|verifier| {
        verifier.keys.push(key);
        verifier.window = Window::of(listen.max_age);
        verifier.api = api;
    });
    let is_path = PathAndQuery::try_from(listen.path.as_str()).is_ok_and(|it| it.path() == listen.path);
    if !is_path || !listen.path.starts_with('/') || listen.path.contains(['{', '}', '*']) {
        return Err(Failure::invalid("path", format!("`{}` is not a path, such as /callback", listen.path)));
    }

    let session = if listen.confirm { Some(Session::start(args).await?) } else { None };

    let failed = |error: io::Error| {
        Failure::new(Kind::Other, format!("{} cannot be listened to: {error}", listen.address))
    };
    let listener = TcpListener::bind(listen.address).await.map_err(failed)?;
    let url = format!("http://{}{}", listener.local_addr().map_err(failed)?, listen.path);

    let printer = Printer::start(io::stdout(), QUEUE).map_err(failed)?;
    let desk = Arc::new(Desk {
        receiver,
        format,
        style: Style::of(args),
        is_full: listen.full,
        path: listen.path.clone(),
        url: url.clone(),
        session,
        asking: Semaphore::new(ASKING),
        turn: Mutex::default(),
        printer,
        notices: Notices::start(io::stderr()).map_err(failed)?,
    });
    if let Some(space) = desk.printer.reserve(0) {
        desk.print(&Output::new(&json!({"listening": url}), vec![("listening", url)]), space);
    }
    Ok((listener, desk))
}

/// Takes callbacks until a signal comes or nobody reads the output any more.
async fn serve(listener: TcpListener, desk: Arc<Desk>, mut signals: Signals) {
    let closed = Arc::clone(&desk.printer.closed);
    let stop = async {
        let _ = signals.unless(closed.notified()).await;
    };
    http::serve(listener, Arc::clone(&desk), stop, GRACE).await;
    // A connection that did not end in time still has it.
    if let Some(desk) = Arc::into_inner(desk) {
        desk.printer.finish(GRACE).await;
        desk.notices.finish(GRACE).await;
    }
}

/// Where callbacks arrive.
struct Desk {
    receiver: Receiver<InMemory>,
    format: Format,
    style: Style,
    is_full: bool,
    path: String,
    url: String,
    /// With `--confirm`, who asks the API.
    session: Option<Session>,
    /// How many questions are asked at once.
    asking: Semaphore,
    /// Callbacks are read one at a time, which bounds what reading them takes.
    turn: Mutex<()>,
    printer: Printer,
    notices: Notices,
}

impl Desk {
    /// Refuses a request that is no callback, and says so: a wrong URL is a frequent mistake.
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
            .tell(&format!("{method} {path} was answered {status}: callbacks are sent by POST to {url}"));
        Some(response)
    }

    /// Says that a request could not be read.
    fn failed(&self, why: Unread) {
        let what = match why {
            Unread::TooLarge => "the body is larger than allowed",
            Unread::CutOff => "the body did not come whole",
            Unread::Slow => "the body took longer than 30 s",
            Unread::NotHttp => {
                let url = &self.url;
                return self
                    .notices
                    .tell(&format!("what came is not HTTP/1.1, perhaps HTTPS: the URL is {url}"));
            }
        };
        match self.printer.reserve(0) {
            Some(space) => self.refuse(&Failure::invalid("callback", what), space),
            None => self.notices.tell(&format!("a callback was not read: {what}")),
        }
    }

    async fn answer(&self, headers: &HeaderMap, body: Whole) -> StatusCode {
        // First the space to print it, so that a callback that cannot be shown is not taken in either.
        let Some(space) = self.printer.reserve(if self.is_full { body.bytes.len() } else { 0 }) else {
            let advice = "standard output is not read fast enough";
            self.notices.tell(&format!("a callback was answered 503, to be sent again: {advice}"));
            return StatusCode::SERVICE_UNAVAILABLE;
        };
        let received = {
            let _turn = self.turn.lock().await;
            self.receiver.handle(headers, &body.bytes).await
        };
        let receipt = match received {
            Ok(receipt) => receipt,
            Err(error) => {
                self.refuse(&Failure::from(&error), space);
                return error.callback_status();
            }
        };
        // It makes room for others before the API is asked.
        let body = self.is_full.then_some(body);
        let mut shown = Shown::of(&receipt);
        let status = match &self.session {
            Some(session) => self.confirm(&receipt, session, &mut shown).await,
            None => StatusCode::OK,
        };
        let confirmed = shown.confirmed.take();
        let mut output = shown.output();
        if let Some(body) = body {
            // What is confirmed is what the API said, and not what the callback did.
            let (name, whole) = match confirmed {
                Some(result) => ("result", json!(result)),
                None => ("callback", read_json(&body.bytes).unwrap_or_default()),
            };
            output = output.with_line(name, whole.to_string()).with(name, &whole);
        }
        self.print(&output, space);
        status
    }

    /// Asks the API about a callback, and says how to answer the sender.
    async fn confirm(&self, receipt: &Receipt, session: &Session, shown: &mut Shown) -> StatusCode {
        let Some(claimed) = receipt.result() else { return StatusCode::OK };
        let Ok(_turn) = self.asking.acquire().await else { return StatusCode::SERVICE_UNAVAILABLE };
        let confirmed = match confirm::ask(session, &claimed).await {
            Ok(confirmed) => confirmed,
            Err(unconfirmed) => {
                // Without an answer, the callback is to be sent again. An unfinished job has another one.
                shown.failure = Some(unconfirmed.failure);
                let is_unanswered = unconfirmed.is_unanswered;
                return if is_unanswered { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK };
            }
        };
        shown.failure = confirm::contradiction(&claimed, &confirmed);
        if shown.failure.is_some() {
            shown.change = "contradicted";
        }
        if let Some(ids) = JobRecord::ids_of(&confirmed) {
            let apply = |record: &mut JobRecord| record.apply_confirmed(&confirmed, receipt.at_utc_millis);
            if let Err(error) = self.receiver.store().change(&ids, apply).await {
                return error.callback_status();
            }
        }
        shown.verdict = confirmed.verdict().clone();
        shown.confirmed = Some(confirmed.into_result());
        shown.proof = Proof::Confirmed;
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

/// What is printed of a callback.
struct Shown {
    ids: (Map<String, Value>, Lines),
    timestamp: Timestamp,
    change: &'static str,
    verdict: Verdict,
    proof: Proof,
    /// The API's own result, once it has confirmed the callback.
    confirmed: Option<JobResult>,
    /// The command that asks the API about the job.
    command: Option<String>,
    /// Why the API did not confirm it.
    failure: Option<Failure>,
}

impl Shown {
    fn of(receipt: &Receipt) -> Self {
        let callback = &receipt.callback;
        let (change, verdict) = match &receipt.change {
            Change::Applied(of_job) => ("applied", of_job.clone()),
            Change::Ignored(why) => (word(*why), callback.verdict()),
            // Anybody may have made it who has seen the signature.
            _ => ("must_confirm", callback.verdict().doubting(true, Uncertainty::Contradicted)),
        };
        Self {
            ids: said::ids_of(callback.partner_params(), callback.smile_job_id()),
            timestamp: callback.timestamp().clone(),
            change,
            verdict,
            proof: Proof::Origin,
            confirmed: None,
            command: said::status_command(callback.partner_params()),
            failure: None,
        }
    }

    fn output(self) -> Output {
        // Any text can be sent as a code; those of the tables have four letters.
        let code = self.verdict.code.as_ref().filter(|code| code.as_str().len() <= 64);
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
