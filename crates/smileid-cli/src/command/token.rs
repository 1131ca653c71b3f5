//! `smileid token`: creates a web token.

use serde_json::{Map, Value};
use smileid::{
    CallbackUrl, JobRef,
    protocol::{codec::read_json, v1::token},
    types::Product,
};

use crate::{
    args::{Args, Token},
    failure::{Failure, Kind},
    output::Output,
    setup::{Session, random_id},
};

pub(crate) async fn run(token: &Token, args: &Args) -> Result<Output, Failure> {
    let user_id = token.user_id.clone().map_or_else(|| random_id("user"), Ok)?;
    let job_id = token.job_id.clone().map_or_else(|| random_id("job"), Ok)?;
    for (field, text) in [("product", &token.product), ("user_id", &user_id), ("job_id", &job_id)] {
        if text.trim().is_empty() {
            return Err(Failure::invalid(field, format!("--{} is empty", field.replace('_', "-"))));
        }
    }
    let callback = token.callback.as_deref().filter(|address| !address.is_empty());
    let callback = callback.map(CallbackUrl::parse).transpose();
    let callback = callback.map_err(|error| Failure::from(error).with("flag", "--callback"))?;
    let job = JobRef::new(user_id.as_str(), job_id.as_str())?;
    let product = Product::from(token.product.as_str());

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
