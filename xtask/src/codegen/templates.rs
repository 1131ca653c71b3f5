//! Renders the templates in `xtask/templates`. The path of a template is the path of the generated file plus `.j2`.
//!
//! Templates contain all fixed text of the generated files. The tables are their variables.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, Result, ensure};
use minijinja::{
    Environment, Error, ErrorKind, UndefinedBehavior, Value,
    syntax::SyntaxConfig,
    value::{Serde, ValueKind},
};

use super::{
    tables::{self, Tables},
    text,
};
use crate::workspace::files;

const FOLDER: &str = "xtask/templates/";
/// Index page of the reference, which is rendered last.
const INDEX: &str = "docs/reference/README.md";

/// Renders all files, and returns them by path.
pub(super) fn render(root: &Path, tables: &Tables) -> Result<BTreeMap<String, String>> {
    let mut environment = environment(tables);
    let mut names = Vec::new();
    for file in files(root)? {
        let Some(name) = file.strip_prefix(FOLDER).and_then(|name| name.strip_suffix(".j2")) else {
            continue;
        };
        let template = fs::read_to_string(root.join(&file)).with_context(|| format!("reading {file}"))?;
        environment
            .add_template_owned(name.to_owned(), template)
            .with_context(|| format!("reading {file}"))?;
        names.push(name.to_owned());
    }
    names.sort_by_key(|name| name == INDEX);

    let mut rendered = BTreeMap::new();
    let variables = Value::from(Serde(tables));
    for name in names {
        if name == INDEX {
            add_heads(&mut environment, &rendered);
        }
        let text = environment.get_template(&name)?.render(variables.clone());
        rendered.insert(name.clone(), text.with_context(|| format!("rendering {FOLDER}{name}.j2"))?);
    }
    let index = rendered.get(INDEX).map(String::as_str).unwrap_or_default();
    for page in rendered.keys().filter_map(|name| name.strip_prefix("docs/reference/")) {
        let is_listed = page == "README.md" || index.contains(&format!("]({page})"));
        ensure!(is_listed, "{FOLDER}{INDEX}.j2 does not list {page}");
    }
    Ok(rendered)
}

fn environment(tables: &Tables) -> Environment<'static> {
    let mut environment = Environment::new();
    let syntax = SyntaxConfig::builder()
        .keep_trailing_newline(true)
        .trim_blocks(true)
        .lstrip_blocks(true)
        .build()
        .expect("the usual delimiters");
    environment.set_syntax(syntax);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);

    // Rust.
    environment.add_filter("doc", |prose: &str, indent: usize| text::doc(indent, prose));
    environment.add_filter("lit", |value: Value| literal(&value));
    environment.add_filter("opt", |value: Value| optional(&value));
    environment.add_filter("variant", variant);
    environment.add_filter("constant", tables::constant);
    let (products, paths) = (tables.products.clone(), paths(tables));
    environment.add_filter("job_types_of", move |wires: Vec<String>| tables::job_types_of(&products, &wires));
    let path = move |wire: &Value, kind: &str| {
        let path = paths.get(&(kind, wire.to_string())).cloned();
        path.ok_or_else(|| Error::new(ErrorKind::InvalidOperation, format!("there is no {kind} `{wire}`")))
    };
    let one = path.clone();
    environment.add_filter("path", move |wire: Value, kind: &str| one(&wire, kind));
    environment.add_filter("paths", move |wires: Vec<Value>, kind: &str| {
        let paths: Result<Vec<_>, _> = wires.iter().map(|wire| path(wire, kind)).collect();
        Ok::<_, Error>(format!("&[{}]", paths?.join(", ")))
    });

    // Markdown.
    environment.add_filter("cell", text::cell);
    environment.add_filter("code", |wire: Value| text::code(&wire.to_string()));
    environment.add_filter("codes", |wires: Vec<String>| text::codes(&wires));
    environment
}

/// Adds the template filters `title` and `about` for the index page: the title of a page, and its first sentence.
fn add_heads(environment: &mut Environment<'_>, rendered: &BTreeMap<String, String>) {
    let heads: BTreeMap<String, [String; 2]> = rendered
        .iter()
        .filter_map(|(name, text)| {
            let name = name.strip_prefix("docs/reference/")?.strip_suffix(".md")?;
            let mut lines =
                text.lines().skip_while(|line| !line.starts_with("# ")).filter(|it| !it.is_empty());
            Some((
                name.to_owned(),
                [lines.next()?.trim_start_matches("# ").to_owned(), lines.next()?.to_owned()],
            ))
        })
        .collect();
    for (index, filter) in ["title", "about"].into_iter().enumerate() {
        let heads = heads.clone();
        environment.add_filter(filter, move |page: &str| {
            let head = heads.get(page).and_then(|head| head.get(index)).cloned();
            head.ok_or_else(|| Error::new(ErrorKind::InvalidOperation, format!("there is no page `{page}`")))
        });
    }
}

/// Returns the Rust path of each enum variant, by enum and wire value.
fn paths(tables: &Tables) -> BTreeMap<(&'static str, String), String> {
    let job_types = tables.job_types.iter().map(|row| ("JobType", row.wire.to_string(), &row.name));
    let products = tables.products.iter().map(|row| ("Product", row.wire.clone(), &row.name));
    let documents = tables.document_types.iter().map(|row| ("DocumentType", row.wire.clone(), &row.name));
    let v3_products = tables.v3_products.iter().map(|row| ("v3::Product", row.wire.clone(), &row.name));
    let statuses = tables.v3_statuses.iter().map(|row| ("Status", row.wire.clone(), &row.name));
    let reasons = tables.v3_reasons.iter().map(|row| ("Reason", row.wire.clone(), &row.name));
    let all = job_types.chain(products).chain(documents).chain(v3_products).chain(statuses).chain(reasons);
    all.map(|(kind, wire, name)| ((kind, wire), format!("{kind}::{name}"))).collect()
}

/// Returns a value as a Rust literal.
fn literal(value: &Value) -> Result<String, Error> {
    Ok(match value.kind() {
        ValueKind::String => format!("{:?}", value.as_str().unwrap_or_default()),
        ValueKind::Bool => value.is_true().to_string(),
        ValueKind::Seq => {
            let items: Result<Vec<_>, _> = value.try_iter()?.map(|item| literal(&item)).collect();
            format!("&[{}]", items?.join(", "))
        }
        _ => value.to_string(),
    })
}

fn optional(value: &Value) -> Result<String, Error> {
    if value.is_none() { Ok("None".to_owned()) } else { Ok(format!("Some({})", literal(value)?)) }
}

/// Converts words of a table to the name of an enum variant: `seen in code` becomes `SeenInCode`.
fn variant(words: &str) -> String {
    let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
    words.split(' ').map(capital).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_become_literals() {
        let rust = |value: Value| literal(&value).expect("a literal");
        assert_eq!(rust(Value::from("a\"b")), r#""a\"b""#);
        assert_eq!(rust(Value::from(true)), "true");
        assert_eq!(rust(Value::from(vec!["a", "b"])), r#"&["a", "b"]"#);
        assert_eq!(optional(&Value::from(7)).expect("a literal"), "Some(7)");
        assert_eq!(optional(&Value::from(())).expect("a literal"), "None");
        assert_eq!(variant("seen in code"), "SeenInCode");
    }
}
