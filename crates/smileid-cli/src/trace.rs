//! Lines about requests on standard error, for `--verbose`.
//!
//! A line has the host and the template of a path, and no value of the request. Headers are masked as in the mock
//! server's journal.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::{HeaderMap, Response, Uri};
use smileid::{
    ImageJob,
    client::{Now, Outgoing, Piece, Transport, TransportError},
    protocol::{
        job::{ReadError, ReadyJob},
        mask::{Part, Shown},
    },
};

use crate::terminal::{printable, tell};

/// Transport that prints a line for each request and each pause.
pub(crate) struct Traced<T> {
    pub(crate) transport: T,
    /// Number of `-v` flags: 0 prints nothing, 2 prints headers.
    pub(crate) level: u8,
}

impl<T: Transport> Transport for Traced<T> {
    async fn send(&self, outgoing: Outgoing) -> Result<Response<Bytes>, TransportError> {
        if self.level == 0 {
            return self.transport.send(outgoing).await;
        }
        let request = &outgoing.request;
        let address = address(request.uri(), outgoing.endpoint.template);
        let resent = match outgoing.resend_count {
            0 => String::new(),
            count => format!(", attempt {}", count + 1),
        };
        let line = format!("{} {address}{resent}", request.method());
        if self.level > 1 {
            tell(format_args!("> {line}"));
            tell_headers('>', request.headers(), Part::Request);
        }
        let begun = Instant::now();
        let result = self.transport.send(outgoing).await;
        let time = shown(begun.elapsed());
        match &result {
            Ok(response) => {
                tell(format_args!("{line}: {} in {time}", response.status().as_u16()));
                if self.level > 1 {
                    tell_headers('<', response.headers(), Part::Reply);
                }
            }
            Err(error) => {
                tell(format_args!("{line}: no response in {time}: {}", printable(&error.to_string())));
            }
        }
        result
    }

    async fn sleep(&self, duration: Duration) {
        if self.level > 0 {
            tell(format_args!("waiting {}", shown(duration)));
        }
        self.transport.sleep(duration).await;
    }

    fn read(&self, job: Arc<ImageJob>) -> impl Future<Output = Result<ReadyJob<Piece>, ReadError>> + Send {
        self.transport.read(job)
    }

    fn now(&self) -> Now {
        self.transport.now()
    }

    fn seed(&self) -> u64 {
        self.transport.seed()
    }
}

/// Origin of a URL, with the template of the path. The path of an upload URL is a secret.
fn address(uri: &Uri, template: &str) -> String {
    let (scheme, host) = (uri.scheme_str().unwrap_or("https"), uri.host().unwrap_or_default());
    let port = uri.port_u16().map(|port| format!(":{port}")).unwrap_or_default();
    let slash = if template.starts_with('/') { "" } else { "/" };
    printable(&format!("{scheme}://{host}{port}{slash}{template}"))
}

fn tell_headers(side: char, headers: &HeaderMap, part: Part) {
    for (name, value) in headers {
        let value = match value.to_str() {
            Ok(text) => Shown::by_name(name.as_str(), part).text(text),
            Err(_) => format!("<{} bytes>", value.len()),
        };
        tell(format_args!("{side} {name}: {}", printable(&value)));
    }
}

/// A duration in milliseconds, or from a second in tenths of a second.
fn shown(duration: Duration) -> String {
    let millis = duration.as_millis();
    if millis < 1000 {
        format!("{millis} ms")
    } else {
        format!("{}.{} s", millis / 1000, millis % 1000 / 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_no_secret_and_no_value() {
        let uri =
            "https://user:pass@bucket.s3.amazonaws.com/path/key?X-Amz-Signature=secret".parse().unwrap();
        assert_eq!(address(&uri, "{upload_url}"), "https://bucket.s3.amazonaws.com/{upload_url}");
        let uri = "http://127.0.0.1:8085/v1/smile_links/17".parse().unwrap();
        assert_eq!(
            address(&uri, "/v1/smile_links/{ref_id}"),
            "http://127.0.0.1:8085/v1/smile_links/{ref_id}"
        );
    }

    #[test]
    fn durations() {
        let texts = [0, 999, 1000, 1999, 61_240].map(|millis| shown(Duration::from_millis(millis)));
        assert_eq!(texts, ["0 ms", "999 ms", "1.0 s", "1.9 s", "61.2 s"]);
    }
}
