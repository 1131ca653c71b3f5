//! The countries and ID types that the API knows. Labels are in English, whatever the request asks for.

use std::sync::LazyLock;

use bytes::Bytes;
use smileid_protocol::v1::services::{Request, Response};

use super::handler::{Context, OpenHandler};
use crate::{
    refusal::{Family, Refused},
    sandbox::catalogue,
    state::Tenants,
};

impl OpenHandler for Request {
    const FAMILY: Family = Family::IdApi;

    fn kept(&self) -> Option<http::Response<Bytes>> {
        static KEPT: LazyLock<Option<http::Response<Bytes>>> =
            LazyLock::new(|| catalogue::encoded::<Request>(&catalogue::services()));
        KEPT.clone()
    }

    fn handle(self, _: &mut Tenants, _: &Context<'_>) -> Result<Response, Refused> {
        Ok(catalogue::services())
    }
}
