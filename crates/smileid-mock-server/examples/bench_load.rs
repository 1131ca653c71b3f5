//! Load generator of `cargo xtask bench`: sends a number of requests over persistent connections, one after the other on each.
//! Requests are encoded before the measurement starts, except those of jobs.

use std::{error::Error, time::Duration};

use bytes::Bytes;
use clap::{Parser, ValueEnum};
use http::{HeaderValue, Request, StatusCode, header::HOST};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use serde_json::json;
use smileid_mock_server::{DEFAULT_API_KEY, DEFAULT_PARTNER_ID};
use smileid_protocol::{
    auth::{AuthScheme, Credentials},
    endpoint::{Endpoint, SignedEndpoint},
    job::{Image, ImageJob, JobRef},
    origin::Origin,
    timestamp::Timestamp,
    v1::{
        job_status,
        put_archive::{self, UploadUrl},
        services, upload,
    },
};
use tokio::{net::TcpStream, time::Instant};

type Failure = Box<dyn Error + Send + Sync>;

#[derive(Parser)]
struct Arguments {
    /// Kind of request to send
    load: Load,
    /// URL of the server
    #[arg(long)]
    url: String,
    /// Number of requests
    #[arg(long)]
    requests: usize,
    /// Time limit in seconds
    #[arg(long, default_value_t = 600)]
    at_most: u64,
    /// Number of concurrent connections
    #[arg(long, default_value_t = 16)]
    connections: usize,
}

#[derive(Clone, Copy, ValueEnum)]
enum Load {
    /// Requests for the list of services: unsigned, with a constant response
    Services,
    /// Requests for the status of the first job of `jobs`: the server checks one signature and makes one
    JobStatus,
    /// New jobs, with three requests each: upload request, archive, status request
    Jobs,
}

/// Number of requests for each job.
const PER_JOB: usize = 3;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let Arguments { load, url, requests, at_most, connections } = Arguments::parse();
    let partner = Partner::new(&url)?;
    let each = requests.div_ceil(connections);
    let mut clients = Vec::new();
    for number in 0..connections {
        clients.push(Client::connect(partner.clone(), number).await?);
    }
    let start = Instant::now();
    let end = start + Duration::from_secs(at_most);
    let tasks: Vec<_> = clients.into_iter().map(|client| tokio::spawn(client.ask(load, each, end))).collect();
    let mut latencies = Vec::new();
    for task in tasks {
        latencies.extend(task.await??);
    }
    println!("{}", summary(&mut latencies, start.elapsed()));
    Ok(())
}

fn summary(latencies: &mut [Duration], elapsed: Duration) -> serde_json::Value {
    latencies.sort_unstable();
    let micros = |share: usize| latencies[(latencies.len() - 1) * share / 1000].as_micros();
    let per_second =
        u128::try_from(latencies.len()).unwrap_or_default() * 1_000_000 / elapsed.as_micros().max(1);
    json!({
        "requests": latencies.len(),
        "seconds": elapsed.as_secs_f64(),
        "per_second": u64::try_from(per_second).unwrap_or(u64::MAX),
        "p50_us": u64::try_from(micros(500)).unwrap_or(u64::MAX),
        "p99_us": u64::try_from(micros(990)).unwrap_or(u64::MAX),
        "p999_us": u64::try_from(micros(999)).unwrap_or(u64::MAX),
    })
}

/// Partner id, API key and job ids of the sender.
#[derive(Clone)]
struct Partner {
    origin: Origin,
    address: String,
    credentials: Credentials,
    timestamp: Timestamp,
}

impl Partner {
    fn new(url: &str) -> Result<Self, Failure> {
        Ok(Self {
            origin: url.parse()?,
            address: url.trim_start_matches("http://").to_owned(),
            credentials: Credentials::new(DEFAULT_PARTNER_ID, DEFAULT_API_KEY)?,
            timestamp: Timestamp::from_utc_millis(1_700_000_000_000),
        })
    }

    fn request<E: SignedEndpoint>(&self, message: &E) -> Result<Request<Full<Bytes>>, Failure> {
        let proof = E::Auth::prove(&self.credentials, &self.timestamp);
        self.addressed(message.encode(&self.origin, &proof)?)
    }

