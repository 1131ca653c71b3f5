//! Tests images of V3 jobs: from files, and their maximum size.

use std::{fs, io::Read as _};

use smileid_client::{
    ErrorKind, FileReader, Piece,
    protocol::{
        auth::{AuthScheme as _, Token, TokenHeader},
        codec::EncodeError,
        endpoint::Endpoint as _,
        origin::Origin,
        types::EnvironmentRow,
    },
    v3::{FormImage, MOST_IMAGE_BYTES, read_image, registration},
};
use tempfile::TempDir;

use super::*;

fn jpeg(folder: &TempDir, name: &str, size: usize) -> std::path::PathBuf {
    let path = folder.path().join(name);
    fs::write(&path, [JPEG, &vec![7; size - JPEG.len()]].concat()).unwrap();
    path
}

fn job(selfie: FormImage, frame: &FormImage) -> registration::Request {
    registration::Request::new(Selfie::new(selfie, vec![frame.clone(); 6]).unwrap(), person(), consent())
}

#[test]
fn files_are_sent_as_the_same_bytes_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    let path = jpeg(&folder, "selfie.jpg", 100_000);
    let (client, script) = client([token("a"), accepted(), token("b"), accepted()]);
    let in_file = job(read_image(&path).unwrap(), &FormImage::from(JPEG));
    let in_memory = job(fs::read(&path).unwrap().into(), &FormImage::from(JPEG));
    for job in [&in_file, &in_memory] {
        client.submit(job.clone()).send().unwrap();
    }
    let sent = script.sent();
    let parts = |sent: &Sent| {
        let parts = form_parts(&Request::from_parts(sent.head.clone(), sent.body.clone())).unwrap();
        // The correlation value differs.
        parts.into_iter().filter(|part| part.name != "partner_params").collect::<Vec<_>>()
    };
    assert_eq!(parts(&sent[1]), parts(&sent[3]));
    let selfie = parts(&sent[1]).into_iter().find(|part| part.name == "selfie_image").unwrap();
    assert_eq!(selfie.body.len(), 100_000);

    // Equal content gives equal messages, wherever it is.
    let origin = Origin::from(&EnvironmentRow::SANDBOX);
    let proof = TokenHeader::prove(
        &Token::new("a", crate::script::credentials().partner_id()),
        &Timestamp::from_utc_millis(0),
    );
    assert!(matches!(in_file.encode(&origin, &proof), Err(EncodeError::InFile)));
    let mut body = Vec::new();
    for piece in in_file.encode_pieces(&origin, &proof).unwrap().body() {
        match piece {
            Piece::Bytes(bytes) => body.extend_from_slice(bytes),
            Piece::File(file) => drop(FileReader::open(file).unwrap().read_to_end(&mut body).unwrap()),
        }
    }
    assert!(in_memory.encode(&origin, &proof).unwrap().body() == &body);
}

#[test]
fn a_file_that_is_missing_or_no_image_is_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let error = read_image(folder.path().join("missing.jpg")).unwrap_err();
    assert_eq!((error.kind(), error.field()), (ErrorKind::File, Some("image")));
    let path = folder.path().join("selfie.jpg");
    fs::write(&path, "%PDF-1.7").unwrap();
    let error = Selfie::new(read_image(&path).unwrap(), [JPEG; 6].map(FormImage::from)).unwrap_err();
    assert_eq!(error.to_string(), "`selfie_image` is PDF: convert it to JPEG or PNG");
}

#[test]
fn a_file_that_changed_is_not_sent_and_the_job_is_not_unknown() {
    let folder = tempfile::tempdir().unwrap();
    let path = jpeg(&folder, "selfie.jpg", 1000);
    let job = job(read_image(&path).unwrap(), &FormImage::from(JPEG));
    jpeg(&folder, "selfie.jpg", 999);
    let (client, _) = client([token("a"), accepted()]);
    let error = client.submit(job).send().unwrap_err();
    assert!(!error.is_outcome_unknown() && !error.may_be_billed(), "{error:?}");
}

#[test]
fn the_size_of_all_images_is_limited_before_anything_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    let limit = usize::try_from(MOST_IMAGE_BYTES).unwrap();
    let frame = FormImage::from([JPEG, &[0; 96][..]].concat());
    for (size, is_right) in [(limit - 600, true), (limit - 599, false)] {
        let selfie = read_image(jpeg(&folder, "selfie.jpg", size)).unwrap();
        let (client, script) = client([token("a"), accepted()]);
        let submitted = client.submit(job(selfie.clone(), &frame)).send();
        assert_eq!(submitted.is_ok(), is_right, "{submitted:?}");
        let Err(error) = submitted else { continue };
        assert!(script.sent().is_empty());
        assert_eq!((error.kind(), error.field()), (ErrorKind::InvalidInput, Some("selfie_image")));
        assert!(error.to_string().contains("9934464 bytes"), "{error}");
        let (client, _) = of(&Environment::sandbox(), |config| config.image_limit = u64::MAX);
        client.submit(job(selfie, &frame)).send().unwrap();
    }
}
