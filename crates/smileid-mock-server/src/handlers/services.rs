//! The countries and ID types that the API knows. Labels are in English, whatever the request asks for.

use smileid_protocol::v1::services::{Request, Response};

use super::{Context, OpenHandler, Tenants};
use crate::{
    catalogue,
    refusal::{Family, Refused},
};

impl OpenHandler for Request {
    const FAMILY: Family = Family::IdApi;

    fn handle(self, _: &mut Tenants, _: &Context<'_>) -> Result<Response, Refused> {
        Ok(catalogue::services())
    }
}
