//! Code blocks of Markdown pages, as doctests. `cargo xtask ci fresh` compiles the programs of other pages in new crates.

#[cfg(doctest)]
#[doc = include_str!("../docs/guides/porting.md")]
pub struct Porting;
