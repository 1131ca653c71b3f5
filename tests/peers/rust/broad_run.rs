//! Runs every kind of job and request of `smileid`, with images as files and in base64.

use std::{error::Error, fs, path::Path};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use smileid::{
    CallbackUrl, Client, Face, IdNumber, Image, ImageJob, JobRef, LookupJob, PersonName, Submission,
    protocol::v1::{async_id_verification, token},
    types::Product,
};

pub(crate) async fn broad_run(client: &Client, images: &Path) -> Result<(), Box<dyn Error>> {
    for form in ["file", "base64"] {
        let image = |name: &str| -> Result<Image, Box<dyn Error>> {
            let path = images.join(name);
            Ok(if form == "file" {
                Image::file(path)
            } else {
                Image::base64(STANDARD.encode(fs::read(path)?))
            })
        };
        let ids = |job: &str| JobRef::new(format!("user-{form}"), format!("{job}-{form}"));
        let other = |job: &str| JobRef::new(format!("{job}-{form}"), format!("{job}-{form}"));
        let (selfie, card, back) = (image("selfie.jpg")?, image("id_card.jpg")?, image("id_card_back.jpg")?);
        let registration = ImageJob::smart_selfie_registration(ids("4")?, selfie.clone());
        let document = |ids, face: Face| ImageJob::document_verification(ids, face, card.clone(), "NG");
        let enhanced = |ids, face: Face| {
            ImageJob::enhanced_document_verification(ids, face, card.clone(), "NG", "PASSPORT")
        };
        for job in [
            registration.with_liveness(image("selfie.png")?),
            ImageJob::smart_selfie_registration(ids("4-again")?, selfie.clone()).allowing_new_enroll(),
            ImageJob::smart_selfie_authentication(ids("2")?, selfie.clone()),
            ImageJob::update_photo(ids("8")?, selfie.clone()),
            ImageJob::compare_user_info(ids("9")?, selfie.clone()).with_id_info(number()?.into())?,
            ImageJob::biometric_kyc(other("1-number")?, selfie.clone(), number()?),
            ImageJob::biometric_kyc_by_card(other("1-card")?, selfie.clone(), card.clone()),
            document(other("6")?, selfie.clone().into())?.with_id_card_back(back.clone()),
            document(ids("6-enrolled")?, Face::Enrolled)?,
            enhanced(other("11")?, selfie.clone().into())?.with_partner_param("team", "a")?,
            enhanced(ids("11-enrolled")?, Face::Enrolled)?,
        ] {
            submit(client, job).await?;
        }
    }
    let callback = CallbackUrl::parse("http://127.0.0.1:9/callback")?;
    let ids = |job: &str| JobRef::new("user", job);
    client.submit(LookupJob::enhanced_kyc(ids("5")?, number()?)).await?;
    client
        .submit(LookupJob::basic_kyc(ids("5-basic")?, number()?, PersonName { first: "Joe", last: "Leo" })?)
        .await?;
    let company = IdNumber::new("NG", "BUSINESS_REGISTRATION", "0000000")?;
    client.submit(LookupJob::business_verification(ids("7")?, company)).await?;
    let later = LookupJob::enhanced_kyc(ids("5-later")?, number()?);
    client.send(async_id_verification::Request::new(later.into_lookup(), &callback)).await?;
    client.wait(&ids("5-later")?).history().await?;
    client.status(&ids("5-later")?).image_links().await?;
    client
        .submit(LookupJob::enhanced_kyc(ids("5-once")?, number()?))
        .callback(callback.clone())
        .wait()
        .await?;
    client.web_token(token::Request::new(&ids("web")?, &Product::BiometricKyc, Some(&callback))).await?;
    client.services().await?;
    Ok(())
}

/// Continues a job until it has a result, after any number of failures.
pub(crate) async fn submit(client: &Client, job: ImageJob) -> Result<(), Box<dyn Error>> {
    let mut submission = Submission::new(job);
    let mut outcome = client.submit(&mut submission).wait().await;
    for _ in 0..3 {
        if outcome.is_ok() {
            break;
        }
        outcome = client.submit(&mut submission).wait().await;
    }
    if outcome?.is_pending() { Err("the job has no result".into()) } else { Ok(()) }
}

fn number() -> Result<IdNumber, smileid::InvalidInput> {
    IdNumber::new("NG", "BVN", "00000000000")
}
