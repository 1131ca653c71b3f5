//! Command `smileid token`: creates a web token or a V3 access token.

use serde_json::{Map, Value};
use smileid::{
    CallbackUrl, JobRef,
    protocol::{self, codec::read_json, timestamp::Timestamp, v1::token},
    types::{Product, v3::Product as V3Product},
    v3::UserId,
};

use crate::{
    args::{Api, Args, Token},
    failure::{Failure, Kind},
    output::Output,
    setup::{Session, random_id},
    v3,
};

pub(crate) async fn run(token: &Token, args: &Args) -> Result<Output, Failure> {
    if v3::is_selected(args) {
        return of_v3(token, args).await;
    }
    let product = token.product.as_deref();
    let product = product.ok_or_else(|| Failure::invalid("product", "--product is required"))?;
    let user_id = token.user_id.clone().map_or_else(|| random_id("user"), Ok)?;
    let job_id = token.job_id.clone().map_or_else(|| random_id("job"), Ok)?;
    for (field, text) in [("product", product), ("user_id", user_id.as_str()), ("job_id", job_id.as_str())] {
        if text.trim().is_empty() {
            return Err(Failure::invalid(field, format!("--{} is empty", field.replace('_', "-"))));
        }
    }
    let callback = token.callback.as_deref().filter(|address| !address.is_empty());
    let callback = callback.map(CallbackUrl::parse).transpose();
    let callback = callback.map_err(|error| Failure::from(error).with("flag", "--callback"))?;
    let job = JobRef::new(user_id.as_str(), job_id.as_str())?;
    let product = Product::from(product);

    let session = Session::start(args).await?;
    let request = token::Request::new(&job, &product, callback.as_ref());
    let reply = session.client.send(request).await.map_err(|error| {
        Failure::from(&error)
            .with_server_text(&error, &session.secrets(Vec::new()))
            .with_ids(&user_id, &job_id)
    })?;
    let mut members: Map<String, Value> = read_json(reply.raw.body())
        .map_err(|_| Failure::new(Kind::NoResponse, "the API's response is not valid JSON"))?;
    // Ids that were chosen at random must be printed, because the user does not know them.
    for (name, id) in [("user_id", user_id.as_str()), ("job_id", job_id.as_str())] {
        members.entry(name).or_insert_with(|| id.into());
    }
    let lines = vec![
        ("token", reply.value.token.expose().to_owned()),
        ("user_id", user_id.clone()),
        ("job_id", job_id.clone()),
    ];
    Ok(Output::new(&members, lines))
}

/// Creates a V3 access token, limited to a product and a person if they are given.
async fn of_v3(token: &Token, args: &Args) -> Result<Output, Failure> {
    let is_callback = v3::is_flag_given(token.callback.as_deref());
    v3::refuse_flags(Api::V3, &[("--job-id", token.job_id.is_some()), ("--callback", is_callback)])?;
    let mut request = match token.product.as_deref() {
        Some(product) => protocol::v3::token::Request::for_product(V3Product::from(product)),
        None => protocol::v3::token::Request::unbound(),
    };
    if let Some(user_id) = &token.user_id {
        let user_id = UserId::new(user_id.as_str()).map_err(|error| v3::invalid(&error))?;
        request = request.with_user_id(user_id);
    }
    let session = Session::start(args).await?;
    let secrets = session.secrets(Vec::new());
    let reply = session.client.send(request).await.map_err(|error| v3::failed(&error, None, &secrets))?;
    let end = reply
        .value
        .expires_at()
        .map(|seconds| Timestamp::from_utc_millis(seconds.saturating_mul(1000)).as_str().to_owned());
    let mut lines = vec![("token", reply.value.token.expose().to_owned())];
    lines.extend(end.clone().map(|end| ("expires_at", end)));
    Ok(Output::as_received(reply.raw.body(), lines).with("expires_at", &end))
}
