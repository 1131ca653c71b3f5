//! Builds the requests of a scenario's steps.

use bytes::Bytes;
use http::{
    HeaderName, HeaderValue, Method, Uri,
    header::{CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING},
};
use serde_json::Value;
use smileid_protocol::{
    auth::{AuthScheme as _, Credentials, SignedUpload},
    codec::form_parts,
    endpoint::Endpoint as _,
    job::sdk_job::{CheckedJob, SdkJob},
    package::layout::Segment,
    timestamp::Timestamp,
    v1::put_archive::{self, UploadUrl},
};

use super::{Announced, Player};
use crate::{
    body::form,
    case::{Announce, Archive, Change, Names, Put, Send, Sign, TimeForm, read_file},
    failure::{Doing as _, Failure},
    probe::server::endpoint::Signer,
    value,
};

/// Returns the credentials and the timestamp of a step.
pub(super) fn signer(sign: &Sign, player: &Player<'_>) -> Result<Signer, Failure> {
    let key = match &sign.by {
        Some(keys) => Credentials::new(player.names.fill(&keys.partner_id), player.names.fill(&keys.api_key))
            .doing("reading the credentials")?,
        None => player.target.credentials.clone(),
    };
    let time = time(sign.time.as_ref(), player.harness.now_utc_millis())?;
    Ok(Signer { key, token: None, time })
}

/// Returns the timestamp in the format of a case, or in the documented format.
pub(crate) fn time(form: Option<&TimeForm>, now: i64) -> Result<Timestamp, Failure> {
    let documented = Timestamp::from_utc_millis(now);
    let Some(TimeForm(form)) = form else { return Ok(documented) };
    let mut parts = documented.as_str().split(['T', '.', 'Z']);
    let mut names = Names::default();
    for name in ["date", "clock", "milliseconds"] {
        names.insert(name, parts.next().unwrap_or_default());
    }
    names.insert("unix_milliseconds", now);
    Timestamp::new(names.fill(form)).doing("writing the timestamp")
}

/// Applies the changes of a case to a request.
pub(crate) fn changed(
    request: http::Request<Bytes>,
    change: &Change,
    names: &Names,
) -> Result<http::Request<Bytes>, Failure> {
    let form = form_parts(&request);
    let (mut head, mut body) = request.into_parts();
    if !change.set.is_empty() || !change.remove.is_empty() {
        let mut json = match &form {
            Some(parts) => value::members(parts, |body| Some(body))?,
            None => serde_json::from_slice(&body).doing("reading the JSON body to change")?,
        };
        for (pointer, value) in &change.set {
            let (members, name) = place(&mut json, pointer)?;
            members.insert(name.to_owned(), names.fill_value(value));
        }
        for pointer in &change.remove {
            let (members, name) = place(&mut json, pointer)?;
            members.remove(name).ok_or_else(|| nowhere(pointer))?;
        }
        body = match &form {
            Some(_) => form::write(&value::parts(&json)?),
            None => Bytes::from(json.to_string()),
        };
        if form.is_some() {
            let content_type = HeaderValue::try_from(form::content_type()).doing("writing a header")?;
            head.headers.insert(CONTENT_TYPE, content_type);
        }
    }
    if let Some(text) = &change.body {
        body = Bytes::from(names.fill(text));
    }
    if change.pad > 0 {
        body = [body, vec![b'.'; change.pad].into()].concat().into();
    }
    for (name, value) in &change.headers {
        match value {
            Some(value) => {
                let value = HeaderValue::try_from(names.fill(value)).doing("writing a header")?;
                head.headers.insert(name.clone(), value);
            }
            None => drop(head.headers.remove(name)),
        }
    }
    Ok(http::Request::from_parts(head, body))
}

