//! `smileid listen`

use std::{
    io::{self, ErrorKind, Write as _},
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State, rejection::BytesRejection},
    http::StatusCode,
    routing::post,
};
use serde_json::{Value, json};
use smileid::{
    client::callback::{Change, Ignored, InMemory, Receipt, ReceiveError, Receiver, Verifier},
    protocol::auth::trust::Window,
    types::Doubt,
};
use smileid_mock_server::exec;
use tokio::{
    net::TcpListener,
    sync::{Notify, oneshot},
    time::timeout,
};

use crate::{
    args::{Args, Listen},
    failure::{Failure, Kind},
    output::{Format, Output, Style},
    said::{self, Proof},
    setup::{credentials, environment, is_mock, now_utc_millis},
};

/// How long callbacks that are on their way may take when the command is to end.
const GRACE: Duration = Duration::from_secs(2);
/// How many jobs are remembered, to know their callbacks again.
const REMEMBERED: usize = 10_000;

pub(crate) async fn run(listen: &Listen, args: &Args, format: Format) -> ExitCode {
    match serve(listen, args, format).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(format),
    }
}

async fn serve(listen: &Listen, args: &Args, format: Format) -> Result<(), Failure> {
    // Nothing is asked of it, but each has keys of its own: whoever names it has thought of which.
    if !is_mock(args) {
        environment(args)?;
    }
    let mut verifier = Verifier::new([credentials(args)?]);
    verifier.window = Window::of(listen.max_age);
    if !listen.path.starts_with('/') || listen.path.contains(['{', '}', '*', '?', '#']) {
        return Err(Failure::invalid("path", format!("`{}` is not a path, such as /callback", listen.path)));
    }

    let failed = |error: io::Error| {
        Failure::new(Kind::Other, format!("{} cannot be listened to: {error}", listen.address))
    };
    let stop = exec::stop().map_err(failed)?;
    let listener = TcpListener::bind(listen.address).await.map_err(failed)?;
    let url = format!("http://{}{}", listener.local_addr().map_err(failed)?, listen.path);

    let limit = DefaultBodyLimit::max(verifier.limit);
    let desk = Arc::new(Desk {
        receiver: Receiver::new(verifier, InMemory::holding(REMEMBERED)),
        format,
        style: Style::of(args),
        is_full: listen.full,
        nobody_reads: Notify::new(),
    });
    desk.print(&Output::new(&json!({"listening": url}), vec![("listening", url)]));
    let router = Router::new().route(&listen.path, post(received)).layer(limit).with_state(desk.clone());

    let (end, ended) = oneshot::channel::<()>();
    let server = axum::serve(listener, router).with_graceful_shutdown(async { drop(ended.await) });
    let mut server = tokio::spawn(server.into_future());
    tokio::select! {
        () = stop => {}
        () = desk.nobody_reads.notified() => {}
    }
    drop(end);
    // Whoever is still sending then sends again elsewhere.
    let _ = timeout(GRACE, &mut server).await;
    Ok(())
}

/// Where callbacks arrive.
struct Desk {
    receiver: Receiver<InMemory>,
    format: Format,
    style: Style,
    is_full: bool,
    /// Told when what is printed goes nowhere.
    nobody_reads: Notify,
}

async fn received(State(desk): State<Arc<Desk>>, body: Result<Bytes, BytesRejection>) -> StatusCode {
    let body = match body {
        Ok(body) => body,
        Err(rejection) => {
            let is_large = rejection.status() == StatusCode::PAYLOAD_TOO_LARGE;
            let what = if is_large { "is larger than allowed" } else { "did not come whole" };
            desk.refuse(&Failure::invalid("callback", format!("the body {what}")));
            return rejection.status();
        }
    };
    match desk.receiver.receive(&body, now_utc_millis()).await {
        Ok(receipt) => {
            desk.accept(&receipt, &body);
            StatusCode::OK
        }
        Err(error) => {
            desk.refuse(&match &error {
                ReceiveError::Refused(refused) => Failure::from(refused),
                other => Failure::new(Kind::Other, other.to_string()),
            });
            error.status()
        }
    }
}

impl Desk {
    fn accept(&self, receipt: &Receipt, body: &[u8]) {
        let (change, verdict) = match &receipt.change {
            Change::Applied(of_job) => ("applied", of_job.clone()),
            Change::Ignored(why) => (word(*why), receipt.callback.verdict()),
            // Anybody may have made it who has seen the signature.
            _ => ("must_confirm", receipt.callback.verdict().doubting(true, Doubt::Contradicted)),
        };
        let (mut members, mut lines) = said::ids_of_callback(&receipt.callback);
        let timestamp = receipt.callback.timestamp();
        members.insert("verified".to_owned(), json!(true));
        members.insert("change".to_owned(), json!(change));
        members.insert("timestamp".to_owned(), json!(timestamp));
        lines.insert(0, ("verified", format!("yes, signed at {}; {change}", timestamp.as_str())));
        if self.is_full {
            let whole: Value = serde_json::from_slice(body).unwrap_or_default();
            lines.push(("callback", whole.to_string()));
            members.insert("callback".to_owned(), whole);
        }
        let output = Output::new(&members, lines).with("code", &verdict.code);
        self.print(&output.judged(&verdict, Proof::Origin));
    }

    fn refuse(&self, failure: &Failure) {
        let members = json!({"verified": false, "error": failure.json()});
        self.print(&Output::new(&members, vec![("verified", format!("no: {}", failure.message()))]));
    }

    /// A line, which nobody waits for to be read.
    fn print(&self, output: &Output) {
        let end = if self.format == Format::Text { "\n\n" } else { "\n" };
        let line = output.text(self.format, self.style) + end;
        let mut stdout = io::stdout().lock();
        let result = stdout.write_all(line.as_bytes()).and_then(|()| stdout.flush());
        if result.is_err_and(|error| error.kind() == ErrorKind::BrokenPipe) {
            self.nobody_reads.notify_one();
        }
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
