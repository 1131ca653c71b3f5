//! `smileid services`: lists countries and ID types.

use smileid::{protocol::v1::services, v3::supported_id_types};

use crate::{
    args::{Api, Args, Services},
    failure::Failure,
    output::Output,
    setup::Session,
    v3,
};

pub(crate) async fn run(services: &Services, args: &Args) -> Result<Output, Failure> {
    if v3::is_selected(args) {
        return of_v3(services, args).await;
    }
    v3::refuse_flags(Api::V1, &[("--country", services.country.is_some())])?;
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

/// Lists the ID types of V3.
async fn of_v3(services: &Services, args: &Args) -> Result<Output, Failure> {
    v3::refuse_flags(Api::V3, &[("--locale", services.locale.is_some())])?;
    let mut request = supported_id_types::Request::default();
    if let Some(country) = &services.country {
        if country.len() != 2 || !country.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Err(Failure::invalid("country", "--country must be two capital letters, such as NG")
                .with("flag", "--country"));
        }
        request = supported_id_types::Request::of_country(country);
    }
    let session = Session::unsigned(args).await?;
    let reply = session.client.v3().supported_id_types(request).await;
    let reply = reply.map_err(|error| v3::failed(&error, None, &[]))?;
    let id_types = reply.value.id_types.iter().flatten().map(|it| {
        let [country, id_type, label] =
            [&it.country, &it.id_type, &it.label].map(|text| text.as_deref().unwrap_or_default());
        let fields = it.required_fields.iter().flatten().cloned().collect::<Vec<_>>().join(", ");
        ("", format!("{country} {id_type} ({label}): {fields}"))
    });
    Ok(Output::as_received(reply.raw.body(), id_types.collect()))
}
