//! Reads images for V3 jobs from files.

use std::path::Path;

use smileid_protocol::{form_image::FormImage, job::ReadError};

use crate::{error::Result, transport::read_file};

/// Reads an image for a V3 job from a file of up to 32 MiB. This blocks the thread. A regular file is not kept in memory: it is
/// read again while it is sent, and the submission fails if it has changed. An input that can be read only once, such as a pipe,
/// is kept in memory.
///
/// ```
/// use smileid_client::{Result, v3::{Selfie, read_image}};
///
/// fn selfie() -> Result<Selfie> {
///     let frames = (1..=6).map(|number| read_image(format!("frame-{number}.jpg")));
///     Ok(Selfie::new(read_image("selfie.jpg")?, frames.collect::<Result<Vec<_>>>()?)?)
/// }
///
/// let error = selfie().unwrap_err();
/// assert_eq!(error.kind(), smileid_client::ErrorKind::File);
/// ```
///
/// # Errors
///
/// If it cannot be read or is larger, or a pipe gives no data for 10 seconds.
pub fn read_image(path: impl AsRef<Path>) -> Result<FormImage> {
    let path = path.as_ref();
    let error = |source| ReadError::File { field: "image".to_owned(), path: path.to_owned(), source };
    Ok(read_file(path).map_err(error)?.into())
}
