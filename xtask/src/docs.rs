//! `cargo xtask docs`: builds the book from `docs` and checks its links.

use std::{
    fs,
    io::{self, Read as _},
    path::{Component, Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use regex_lite::{Captures, Regex};
use serde_json::Value;

use crate::{
    pages, tools,
    workspace::{echo_and_run, target},
};

const REPOSITORY: &str = "https://github.com/smileid-rs/smileid/blob/main";

/// Renews the blocks that are copies of files, and builds the book.
pub(crate) fn run(root: &Path) -> Result<()> {
    pages::renew(root)?;
    build(root)
}

/// Builds the book into `target/book` and checks the links of its pages.
pub(crate) fn build(root: &Path) -> Result<()> {
    every_page_is_in_the_summary(root)?;
    let mut mdbook = tools::tool(root, "mdbook")?;
    let book = target(root)?.join("book");
    echo_and_run(mdbook.arg("build").arg("--dest-dir").arg(&book))?;
    let mut lychee = tools::tool(root, "lychee")?;
    lychee.args(["--offline", "--include-fragments", "--no-progress", "--extensions", "html", "--root-dir"]);
    echo_and_run(lychee.arg(&book).arg(&book))
}

fn every_page_is_in_the_summary(root: &Path) -> Result<()> {
    let summary = fs::read_to_string(root.join("docs/SUMMARY.md")).context("reading docs/SUMMARY.md")?;
    let pages = crate::workspace::files(root)?;
    let pages = pages.iter().filter_map(|file| file.strip_prefix("docs/"));
    let is_missing = |page: &&str| {
        Path::new(page).extension().is_some_and(|it| it == "md")
            && *page != "SUMMARY.md"
            && !summary.contains(&format!("({page})"))
    };
    let missing: Vec<_> = pages.filter(is_missing).collect();
    ensure!(missing.is_empty(), "docs/SUMMARY.md lacks: {}", missing.join(", "));
    Ok(())
}

/// Preprocessor of mdBook: reads the book from standard input, and prints it with other links. Those that leave `docs` lead
/// to the repository, and those to a `README.md` to its page in the book, which is called `index`.
pub(crate) fn change_links() -> Result<()> {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text).context("reading the book")?;
    let [_context, mut book]: [Value; 2] =
        serde_json::from_str(&text).context("mdBook sends a context and the book")?;
    change_links_of(&mut book)?;
    println!("{book}");
    Ok(())
}

fn change_links_of(value: &mut Value) -> Result<()> {
    if let Some(chapter) = value.get_mut("Chapter")
        && let Some(path) = chapter["path"].as_str().map(PathBuf::from)
    {
        let content = chapter["content"].as_str().context("a chapter has content")?;
        chapter["content"] = Value::String(with_links_of_the_book(content, &path));
    }
    match value {
        Value::Array(items) => items.iter_mut().try_for_each(change_links_of),
        Value::Object(members) => members.values_mut().try_for_each(change_links_of),
        _ => Ok(()),
    }
}

fn with_links_of_the_book(page: &str, path: &Path) -> String {
    let links = Regex::new(r"\]\(([^)\s:#]+)(#[^)\s]*)?\)").expect("a valid expression");
    let changed = links.replace_all(page, |link: &Captures<'_>| {
        let fragment = link.get(2).map_or("", |it| it.as_str());
        match outside(&link[1], path) {
            Some(file) => format!("]({REPOSITORY}/{file}{fragment})"),
            None => format!("]({}{fragment})", link[1].replace("README.md", "index.md")),
        }
    });
    changed.into_owned()
}

/// Returns the path from the root of the repository, if the link of a page leaves `docs`.
fn outside(link: &str, page: &Path) -> Option<String> {
    let mut place: Vec<_> =
        Path::new("docs").join(page).components().map(Component::as_os_str).map(ToOwned::to_owned).collect();
    place.pop();
    for part in Path::new(link).components() {
        match part {
            Component::ParentDir => drop(place.pop()?),
            Component::Normal(name) => place.push(name.to_owned()),
            _ => {}
        }
    }
    let place = place.iter().map(|it| it.to_string_lossy()).collect::<Vec<_>>().join("/");
    (!place.starts_with("docs/") && place != "docs").then_some(place)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::with_links_of_the_book;

    #[test]
    fn links_that_leave_the_book_lead_to_the_repository() {
        let page = "[a](../../README.md#try-it), [b](../reference/v3.md) and [c](../../tests/peers/java)\n\
                    [d](wire.md), [e](../quickstarts/README.md#b), [f](https://smileid.example/README.md), [g](#h)";
        let changed = with_links_of_the_book(page, Path::new("guides/a.md"));
        let repository = "https://github.com/smileid-rs/smileid/blob/main";
        let expected = format!(
            "[a]({repository}/README.md#try-it), [b](../reference/v3.md) and [c]({repository}/tests/peers/java)\n\
             [d](wire.md), [e](../quickstarts/index.md#b), [f](https://smileid.example/README.md), [g](#h)"
        );
        assert_eq!(changed, expected);
    }
}
