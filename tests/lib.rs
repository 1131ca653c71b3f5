//! The code blocks of the pages a newcomer reads, as doctests.

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;

#[cfg(doctest)]
#[doc = include_str!("../docs/guides/porting.md")]
pub struct Porting;
