//! The example service of onboarding beside the mock server. Expected decisions are those of the sandbox's test data.

use std::{sync::Arc, time::Duration};

use serde_json::Value;
use smileid::{CallbackUrl, Client};
use smileid_mock_server::MockServer;
use tokio::{
    net::TcpListener,
    time::{sleep, timeout},
};

use crate::raw_http::{Response, send};

#[expect(dead_code, reason = "an example has a main function")]
#[path = "../../examples/onboarding/main.rs"]
mod example;

const SELFIE: &[u8] = include_bytes!("../../../../docs/images/selfie.jpg");

struct World {
    mock: MockServer,
    address: String,
}

impl World {
    async fn new() -> Self {
        let mock = MockServer::start().await.unwrap();
        let client = Client::new(mock.client_config().unwrap()).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let callback = CallbackUrl::parse(format!("http://{address}/callback")).unwrap();
        let app = Arc::new(example::Onboarding::new(client, callback));
        tokio::spawn(async { axum::serve(listener, example::routes(app)).await });
        Self { mock, address }
    }

    async fn get(&self, path: &str) -> Response {
        send(&self.address, &format!("GET {path}"), b"").await
    }

    /// Opens the form, and returns the application that its hidden field names.
    async fn open(&self) -> String {
        let page = self.get("/").await.body;
        let value = page.split_once("name=\"application\" value=\"").unwrap().1;
        value.split_once('"').unwrap().0.to_owned()
    }

    /// Sends the form as a browser does.
    async fn send(&self, application: &str, number: &str, selfie: &[u8]) -> Response {
        let text = |name, value| {
            format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").into_bytes()
        };
        let file = "--b\r\nContent-Disposition: form-data; name=\"selfie\"; filename=\"me.jpg\"\r\n\
            Content-Type: image/jpeg\r\n\r\n";
        let fields = [text("application", application), text("id_number", number), file.into()];
        let body = [&fields.concat(), selfie, b"\r\n--b--\r\n"].concat();
        let head = "POST /applications\r\nContent-Type: multipart/form-data; boundary=b";
        send(&self.address, head, &body).await
    }

    /// Follows the page of an application to its final state.
    async fn follow(&self, page: &str) -> Value {
        let followed = async {
            loop {
                let progress = self.get(&format!("{page}/decision")).await.body;
                let progress: Value = serde_json::from_str(&progress).unwrap();
                if progress["is_final"] == true {
                    return progress;
                }
                assert_eq!(progress["state"], "pending");
                sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(Duration::from_secs(20), followed).await.expect("a decision in time")
    }
}

#[tokio::test]
async fn a_form_that_is_sent_twice_is_one_job_and_ends_with_its_decision() {
    let world = World::new().await;
    let application = world.open().await;
    let (first, second) = tokio::join!(
        world.send(&application, "00000000000", SELFIE),
        world.send(&application, "00000000000", SELFIE),
    );
    let page = format!("/applications/{application}");
    for response in [first, second] {
        assert_eq!(response.status, 303);
        assert!(response.head.contains(&format!("\r\nlocation: {page}\r\n")), "{}", response.head);
    }
    let progress = world.follow(&page).await;
    assert_eq!((&progress["state"], &progress["title"]), (&"approved".into(), &"Welcome!".into()));
    assert_eq!(world.mock.billing().len(), 1);

    let shown = world.get(&page).await;
    for header in ["cache-control: no-store", "content-security-policy: default-src 'none';"] {
        assert!(shown.head.contains(header), "{}", shown.head);
    }
    assert!(
        shown.body.contains("data-state=\"approved\"") && !shown.body.contains("<script"),
        "{}",
        shown.body
    );
}

#[tokio::test]
async fn a_refused_form_says_what_to_correct() {
    let world = World::new().await;
    let application = world.open().await;
    for (number, selfie, status, text) in [
        ("00000000000", &b"%PDF-1.7"[..], 422, "is PDF: convert it to JPEG or PNG"),
        ("", SELFIE, 422, "A NIN has 11 digits."),
        ("<script>alert(1)</script>", SELFIE, 422, "A NIN has 11 digits."),
    ] {
        let refused = world.send(&application, number, selfie).await;
        assert_eq!(refused.status, status, "{number}");
        assert!(refused.body.contains(text) && !refused.body.contains("<script"), "{}", refused.body);
    }
    assert_eq!(world.send("no-uuid", "00000000000", SELFIE).await.status, 400);
    let unknown = format!("/applications/{application}");
    assert_eq!(world.get(&unknown).await.status, 404, "nothing was submitted");
    assert!(world.mock.billing().is_empty());
}
