//! Images of a person's document, for V3 jobs.

use super::{images, renamed};
use crate::{
    form_image::FormImage,
    job::{InvalidInput, country_code, id_type_word},
};

/// Document of a person: its country, its type if known, and its images.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    pub(super) country: String,
    pub(super) id_type: Option<String>,
    pub(super) front: FormImage,
    pub(super) back: Option<FormImage>,
}

impl Document {
    /// Creates a document from its country (two capital letters) and the image of its front.
    ///
    /// # Errors
    ///
    /// If the country is not two capital letters, or the image is neither a JPEG nor a PNG.
    pub fn new(country: impl Into<String>, front: impl Into<FormImage>) -> Result<Self, InvalidInput> {
        let country = country_code(country.into()).map_err(renamed)?;
        let front = images::document("document", front.into())?;
        Ok(Self { country, id_type: None, front, back: None })
    }

    /// Sets the type of the document: a word in capital letters, such as `PASSPORT`.
    ///
    /// # Errors
    ///
    /// If it is not such a word.
    pub fn with_type(self, id_type: impl Into<String>) -> Result<Self, InvalidInput> {
        Ok(Self { id_type: Some(id_type_word(id_type.into()).map_err(renamed)?), ..self })
    }

    /// Adds the image of the document's back.
    ///
    /// # Errors
    ///
    /// If it is neither a JPEG nor a PNG.
    pub fn with_back(self, back: impl Into<FormImage>) -> Result<Self, InvalidInput> {
        Ok(Self { back: Some(images::document("document_back", back.into())?), ..self })
    }
}
