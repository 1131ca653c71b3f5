//! The code blocks of the pages a newcomer reads, as doctests.

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
