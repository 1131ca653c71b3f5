//! What a job does.

use crate::generated::job_type::PRODUCTS;

pub use crate::generated::job_type::JobType;

impl JobType {
    /// The word by which web tokens and service lists name the product, where it has one.
    pub fn product(self) -> Option<&'static str> {
        PRODUCTS.iter().find(|(job_type, _)| *job_type == self).map(|(_, product)| *product)
    }
}
