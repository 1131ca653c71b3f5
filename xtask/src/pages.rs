//! Checks the code blocks of the README and of the book's pages. Each block is run, compiled, or a copy of a file that is
//! run; a comment above every other block says why it is not.

pub(crate) mod block;
mod session;

use std::{fs, path::Path};

use anyhow::{Context, Result, bail, ensure};

use self::{
    block::{Block, Note, blocks},
    session::Step,
};
use crate::{
    codegen::Stale,
    fresh,
    quickstarts::{NOT_RUN, QUICKSTARTS},
    workspace::files,
};

/// Folders with files that `cargo xtask peers` or `cargo test` runs.
const RUN: [&str; 3] = ["tests/peers/", "tests/receivers/src/", "crates/smileid/examples/"];

/// Pages whose Rust code is compiled as documentation of another file.
const DOCTESTS: [(&str, &str); 2] = [
    ("docs/guides/porting.md", "tests/lib.rs"),
    ("docs/guides/scenarios.md", "crates/smileid-mock-server/src/lib.rs"),
];

/// Checks every block, and runs the shell commands of every page.
pub(crate) fn run(root: &Path) -> Result<()> {
    let pages = Pages::load(root)?;
    pages.compare_files(root, Stale::Refuse)?;
    let mut sessions = Vec::new();
    let mut problems = Vec::new();
    let (mut run, mut outputs, mut elsewhere, mut not_run) = (0, 0, 0, 0);
    for (page, text) in &pages.0 {
        let blocks = blocks(text).with_context(|| page.clone())?;
        let mut steps: Vec<(usize, Option<usize>)> = Vec::new();
        for (index, block) in blocks.iter().enumerate() {
            match check(root, page, block) {
                Ok(Check::Run) => steps.push((index, None)),
                // An output belongs to the commands directly before it.
                Ok(Check::Output) if steps.last().is_some_and(|last| last.0 + 1 == index) => {
                    steps.last_mut().expect("there is one").1 = Some(index);
                }
                Ok(Check::Output) => {
                    problems.push(problem(page, block, "no commands are before this output"));
                }
                Ok(Check::Elsewhere) => elsewhere += 1,
                Ok(Check::NotRun) => not_run += 1,
                Err(error) => problems.push(problem(page, block, &error.to_string())),
            }
        }
        run += steps.len();
        outputs += steps.iter().filter(|(_, output)| output.is_some()).count();
        if !steps.is_empty() {
            sessions.push((page, blocks, steps));
        }
    }
    ensure!(problems.is_empty(), "{} blocks:\n  {}", problems.len(), problems.join("\n  "));
    let path = session::path_with_programs(root)?;
    for (page, blocks, steps) in &sessions {
        println!("$ bash, {} blocks of {page}", steps.len());
        let step = |(block, output): &(usize, Option<usize>)| Step {
            block: &blocks[*block],
            output: output.map(|index| &blocks[index]),
        };
        session::run(root, &path, page, &steps.iter().map(step).collect::<Vec<_>>())?;
    }
    println!(
        "{} pages: {run} blocks run here, {outputs} are their output, {elsewhere} are run or compiled elsewhere, \
         {not_run} are not run",
        pages.0.len()
    );
    Ok(())
}

/// Renews the blocks that are copies of files.
pub(crate) fn renew(root: &Path) -> Result<()> {
    Pages::load(root)?.compare_files(root, Stale::Renew)
}

/// The pages, with their paths.
struct Pages(Vec<(String, String)>);

impl Pages {
    fn load(root: &Path) -> Result<Self> {
        let is_page = |path: &String| {
            path == "README.md"
                || (path.starts_with("docs/") && Path::new(path).extension().is_some_and(|it| it == "md"))
        };
        let read = |path: String| {
            let text = fs::read_to_string(root.join(&path)).with_context(|| format!("reading {path}"))?;
            Ok((path, text))
        };
        Ok(Self(files(root)?.into_iter().filter(is_page).map(read).collect::<Result<_>>()?))
    }

