//! Code that the examples of version 3 share: a person, a consent, and drawn images.

#![allow(dead_code, reason = "each example needs some of it")]

use std::{fs, time::SystemTime};

use smileid::{
    InvalidInput, PersonName,
    v3::{Consent, Selfie, UserDetails},
};

use crate::setup;

/// Returns the details of a test identity of the sandbox.
pub(crate) fn person(given_names: &str, last_name: &str) -> Result<UserDetails, InvalidInput> {
    let first = given_names.split(' ').next().unwrap_or_default();
    let email = format!("{first}.{last_name}@example.com").to_lowercase();
    UserDetails::by_email(PersonName { first: given_names, last: last_name }, email)
}

/// Returns the consent of a person, given now.
pub(crate) fn consent() -> Result<Consent, InvalidInput> {
    Consent::granted(SystemTime::now(), "EN", "https://partner.example/privacy")
}

/// Returns a selfie with the images for a liveness check: 6 to 8.
pub(crate) fn selfie() -> Result<Selfie, InvalidInput> {
    Selfie::new(image("selfie.jpg"), [(); 6].map(|()| image("selfie.jpg")))
}

/// Returns the bytes of a drawn image from the documentation.
pub(crate) fn image(name: &str) -> Vec<u8> {
    fs::read(setup::image_path(name)).expect("the image is in the repository")
}
