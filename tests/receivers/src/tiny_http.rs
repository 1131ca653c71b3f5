//! Callback receiver with tiny_http 0.12, without async.

use std::io::{self, Read as _};

use smileid::{callback::Receiver, store::InMemory};
use tiny_http::{Request, Response, Server};

/// Receives callbacks until the server is unblocked. The receiver must be `confirming()`. Any number of threads may
/// call this with the same server.
pub fn serve(server: &Server, receiver: &Receiver<InMemory>) -> io::Result<()> {
    for mut request in server.incoming_requests() {
        let status = callback(receiver, &mut request);
        request.respond(Response::empty(status))?;
    }
    Ok(())
}

fn callback(receiver: &Receiver<InMemory>, request: &mut Request) -> u16 {
    let mut body = Vec::new();
    let limit = 4 << 20; // results have photos
    if request.as_reader().take(limit).read_to_end(&mut body).is_err() {
        return 400;
    }
    let headers = request.headers().iter().map(|header| (header.field.as_str(), &header.value));
    match receiver.handle_blocking(headers, &body) {
        Ok(receipt) if receipt.is_confirmed() => println!("{}", receipt.verdict().decision), // act on it
        Ok(_) => {} // not confirmed yet: `reconcile` asks the API later
        Err(error) => return error.callback_status().as_u16(),
    }
    200
}
