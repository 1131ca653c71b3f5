//! The transports under test.

use std::{io::Write as _, net::SocketAddr, time::Duration};

use smileid::{
    CallbackUrl, Config, Credentials, Delivery, Environment, Error, IdNumber, Image, ImageJob, JobRef,
    LookupJob, LookupOutcome, Reply, Retry, Submission, SubmitError, Submitted, TransportOptions,
    protocol::endpoint::Endpoint,
};
use tempfile::NamedTempFile;

/// A client over one of the transports.
pub(crate) enum Subject {
    #[cfg(feature = "reqwest")]
    Reqwest(smileid::Client, tokio::runtime::Runtime),
    #[cfg(feature = "ureq")]
    Ureq(smileid::ureq::Client),
}

impl Subject {
    /// One over each transport, which send everything once.
    pub(crate) fn all(config: &Config, options: &TransportOptions) -> Vec<Self> {
        let mut config = config.clone();
        config.retry = Retry::never();
        vec![
            #[cfg(feature = "reqwest")]
            Self::Reqwest(
                smileid::Client::new(
                    config.clone(),
                    smileid::ReqwestTransport::with_options(options).unwrap(),
                ),
                tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap(),
            ),
            #[cfg(feature = "ureq")]
            Self::Ureq(smileid::ureq::Client::new(
                config,
                smileid::ureq::UreqTransport::with_options(options).unwrap(),
            )),
        ]
    }

    /// The same, patient, against a server of ours.
    pub(crate) fn at(address: SocketAddr) -> Vec<Self> {
        Self::all(&config(address), &TransportOptions::default())
    }

    /// The same, which do not wait this long for a byte.
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

    pub(crate) fn submit(&self, submission: &mut Submission) -> Result<Submitted, SubmitError> {
        match self {
            #[cfg(feature = "reqwest")]
            Self::Reqwest(client, runtime) => runtime.block_on(client.submit(submission)),
            #[cfg(feature = "ureq")]
            Self::Ureq(client) => client.submit(submission),
        }
    }

    pub(crate) fn look_up(&self) -> Result<LookupOutcome, Error> {
        let job = lookup();
        match self {
            #[cfg(feature = "reqwest")]
            Self::Reqwest(client, runtime) => runtime.block_on(client.look_up(job)),
            #[cfg(feature = "ureq")]
            Self::Ureq(client) => client.look_up(job),
        }
    }

    pub(crate) fn send<E: Endpoint + Send>(&self, request: E) -> Result<Reply<E::Response>, Error> {
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

/// A job with this image, which is not waited for.
pub(crate) fn submission(selfie: Image) -> Submission {
    submission_of([selfie])
}

/// The same with frames of the liveness check after the selfie.
pub(crate) fn submission_of(images: impl IntoIterator<Item = Image>) -> Submission {
    let mut images = images.into_iter();
    let job = ImageJob::smart_selfie_registration(ids(), images.next().unwrap());
    let job = images.fold(job, ImageJob::with_liveness);
    Submission::new(job, Delivery::callback(CallbackUrl::parse("https://partner.example/").unwrap()))
}

/// A file of so many mebibytes that begins like an image.
pub(crate) fn image_file(mebibytes: usize) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(PNG).unwrap();
    file.as_file().set_len((mebibytes as u64) << 20).unwrap();
    file
}

/// Everything that an error and its sources show.
pub(crate) fn shown(error: &dyn std::error::Error) -> String {
    let errors = std::iter::successors(Some(error), |error| error.source());
    errors.map(|error| format!("{error} {error:?} ")).collect::<Vec<_>>().concat()
}
