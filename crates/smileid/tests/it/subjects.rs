//! The two transports (asynchronous and blocking) under test.

use std::{io::Write as _, net::SocketAddr, time::Duration};

use smileid::{
    Accepted, CallbackUrl, Config, Credentials, Environment, IdNumber, Image, ImageJob, JobRef, LookupJob,
    Outcome, Reply, Result, Retry, Submission, TransportOptions,
    protocol::endpoint::SignedEndpoint,
    v3::{self, registration},
};
use tempfile::NamedTempFile;

/// A client with one of the two transports.
pub(crate) enum Subject {
    #[cfg(feature = "reqwest")]
    Reqwest(smileid::client::Client, tokio::runtime::Runtime),
    #[cfg(feature = "ureq")]
    Ureq(smileid::client::blocking::Client),
}

impl Subject {
    /// Returns a client for each transport that sends every request once.
    pub(crate) fn all(config: &Config, options: &TransportOptions) -> Vec<Self> {
        let mut config = config.clone();
        config.retry = Retry::never();
        vec![
            #[cfg(feature = "reqwest")]
            Self::Reqwest(
                smileid::client::Client::new(
                    config.clone(),
                    smileid::ReqwestTransport::with_options(options).unwrap(),
                ),
                tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap(),
            ),
            #[cfg(feature = "ureq")]
            Self::Ureq(smileid::client::blocking::Client::new(
                config,
                smileid::blocking::UreqTransport::with_options(options).unwrap(),
            )),
        ]
    }

    /// Returns a client for each transport, with default options.
    pub(crate) fn all_of(config: &Config) -> Vec<Self> {
        Self::all(config, &TransportOptions::default())
    }

    /// Returns a client for each transport with long time limits, for a test server.
    pub(crate) fn at(address: SocketAddr) -> Vec<Self> {
        Self::all_of(&config(address))
    }

    /// Returns a client for each transport that gives up after a short time without data.
    pub(crate) fn impatient_at(address: SocketAddr, stall: Duration) -> Vec<Self> {
        let mut options = TransportOptions::default();
        options.connect_timeout = stall;
        options.stall_timeout = stall;
        Self::all(&config(address), &options)
    }

    pub(crate) fn name(&self) -> &'static str {
        match self {
            #[cfg(feature = "reqwest")]
            Self::Reqwest(..) => "reqwest",
            #[cfg(feature = "ureq")]
            Self::Ureq(_) => "ureq",
        }
    }

    pub(crate) fn submit(&self, submission: Submission) -> Result<Accepted> {
        self.submit_reporting(submission, |_, _| ())
    }

    pub(crate) fn submit_reporting(
        &self,
        submission: Submission,
        report: impl Fn(u64, u64) + Send + Sync + 'static,
    ) -> Result<Accepted> {
        match self {
            #[cfg(feature = "reqwest")]
            Self::Reqwest(client, runtime) => {
                runtime.block_on(client.submit(submission).on_progress(report).send())
            }
            #[cfg(feature = "ureq")]
            Self::Ureq(client) => client.submit(submission).on_progress(report).send(),
        }
    }

    pub(crate) fn submit_v3(
        &self,
        job: registration::Request,
        report: impl Fn(u64, u64) + Send + Sync + 'static,
    ) -> Result<v3::Accepted> {
        match self {
            #[cfg(feature = "reqwest")]
            Self::Reqwest(client, runtime) => runtime.block_on(client.submit(job).on_progress(report).send()),
            #[cfg(feature = "ureq")]
            Self::Ureq(client) => client.submit(job).on_progress(report).send(),
        }
    }

    pub(crate) fn look_up(&self) -> Result<Outcome> {
        let job = lookup();
        match self {
            #[cfg(feature = "reqwest")]
            Self::Reqwest(client, runtime) => runtime.block_on(client.submit(job).send()),
            #[cfg(feature = "ureq")]
            Self::Ureq(client) => client.submit(job).send(),
        }
    }

    pub(crate) fn send<E: SignedEndpoint<Response: Send> + Send + 'static>(
        &self,
        request: E,
    ) -> Result<Reply<E::Response>> {
        match self {
            #[cfg(feature = "reqwest")]
            Self::Reqwest(client, runtime) => runtime.block_on(client.send(request)),
            #[cfg(feature = "ureq")]
            Self::Ureq(client) => client.send(request),
        }
    }
}

pub(crate) fn config(address: SocketAddr) -> Config {
    let environment: Environment = format!("http://{address}").parse().unwrap();
    let mut config = Config::new(Credentials::new("085", "some-key").unwrap(), &environment);
    config.timeouts.request = Duration::from_secs(20);
    config.timeouts.upload = Duration::from_secs(20);
    config
}

pub(crate) fn lookup() -> LookupJob {
    LookupJob::enhanced_kyc(ids(), IdNumber::new("NG", "BVN", "00000000000").unwrap())
}

fn ids() -> JobRef {
    JobRef::new("user-1", "job-1").unwrap()
}

pub(crate) const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0";

/// Returns a job with this image and a callback URL.
pub(crate) fn submission(selfie: Image) -> Submission {
    submission_of([selfie])
}

/// Returns a job with a selfie and images for the liveness check, and a callback URL.
pub(crate) fn submission_of(images: impl IntoIterator<Item = Image>) -> Submission {
    let mut images = images.into_iter();
    let job = ImageJob::smart_selfie_registration(ids(), images.next().unwrap());
    let job = images.fold(job, ImageJob::with_liveness);
    Submission::new(job).callback(CallbackUrl::parse("https://partner.example/").unwrap())
}

pub(crate) const JPEG: &[u8] = b"\xff\xd8\xff\xe0";

/// Creates a file of this size in MiB that begins like an image.
pub(crate) fn image_file(mebibytes: usize) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(JPEG).unwrap();
    file.as_file().set_len((mebibytes as u64) << 20).unwrap();
    file
}

/// Returns all text that an error and its sources show.
pub(crate) fn shown(error: &dyn std::error::Error) -> String {
    let errors = std::iter::successors(Some(error), |error| error.source());
    errors.map(|error| format!("{error} {error:?} ")).collect::<Vec<_>>().concat()
}
