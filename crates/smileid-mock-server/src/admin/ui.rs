//! Web page of the mock server, with which people can inspect and control it.

use std::marker::PhantomData;

use bytes::Bytes;
use http::{Method, StatusCode};
use schemars::{Schema, SchemaGenerator};

use super::{Call, Failure, Nothing, Operation, Reply};

/// File of the web page. It needs no admin token, because the page shows data only after the user has entered the token.
pub(super) struct File<T>(PhantomData<T>);

/// Content of a file of the web page.
pub(super) trait Text {
    const PATH: &'static str;
    const SUMMARY: &'static str;
    const CONTENT_TYPE: &'static str;
    const TEXT: &'static str;
}

pub(super) struct Page;

impl Text for Page {
    const PATH: &'static str = "/ui/";
    const SUMMARY: &'static str = "Returns the web page that shows the state of the mock server";
    const CONTENT_TYPE: &'static str = "text/html; charset=utf-8";
    const TEXT: &'static str = include_str!("ui/page.html");
}

pub(super) struct Style;

impl Text for Style {
    const PATH: &'static str = "/ui/page.css";
    const SUMMARY: &'static str = "Returns the style sheet of the web page";
    const CONTENT_TYPE: &'static str = "text/css; charset=utf-8";
    const TEXT: &'static str = include_str!("ui/page.css");
}

pub(super) struct Script;

impl Text for Script {
    const PATH: &'static str = "/ui/page.js";
    const SUMMARY: &'static str = "Returns the script of the web page";
    const CONTENT_TYPE: &'static str = "text/javascript; charset=utf-8";
    const TEXT: &'static str = include_str!("ui/page.js");
}

impl<T: Text> Operation for File<T> {
    const METHOD: Method = Method::GET;
    const PATH: &'static str = T::PATH;
    const SUMMARY: &'static str = T::SUMMARY;
    const IS_OPEN: bool = true;
    type Params = Nothing;
    type Body = Nothing;
    type Reply = Served<T>;

    fn answer(_: Call<'_>, _: Nothing, _: Nothing) -> Result<Served<T>, Failure> {
        Ok(Served(PhantomData))
    }
}

/// Response with a file of the web page, and with headers that forbid loading other origins and embedding in other pages.
pub(super) struct Served<T>(PhantomData<T>);

impl<T: Text> Reply for Served<T> {
    const CONTENT_TYPE: &'static str = T::CONTENT_TYPE;
    const HEADERS: &'static [(&'static str, &'static str)] = &[
        (
            "content-security-policy",
            "default-src 'none'; connect-src 'self'; img-src data:; script-src 'self'; style-src 'self'; \
             base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        ),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
    ];

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<String>()
    }

    fn into_body(self) -> Bytes {
        Bytes::from_static(T::TEXT.as_bytes())
    }
}

/// Redirects to the URL of the web page with a trailing slash, which the relative URLs of its files need.
pub(super) struct Door;

impl Operation for Door {
    const METHOD: Method = Method::GET;
    const PATH: &'static str = "/ui";
    const SUMMARY: &'static str = "Redirects to the web page";
    const IS_OPEN: bool = true;
    type Params = Nothing;
    type Body = Nothing;
    type Reply = Next;

    fn answer(_: Call<'_>, _: Nothing, _: Nothing) -> Result<Next, Failure> {
        Ok(Next)
    }
}

pub(super) struct Next;

impl Reply for Next {
    const STATUS: StatusCode = StatusCode::TEMPORARY_REDIRECT;
    const CONTENT_TYPE: &'static str = "text/plain";
    const HEADERS: &'static [(&'static str, &'static str)] = &[("location", "ui/")];

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<String>()
    }

    fn into_body(self) -> Bytes {
        Bytes::new()
    }
}
