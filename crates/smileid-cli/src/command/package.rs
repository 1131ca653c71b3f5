//! Commands `smileid package build` and `smileid package inspect`: build and inspect archives.

use std::path::PathBuf;

use serde_json::{Value, json};
use smileid::{
    CallbackUrl, Error,
    client::{Body, read_files},
    protocol::{
        auth::{AuthScheme as _, SignedUpload},
        job::sdk_job::{CheckedJob, SdkJob},
        package::inspect::{Finding, Inspection, Limits, Severity, inspect},
        v1::upload,
    },
    types::{IdInfo, ImageEntry, JobType},
};

use crate::{
    args::{Args, Package, PackageBuild, PackageInspect},
    failure::{Failure, Kind},
    flags::redacted_path,
    output::{Output, file},
    setup::{credentials, one_standard_input, read_bytes, read_json, timestamp},
    terminal::{Lines, lines_of, stderr_width},
};

/// Maximum size of an archive that is inspected, in bytes.
const LARGEST_ARCHIVE: u64 = 256 << 20;

pub(crate) async fn run(package: &Package, args: &Args) -> Result<Output, Failure> {
    match package {
        Package::Build(build) => build_archive(build, args).await,
        Package::Inspect(PackageInspect { archive, strict }) => {
            let archive = read_bytes(archive, LARGEST_ARCHIVE, "archive", args).await?;
            let (members, lines) = describe_archive(&archive);
            if *strict && members["usable"] != true {
                let failure =
                    Failure::invalid("archive", "the archive cannot be used: the findings give the reasons");
                let text = format!("error: {}\n{}\n", failure.message(), lines_of(&lines, stderr_width()));
                return Err(failure.with("findings", members["findings"].clone()).with_text(text));
            }
            Ok(Output::new(&members, lines))
        }
    }
}

async fn build_archive(build: &PackageBuild, args: &Args) -> Result<Output, Failure> {
    one_standard_input(args, "job", &build.job, &[build.reply.as_deref()])?;
    if build.output.as_os_str() == "-" {
        return Err(Failure::invalid(
            "output",
            "--output must be a file: standard output lists the contents",
        ));
    }
    let shown = redacted_path(&build.output);
    let unwritable = |error: std::io::Error| {
        let message = format!("failed to write the archive to `{shown}`: {error}");
        Failure::new(Kind::Other, message).with_field("output")
    };
    let target = file::target(&build.output).map_err(unwritable)?;
    let job = SdkJob::from_json(&read_json(&build.job, "job", args).await?)?;
    if inputs(build, args, &job).iter().any(|input| file::is_same(input, &target)) {
        let message = format!("`{shown}` is an input of the archive: choose another file");
        return Err(Failure::invalid("output", message));
    }
    let callback = build.callback.as_deref().filter(|address| !address.is_empty());
    let checked = job.check(callback.map(CallbackUrl::parse).transpose()?)?;
    let CheckedJob::Images(job, delivery) = checked else {
        let advice = "it is sent in a single request";
        return Err(Failure::invalid(
            "partner_params.job_type",
            format!("a lookup has no archive, because {advice}"),
        ));
    };
    let key = credentials(args).await?;
    let reply = reply(build, args).await?;

    let ready = read_files(&job).map_err(|error| Failure::from(&Error::from(error)))?;
    let request = ready.upload_request(delivery.callback_url());
    let proof = SignedUpload::prove(&key, &timestamp(build.timestamp.as_deref())?);
    let layout =
        ready.archive(&request, &proof, &reply).map_err(|error| Failure::from(&Error::from(error)))?;
    let read = |error| Failure::new(Kind::FileNotFound, format!("an image could not be read: {error}"));
    let archive = Body::from(layout).to_bytes().map_err(read)?;
    file::write(&target, &archive).map_err(unwritable)?;
    let file = build.output.display().to_string();
    let (mut members, mut lines) = describe_archive(&archive);
    members["output"] = json!(file);
    lines.insert(0, ("output", file));
    Ok(Output::new(&members, lines))
}

