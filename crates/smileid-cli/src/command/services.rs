//! Command `smileid services`: lists countries and ID types.

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
    let country = country(services)?;
    let session = Session::unsigned(args).await?;
    let mut request = services::Request::default();
    request.locale.clone_from(&services.locale);
    let reply = session
        .client
        .send(request)
        .await
        .map_err(|error| Failure::from(&error).with_server_text(&error, &[]))?;
    let body = reply.raw.body();
    let is_whole = country.is_none() && services.product.is_none();
    let selected = if is_whole { reply.value } else { selected(reply.value, country, services)? };
    let mut lines = Vec::new();
    for (country, id_types) in &selected.id_types {
        for (id_type, fields) in id_types {
            lines.push(("", format!("{country} {id_type}: {}", fields.join(", "))));
        }
    }
    Ok(if is_whole { Output::as_received(body, lines) } else { Output::new(&selected, lines) })
}

/// The ID types of a country and a product.
fn selected(
    mut all: services::Response,
    country: Option<&str>,
    services: &Services,
) -> Result<services::Response, Failure> {
    let is_meant = |name: &String| country.is_none_or(|country| country == name);
    all.id_types.retain(|name, _| is_meant(name));
    all.hosted_web.values_mut().for_each(|countries| countries.retain(|name, _| is_meant(name)));
    if let Some(product) = &services.product {
        let products: Vec<_> = all.hosted_web.keys().cloned().collect();
        all.hosted_web.retain(|name, _| name == product);
        let Some(offered) = all.hosted_web.get(product) else {
            let message = format!("--product must be one that the API lists: {}", products.join(", "));
            return Err(Failure::invalid("product", message));
        };
        all.id_types.retain(|country, id_types| {
            let offered = offered.get(country);
            id_types.retain(|id_type, _| offered.is_some_and(|it| it.id_types.contains_key(id_type)));
            !id_types.is_empty()
        });
    }
    Ok(all)
}

/// The country of the flag.
fn country(services: &Services) -> Result<Option<&str>, Failure> {
    match services.country.as_deref() {
        Some(country) if country.len() != 2 || !country.bytes().all(|byte| byte.is_ascii_uppercase()) => {
            let message = "--country must be two capital letters, such as NG";
            Err(Failure::invalid("country", message).with("flag", "--country"))
        }
        country => Ok(country),
    }
}

/// Lists the ID types of V3.
async fn of_v3(services: &Services, args: &Args) -> Result<Output, Failure> {
    v3::refuse_flags(
        Api::V3,
        &[("--locale", services.locale.is_some()), ("--product", services.product.is_some())],
    )?;
    let request = country(services)?.map(supported_id_types::Request::of_country).unwrap_or_default();
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
