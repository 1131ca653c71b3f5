//! Checks the direction of imports between the modules of a crate.

use std::{collections::BTreeSet, fs, path::Path};

use anyhow::{Context as _, Result};

use crate::workspace::files;

/// Layers of a crate's modules, from top to bottom. A module may use modules of its own layer and of lower layers.
struct Order {
    /// Folder with the sources of the crate.
    sources: &'static str,
    lines: &'static [&'static [&'static str]],
}

static ORDERS: &[Order] = &[Order {
    sources: "crates/smileid-mock-server/src",
    lines: &[
        &["exec", "wiremock"],
        &["server"],
        &["shell"],
        &["dispatch"],
        &["admin"],
        &["service"],
        &["engine"],
        &["api"],
        &["state"],
        &["sandbox"],
        &["journal"],
        &["control"],
        &["diagnose"],
        &["request"],
        &["refusal"],
        &["model"],
        &["fidelity", "generated"],
    ],
}];

/// Reports each file that uses a module of a higher layer.
pub(crate) fn complaints(root: &Path) -> Result<Vec<String>> {
    let all = files(root)?;
    let mut complaints = Vec::new();
    for order in ORDERS {
        let within = |file: &String| Some(file.strip_prefix(order.sources)?.strip_prefix('/')?.to_owned());
        let is_rust = |file: &String| Path::new(file).extension().is_some_and(|it| it == "rs");
        for file in all.iter().filter_map(within).filter(is_rust) {
            let path = root.join(order.sources).join(&file);
            let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
            complaints.extend(order.judge(&file, &text));
        }
    }
    Ok(complaints)
}

impl Order {
    /// Checks the imports of a file. `file` is its path below the sources.
    fn judge(&self, file: &str, text: &str) -> Vec<String> {
        let module = file.split('/').next().unwrap_or_default().trim_end_matches(".rs");
        if matches!(module, "lib" | "main" | "bin") {
            return Vec::new();
        }
        let name = format!("{}/{file}", self.sources);
        let Some(own) = self.line(module) else {
            let advice = "add it to a line in xtask/src/layers/modules.rs";
            return vec![format!("{name}: the module `{module}` has no layer\n  what to do: {advice}")];
        };
        // Other names are re-exports of the crate root, which have no layer.
        let used = used(text).into_iter().filter(|used| self.line(used).is_some_and(|line| line < own));
        let advice = "move shared code into a module below both, or take it as an argument";
        used.map(|used| format!("{name}: uses `{used}`, which is above `{module}`\n  what to do: {advice}"))
            .collect()
    }

    fn line(&self, module: &str) -> Option<usize> {
        self.lines.iter().position(|line| line.contains(&module))
    }
}

/// Returns the first names of all paths that begin with `crate::`, outside comments.
fn used(text: &str) -> BTreeSet<String> {
    let code: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let mut names = BTreeSet::new();
    for path in code.split("crate::").skip(1) {
        match path.strip_prefix('{') {
            Some(group) => names.extend(members(group)),
            None => names.extend(first_name(path)),
        }
    }
    names
}

/// Returns the first names in an import group, up to its closing brace.
fn members(group: &str) -> Vec<String> {
    let (mut depth, mut begins, mut names) = (0_usize, true, Vec::new());
    for (place, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' => begins = depth == 0,
            _ if begins && !c.is_whitespace() => {
                names.extend(group.get(place..).and_then(first_name));
                begins = false;
            }
            _ => {}
        }
    }
    names
}

fn first_name(path: &str) -> Option<String> {
    let end = path.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(path.len());
    path.get(..end).filter(|name| !name.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORDER: Order = Order { sources: "src", lines: &[&["shell"], &["engine", "clock"], &["model"]] };

    #[test]
    fn a_file_uses_its_own_line_and_those_below() {
        let text = "use crate::{\n    clock::Clock,\n    model::{a::{self, B}, shell},\n};\nfn f(_: crate::model::C) {}";
        assert_eq!(ORDER.judge("engine/timeline.rs", text), Vec::<String>::new());
        for above in [
            "use crate::shell;",
            "use crate::{\n    model::{a, b},\n    shell::Port,\n};",
            "fn f() { crate::shell::g() }",
        ] {
            assert_eq!(ORDER.judge("engine.rs", above).len(), 1, "{above}");
        }
        assert_eq!(
            ORDER.judge("engine.rs", "/// [`x`](crate::shell::x)\nuse crate::Error;"),
            Vec::<String>::new()
        );
    }

    #[test]
    fn every_module_has_a_layer() {
        assert_eq!(ORDER.judge("newcomer.rs", "").len(), 1);
        assert_eq!(ORDER.judge("lib.rs", "use crate::shell;"), Vec::<String>::new());
    }
}