pub(crate) fn place<'a, 'b>(
    json: &'a mut Value,
    pointer: &'b str,
) -> Result<(&'a mut serde_json::Map<String, Value>, &'b str), Failure> {
    let (parent, name) = pointer.rsplit_once('/').ok_or_else(|| nowhere(pointer))?;
    let parent = json.pointer_mut(parent).and_then(Value::as_object_mut);
    parent.map(|members| (members, name)).ok_or_else(|| nowhere(pointer))
}

fn nowhere(pointer: &str) -> Failure {
    Failure::contradiction(format!("the request has no `{pointer}` to change"))
}

/// Returns the upload request of a job, and the data for its archive.
pub(super) fn announcement(
    announce: &Announce,
    player: &Player<'_>,
) -> Result<(Announced, http::Request<Bytes>), Failure> {
    let signer = signer(&announce.sign, player)?;
    let job = SdkJob::from_json(&player.names.fill_value(&announce.job)).doing("reading the job")?;
    let CheckedJob::Images(job, delivery) = job.check(None).doing("checking the job")? else {
        return Err(Failure::contradiction("a lookup has no upload request"));
    };
    let job = job.read(|path| read_file(&announce.files, path)).doing("reading the images")?;
    let request = job.upload_request(delivery.callback_url());
    let proof = SignedUpload::prove(&signer.key, &signer.time);
    let written = request.encode(&player.target.origin, &proof).doing("writing the request")?;
    let written = changed(written, &announce.change, &player.names)?;
    Ok((Announced { job, request, proof, reply: None }, written))
}

/// Returns the request that uploads an archive.
pub(super) fn put(put: &Put, player: &Player<'_>) -> Result<http::Request<Bytes>, Failure> {
    let archive = match &put.archive {
        Some(Archive::File(file)) => file.bytes.clone(),
        Some(Archive::Base64(content)) => content.0.clone(),
        None => archive(player)?,
    };
    let url = UploadUrl::parse(&player.names.fill(&put.to)).doing("reading the upload URL")?;
    let head = put_archive::request(&url, archive.len() as u64).doing("writing the request")?;
    let mut request = http::Request::from_parts(head, archive);
    if let Some(content_type) = &put.content_type {
        let content_type = HeaderValue::try_from(content_type).doing("writing a header")?;
        request.headers_mut().insert(CONTENT_TYPE, content_type);
    }
    if put.chunked {
        request.headers_mut().remove(CONTENT_LENGTH);
        request.headers_mut().insert(TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
    }
    Ok(request)
}

fn archive(player: &Player<'_>) -> Result<Bytes, Failure> {
    let announced = player.announced.as_ref().and_then(|it| Some((it, it.reply.as_ref()?)));
    let (Announced { job, request, proof, .. }, reply) =
        announced.ok_or_else(|| Failure::contradiction("no earlier step announces a job to upload"))?;
    let layout = job.archive(request, proof, reply).doing("building the archive")?;
    Ok(layout.segments.into_iter().flat_map(Segment::into_bytes).collect())
}

/// Returns any other request of a step.
pub(super) fn other(send: &Send, player: &Player<'_>) -> Result<http::Request<Bytes>, Failure> {
    let method: Method = send.method.parse().doing("reading the method")?;
    let to = player.names.fill(&send.to);
    let to = if to.starts_with('/') { format!("{}{to}", player.target.origin) } else { to };
    let uri: Uri = to.parse().doing("reading the URL")?;
    let mut request = http::Request::new(Bytes::new());
    if let Some(json) = &send.json {
        *request.body_mut() = Bytes::from(player.names.fill_value(json).to_string());
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    } else if let Some(body) = &send.body {
        *request.body_mut() = Bytes::from(player.names.fill(body));
    }
    for (name, value) in &send.headers {
        let name: HeaderName = name.parse().doing("writing a header")?;
        let value = HeaderValue::try_from(player.names.fill(value)).doing("writing a header")?;
        request.headers_mut().insert(name, value);
    }
    *request.method_mut() = method;
    *request.uri_mut() = uri;
    Ok(request)
}