/// Reads the files from which an archive is built.
fn inputs(build: &PackageBuild, args: &Args, job: &SdkJob) -> Vec<PathBuf> {
    let named = [Some(&build.job), build.reply.as_ref(), args.api_key_file.as_ref()];
    let images = job.image_details.iter().flatten();
    // Longer text is base64 and not a path.
    let images = images.filter_map(|image| match (&image.file_name, &image.image) {
        (Some(path), _) => Some(path.clone()),
        (None, Some(text)) if text.len() < 4096 => Some(text.into()),
        _ => None,
    });
    named.into_iter().flatten().cloned().chain(images).collect()
}

/// Returns the API's response to the upload request, or an empty one.
async fn reply(build: &PackageBuild, args: &Args) -> Result<upload::Response, Failure> {
    let json = match &build.reply {
        Some(file) => {
            one_standard_input(args, "reply", file, &[])?;
            read_json(file, "reply", args).await?
        }
        None => json!({"upload_url": "", "smile_job_id": ""}),
    };
    serde_json::from_value(json).map_err(|_| {
        let wanted = "the API's response to /v1/upload, with `upload_url` and `smile_job_id`";
        Failure::invalid("reply", format!("the file is not {wanted}"))
    })
}

/// Describes the contents of an archive and the mistakes in it. Shows no image, and only the names of the person's known fields.
fn describe_archive(archive: &[u8]) -> (Value, Lines) {
    let Inspection { info, files, findings, .. } = inspect(archive, Limits::default());
    let is_usable = info.is_some() && findings.iter().all(|finding| finding.severity() < Severity::Fatal);
    let usable = if is_usable { "yes" } else { "no" };
    let mut lines = vec![("usable", usable.to_owned()), ("bytes", archive.len().to_string())];
    let mut members = json!({"usable": is_usable, "bytes": archive.len()});
    if let Some(info) = &info {
        let misc = info.misc_information.as_ref();
        let params = misc.map(|misc| &misc.partner_params);
        let language = info.package_information.as_ref().map(|it| it.language.as_str());
        let job_type = params.and_then(|params| params.job_type).map(JobType::number);
        let known = known_fields(&info.id_info);
        lines.extend(language.map(|it| ("language", it.to_owned())));
        lines.extend(job_type.map(|it| ("job_type", it.to_string())));
        lines.push(("id_info", if known.is_empty() { "-".to_owned() } else { known.join(", ") }));
        let images: Vec<_> = info.images.iter().map(|image| image_json(image, &mut lines)).collect();
        members["info"] = json!({
            "language": language,
            "user_id": params.and_then(|it| it.user_id.as_deref()),
            "job_id": params.and_then(|it| it.job_id.as_deref()),
            "job_type": job_type,
            "id_info": known,
            "images": images,
        });
    }
    let held: Vec<_> = files.iter().map(|(name, file)| json!({"name": name, "bytes": file.len()})).collect();
    lines.extend(files.iter().map(|(name, file)| ("file", format!("{name}, {} bytes", file.len()))));
    members["files"] = held.into();
    members["findings"] = findings.iter().map(|finding| finding_json(finding, &mut lines)).collect();
    (members, lines)
}

/// Returns the names of the known fields of the person's ID.
fn known_fields(id_info: &IdInfo) -> Vec<String> {
    match serde_json::to_value(id_info) {
        Ok(Value::Object(members)) => members.into_iter().map(|(name, _)| name).collect(),
        _ => Vec::new(),
    }
}

fn image_json(image: &ImageEntry, lines: &mut Lines) -> Value {
    let what = image.image_type.subject().map(|it| format!("{it:?}"));
    let place = if image.image.is_empty() { image.file_name.as_str() } else { "in base64" };
    let number = image.image_type.number();
    lines.push(("image", format!("{number} {} {place}", what.as_deref().unwrap_or("unknown"))));
    json!({
        "image_type_id": number,
        "file_name": Some(&image.file_name).filter(|name| !name.is_empty()),
        "base64_length": Some(image.image.len()).filter(|length| *length > 0),
    })
}

fn finding_json(finding: &Finding, lines: &mut Lines) -> Value {
    let severity = match finding.severity() {
        Severity::Quirk => "quirk",
        Severity::Problem => "problem",
        _ => "fatal",
    };
    lines.push(("finding", format!("{severity} {}: {finding}", finding.code)));
    json!({
        "code": finding.code.as_str(),
        "severity": severity,
        "place": finding.place.to_string(),
        "detail": finding.detail,
    })
}