    /// Shortens the URL of a request to its path, as HTTP/1.1 sends it, and adds the host header.
    fn addressed(&self, request: Request<Bytes>) -> Result<Request<Full<Bytes>>, Failure> {
        let (mut head, body) = request.into_parts();
        let path = head.uri.path_and_query().ok_or("an address without a path")?;
        head.uri = path.as_str().parse()?;
        head.headers.insert(HOST, HeaderValue::from_str(&self.address)?);
        Ok(Request::from_parts(head, Full::new(body)))
    }
}

/// Client with one persistent connection.
struct Client {
    partner: Partner,
    number: usize,
    sender: SendRequest<Full<Bytes>>,
    latencies: Vec<Duration>,
}

impl Client {
    async fn connect(partner: Partner, number: usize) -> Result<Self, Failure> {
        let stream = TcpStream::connect(&partner.address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(Self { partner, number, sender, latencies: Vec::new() })
    }

    /// Sends `requests` requests, or as many as possible until `end`, and returns the duration of each.
    async fn ask(mut self, load: Load, requests: usize, end: Instant) -> Result<Vec<Duration>, Failure> {
        match load {
            Load::Services => self.repeat(&services::Request::default(), requests, end).await?,
            Load::JobStatus => {
                let question = job_status::Request::new(user(0, 0), job(0, 0));
                self.repeat(&question, requests, end).await?;
            }
            Load::Jobs => {
                for index in 0..requests.div_ceil(PER_JOB) {
                    if Instant::now() >= end {
                        break;
                    }
                    self.submit(index).await?;
                }
            }
        }
        Ok(self.latencies)
    }

    async fn repeat<E: SignedEndpoint>(
        &mut self,
        message: &E,
        times: usize,
        end: Instant,
    ) -> Result<(), Failure> {
        let request = self.partner.request(message)?;
        for _ in 0..times {
            if Instant::now() >= end {
                break;
            }
            self.send(request.clone()).await?;
        }
        Ok(())
    }

    async fn submit(&mut self, index: usize) -> Result<(), Failure> {
        let (user, job) = (user(self.number, index), job(self.number, index));
        let ready = ImageJob::smart_selfie_registration(JobRef::new(&*user, &*job)?, Image::bytes(IMAGE))
            .read(|_| Err(std::io::ErrorKind::Unsupported.into()))?; // the image is no file
        let upload = ready.upload_request(None);
        let reply = self.send(self.partner.request(&upload)?).await?;
        let reply: upload::Response = serde_json::from_slice(&reply)?;

        let seal =
            <upload::Request as Endpoint>::Auth::prove(&self.partner.credentials, &self.partner.timestamp);
        let layout = ready.archive(&upload, &seal, &reply)?;
        let archive: Bytes =
            layout.segments.iter().flat_map(|segment| segment.clone().into_bytes()).collect();
        let head = put_archive::request(&UploadUrl::parse(&reply.upload_url)?, archive.len() as u64)?;
        self.send(self.partner.addressed(Request::from_parts(head, archive))?).await?;

        self.send(self.partner.request(&job_status::Request::new(&user, &job))?).await?;
        Ok(())
    }

    async fn send(&mut self, request: Request<Full<Bytes>>) -> Result<Bytes, Failure> {
        let start = Instant::now();
        let response = self.sender.send_request(request).await?;
        let status = response.status();
        let body = response.into_body().collect().await?.to_bytes();
        self.latencies.push(start.elapsed());
        if status == StatusCode::OK { Ok(body) } else { Err(format!("{status}: {body:?}").into()) }
    }
}

/// A JPEG that is large enough to reach the mock server's limits for images soon.
const IMAGE: &[u8] = &{
    let mut image = [0; 8 << 10];
    (image[0], image[1], image[2], image[3]) = (0xff, 0xd8, 0xff, 0xe0);
    image
};

fn user(connection: usize, index: usize) -> String {
    format!("bench-user-{connection}-{index}")
}

fn job(connection: usize, index: usize) -> String {
    format!("bench-job-{connection}-{index}")
}
