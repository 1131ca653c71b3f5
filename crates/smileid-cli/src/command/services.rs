//! `smileid services`: lists countries and ID types.

use smileid::protocol::v1::services;

use crate::{
    args::{Args, Services},
    failure::Failure,
    output::Output,
    setup::Session,
};

pub(crate) async fn run(services: &Services, args: &Args) -> Result<Output, Failure> {
    let session = Session::unsigned(args).await?;
    let mut request = services::Request::default();
    request.locale.clone_from(&services.locale);
    let reply = session
        .client
        .send(request)
        .await
        .map_err(|error| Failure::from(&error).with_server_text(&error, &[]))?;
    let mut lines = Vec::new();
    for (country, id_types) in &reply.value.id_types {
        for (id_type, fields) in id_types {
            lines.push(("", format!("{country} {id_type}: {}", fields.join(", "))));
        }
    }
    Ok(Output::as_received(reply.raw.body(), lines))
}
