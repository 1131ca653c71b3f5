//! Forwards verified callbacks to other receivers, with their bytes and headers unchanged.

use std::time::Duration;

use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, Uri,
    header::{CONNECTION, CONTENT_LENGTH, EXPECT, HOST, TE, TRAILER, TRANSFER_ENCODING, UPGRADE},
};
use reqwest::{Client, redirect::Policy};
use serde_json::{Value, json};
use smileid::protocol::origin::is_loopback;

use crate::failure::{Failure, Kind, chain};

/// Time limit for the response of a receiver.
const LIMIT: Duration = Duration::from_secs(10);
/// Headers that belong to one connection and are not forwarded.
const OF_CONNECTION: [HeaderName; 8] =
    [CONNECTION, CONTENT_LENGTH, EXPECT, HOST, TE, TRAILER, TRANSFER_ENCODING, UPGRADE];

/// Receivers to which verified callbacks are forwarded.
pub(super) struct Forwarder {
    receivers: Vec<(Uri, Client)>,
}

/// Response of a receiver, or the reason why there is none.
pub(super) struct Forwarded {
    url: String,
    outcome: Result<u16, String>,
}

impl Forwarder {
    pub(super) fn new(urls: &[Uri]) -> Result<Self, Failure> {
        if !urls.is_empty() {
            // Fails if one is installed already, which is as good.
            drop(rustls::crypto::ring::default_provider().install_default());
        }
        let client = |url: &Uri| {
            let builder = Client::builder().redirect(Policy::none()).timeout(LIMIT);
            let is_local = url.host().is_some_and(is_loopback);
            let builder = if is_local { builder.no_proxy() } else { builder };
            let client = builder.build().map_err(|error| Failure::new(Kind::Other, chain(&error)))?;
            Ok((url.clone(), client))
        };
        Ok(Self { receivers: urls.iter().map(client).collect::<Result<_, Failure>>()? })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.receivers.is_empty()
    }

    /// Sends a callback to all receivers at the same time. A failing receiver does not affect the others.
    pub(super) async fn send(&self, headers: &HeaderMap, body: &Bytes) -> Vec<Forwarded> {
        let mut headers = headers.clone();
        for name in &OF_CONNECTION {
            headers.remove(name);
        }
        let sending: Vec<_> = self
            .receivers
            .iter()
            .map(|(url, client)| {
                let request = client.post(url.to_string()).headers(headers.clone()).body(body.clone());
                (shown(url), tokio::spawn(request.send()))
            })
            .collect();
        let mut all = Vec::new();
        for (url, sent) in sending {
            let outcome = match sent.await {
                Ok(Ok(response)) => Ok(response.status().as_u16()),
                Ok(Err(error)) if error.is_timeout() => Err(format!("no response within {LIMIT:?}")),
                Ok(Err(error)) => Err(chain(&error.without_url())),
                Err(stopped) => Err(chain(&stopped)),
            };
            all.push(Forwarded { url, outcome });
        }
        all
    }
}

impl Forwarded {
    pub(super) fn json(&self) -> Value {
        match &self.outcome {
            Ok(status) => json!({"url": self.url, "status": status}),
            Err(why) => json!({"url": self.url, "error": why}),
        }
    }

    pub(super) fn line(&self) -> String {
        match &self.outcome {
            Ok(status) => format!("{} {status}", self.url),
            Err(why) => format!("{} failed: {why}", self.url),
        }
    }
}

/// Returns a URL without user name, password and query, which may be secret.
fn shown(url: &Uri) -> String {
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let (scheme, host) = (url.scheme_str().unwrap_or_default(), url.host().unwrap_or_default());
    format!("{scheme}://{host}{port}{}", url.path())
}