    fn compare_files(&self, root: &Path, stale: Stale) -> Result<()> {
        for (page, text) in &self.0 {
            let mut renewed = text.clone();
            for block in blocks(text).with_context(|| page.clone())?.iter().rev() {
                let Some(Note::File(path)) = block.note else { continue };
                let file = fs::read_to_string(root.join(path))
                    .with_context(|| format!("{page}:{}: reading {path}", block.line))?;
                let start = block.text.as_ptr().addr() - text.as_ptr().addr();
                renewed.replace_range(start..start + block.text.len(), &file);
            }
            if renewed != *text {
                match stale {
                    Stale::Refuse => bail!("{page}: a block differs from its file: run `cargo xtask docs`"),
                    Stale::Renew => {
                        fs::write(root.join(page), renewed).with_context(|| format!("writing {page}"))?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// Check of a block.
enum Check {
    /// Commands of the page's session.
    Run,
    /// Expected output of the commands before it.
    Output,
    /// Another task or test checks it.
    Elsewhere,
    /// It is not checked, for a stated reason.
    NotRun,
}

/// Finds the check of a block, or says what is missing.
fn check(root: &Path, page: &str, block: &Block<'_>) -> Result<Check> {
    match block.note {
        Some(Note::NotRun(_)) => return Ok(Check::NotRun),
        Some(Note::File(path)) => {
            let is_quickstart = QUICKSTARTS.iter().any(|it| path == format!("docs/quickstarts/{}", it.file));
            if is_quickstart || RUN.iter().any(|folder| path.starts_with(folder)) {
                return Ok(Check::Elsewhere);
            }
            ensure!(block.text.contains(NOT_RUN), "no task runs {path}: list it in xtask/src/quickstarts.rs");
            return Ok(Check::NotRun);
        }
        Some(Note::CheckedBy(path)) => {
            let program = fs::read_to_string(root.join(path)).with_context(|| format!("reading {path}"))?;
            let name = page.rsplit('/').next().unwrap_or(page);
            ensure!(program.contains(name), "{path} does not name {name}, so it does not check this block");
            return Ok(Check::Elsewhere);
        }
        None => {}
    }
    match block.language {
        "sh" | "bash" => Ok(Check::Run),
        "text" => Ok(Check::Output),
        "rust" | "toml" if fresh::is_compiled(page, block) => Ok(Check::Elsewhere),
        "rust" if is_doctest(root, page)? => Ok(Check::Elsewhere),
        _ => bail!(
            "nothing checks this block. Write above it `<!-- file: PATH -->`, `<!-- checked by: PATH -->` or \
             `<!-- not run: REASON -->`"
        ),
    }
}

fn is_doctest(root: &Path, page: &str) -> Result<bool> {
    let Some((_, file)) = DOCTESTS.iter().find(|(doctest, _)| *doctest == page) else { return Ok(false) };
    let text = fs::read_to_string(root.join(file)).with_context(|| format!("reading {file}"))?;
    ensure!(text.contains(&format!("{page}\")]")), "{file} does not include {page}");
    Ok(true)
}

fn problem(page: &str, block: &Block<'_>, what: &str) -> String {
    format!("{page}:{}: {what}", block.line)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{Check, block::blocks, check};

    /// Returns the check of the only block of a page, in a repository that has a few files.
    fn checked(page: &str) -> Result<Check, String> {
        let root = tempfile::tempdir().expect("a folder");
        fs::create_dir_all(root.path().join("docs/quickstarts/csharp")).expect("a folder");
        fs::write(root.path().join("docs/quickstarts/csharp/v1.cs"), "").expect("a file");
        fs::write(root.path().join("test.rs"), "reads docs/guides/a.md").expect("a file");
        let blocks = blocks(page).expect("a page");
        check(root.path(), "docs/guides/a.md", &blocks[0]).map_err(|error| error.to_string())
    }

    #[test]
    fn a_block_has_a_check_or_a_reason() {
        assert!(matches!(checked("```sh\nls\n```\n"), Ok(Check::Run)));
        assert!(matches!(checked("```text\nls\n```\n"), Ok(Check::Output)));
        assert!(matches!(checked("<!-- not run: it is a picture -->\n```\n```\n"), Ok(Check::NotRun)));
        assert!(matches!(checked("<!-- checked by: test.rs -->\n```c\n```\n"), Ok(Check::Elsewhere)));
        let known = "<!-- file: docs/quickstarts/curl/v1.sh -->\n```bash\n```\n";
        assert!(matches!(checked(known), Ok(Check::Elsewhere)));
    }

    #[test]
    fn other_blocks_are_refused() {
        let refusal = |page| checked(page).err().expect("a refusal");
        assert!(refusal("```json\n{}\n```\n").contains("nothing checks this block"));
        assert!(
            refusal("```rust\nfn main() {}\n```\n").contains("nothing checks this block"),
            "the page is not listed"
        );
        let page = "<!-- file: docs/quickstarts/csharp/v1.cs -->\n```csharp\n```\n";
        assert!(refusal(page).contains("no task runs"));
        assert!(refusal("<!-- checked by: other.rs -->\n```c\n```\n").contains("reading other.rs"));
    }
}
