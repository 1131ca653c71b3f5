//! A server that is not the mock server: it sends recorded responses for a few paths, and closes some connections.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    thread,
};

/// A signature of the recordings: wire reference, section 2.5.
pub(super) const SIGNATURE: &str = "ANyq/KI902w+R4faE+AToTtKkbGnJVcfRJftgGdw8XE=";

/// Responses by the beginning of the request line. A body that is interrupted is shorter than its `Content-Length`.
const ANSWERS: &[(&str, Answer)] = &[
    ("POST /v1/token ", Answer::Whole("200 OK", r#"{"success":true,"token":"a-token-that-nobody-may-see"}"#)),
    (
        "POST /v1/upload ",
        Answer::Whole(
            "200 OK",
            r#"{"upload_url":"https://smile-uploads-test.s3.us-west-2.amazonaws.com/videos/212/212-0000000583-s8fqo7ju2ji2u32hhu4us11bq3yhww/selfie.zip?Expires=1795376354&Signature=s%2Bs%3D","ref_id":"212-0000000583-s8fqo7ju2ji2u32hhu4us11bq3yhww","smile_job_id":"0000000583","camera_config":"null","code":"2202"}"#,
        ),
    ),
    (
        "POST /v1/business_verification ",
        Answer::Whole(
            "200 OK",
            r#"{"signature":"ANyq/KI902w+R4faE+AToTtKkbGnJVcfRJftgGdw8XE=","timestamp":"2023-03-09T21:35:00.279Z","SmileJobID":"0000000583","ResultCode":"1012","Actions":{"Verify_Business":"Verified","Return_Business_Info":"Returned"},"ResultType":"Business Verification","IsFinalResult":"true","ResultText":"Unable to Validate","success":true}"#,
        ),
    ),
    ("GET /v1/services ", Answer::CutOff(r#"{"id_types":{"NG":{"BVN":["#)),
    ("POST /v1/id_verification ", Answer::Nothing),
    ("GET /_mock/health ", Answer::Whole("404 Not Found", r#"{"message":"Not Found"}"#)),
];

/// The API's responses about an unknown job, and about a job without an archive.
const UNKNOWN: &str = r#"{"error":"Job not found","code":"2304"}"#;
const NOTHING_YET: &str = r#"{"job_complete":false,"job_success":false,"code":"2314","result":"No zip file received","signature":"ANyq/KI902w+R4faE+AToTtKkbGnJVcfRJftgGdw8XE=","timestamp":"2023-03-09T21:35:00.279Z"}"#;

#[derive(Clone, Copy)]
enum Answer {
    Whole(&'static str, &'static str),
    CutOff(&'static str),
    Nothing,
    /// A body without an end, larger than the size limit.
    Endless,
}

pub(super) struct Replay {
    pub(super) url: String,
}

impl Replay {
    pub(super) fn start() -> Self {
        Self::with(answer)
    }

    pub(super) fn that_only_breaks() -> Self {
        Self::with(|_, _| Answer::Nothing)
    }

    /// Returns a server whose responses, except the first, have no end.
    pub(super) fn without_end() -> Self {
        Self::with(|line, _| {
            if line.starts_with("GET /_mock") {
                Answer::Whole("404 Not Found", "{}")
            } else {
                Answer::Endless
            }
        })
    }

    fn with(answer: fn(&str, &str) -> Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        thread::spawn(move || {
            for stream in listener.incoming() {
                let _ = serve(&stream.unwrap(), answer);
            }
        });
        Self { url }
    }
}

fn answer(line: &str, body: &str) -> Answer {
    if line.starts_with("POST /v1/job_status ") {
        let is_known = body.contains("no-archive-yet");
        return if is_known {
            Answer::Whole("200 OK", NOTHING_YET)
        } else {
            Answer::Whole("400 Bad Request", UNKNOWN)
        };
    }
    let found = ANSWERS.iter().find(|(beginning, _)| line.starts_with(beginning));
    let no_route = Answer::Whole("403 Forbidden", r#"{"message":"Missing Authentication Token"}"#);
    found.map_or(no_route, |(_, answer)| *answer)
}

fn serve(stream: &TcpStream, answer: fn(&str, &str) -> Answer) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut length = 0;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header)?;
        let Some((name, value)) = header.trim_end().split_once(": ") else { break };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let (status, body, length) = match answer(&line, &String::from_utf8_lossy(&body)) {
        Answer::Whole(status, body) => (status, body, body.len()),
        Answer::CutOff(body) => ("200 OK", body, body.len() + 100),
        Answer::Nothing => return Ok(()),
        Answer::Endless => {
            let mut stream = stream;
            stream.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n[")?;
            loop {
                stream.write_all(&[b' '; 1 << 12])?; // until the client closes the connection
            }
        }
    };
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
    );
    (&mut &*stream).write_all((head + body).as_bytes())
}
