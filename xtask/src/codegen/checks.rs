//! Checks the TOML tables of codes, ID types and products before files are generated from them.

mod ids;
mod products;
mod v3;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Debug,
};

use super::{
    client_rules, fidelity,
    tables::{Category, Row, Tables, constant},
};

/// Returns the problems in the tables, one line each.
pub(crate) fn problems(tables: &Tables) -> Vec<String> {
    let mut problems = Problems::new(tables);
    problems.rows("sources", &tables.sources);
    problems.rows("products", &tables.products);
    problems.rows("job_types", &tables.job_types);
    problems.rows("image_types", &tables.image_types);
    problems.rows("result_codes", &tables.result_codes);
    problems.rows("actions", &tables.actions);
    problems.rows("action_values", &tables.action_values);
    problems.rows("error_codes", &tables.error_codes);
    problems.rows("environments", &tables.environments);
    problems.rows("sandbox_results", &tables.sandbox_results);
    problems.rows("id_scenarios", &tables.id_scenarios);
    problems.rows("id_types", &tables.id_types);
    problems.rows("business_id_types", &tables.business_id_types);
    problems.rows("bank_codes", &tables.bank_codes);
    problems.rows("document_types", &tables.document_types);
    problems.rows("documents", &tables.documents);
    problems.rows("v3_statuses", &tables.v3_statuses);
    problems.rows("v3_reasons", &tables.v3_reasons);
    problems.rows("v3_products", &tables.v3_products);
    problems.rows("v3_identities", &tables.v3_identities);
    problems.rows(fidelity::TABLE, &tables.fidelity);
    problems.unused_sources(tables);

    problems.variants("products", tables.products.iter().map(|row| row.name.as_str()));
    problems.variants("job_types", tables.job_types.iter().map(|row| row.name.as_str()));
    problems.variants("image_types", tables.image_types.iter().map(|row| row.name.as_str()));
    problems.variants("actions", tables.actions.iter().map(|row| row.name.as_str()));
    problems.variants("action_values", tables.action_values.iter().map(|row| row.name.as_str()));
    problems.variants("document_types", tables.document_types.iter().map(|row| row.name.as_str()));
    problems.variants("v3_statuses", tables.v3_statuses.iter().map(|row| row.name.as_str()));
    problems.variants("v3_reasons", tables.v3_reasons.iter().map(|row| row.name.as_str()));
    problems.variants("v3_products", tables.v3_products.iter().map(|row| row.name.as_str()));
    problems.constants("result_codes", tables.result_codes.iter().map(|row| row.name.as_str()));
    problems.constants("error_codes", tables.error_codes.iter().filter_map(|row| row.name.as_deref()));

    problems.faults(tables);
    problems.codes("result_codes", tables.result_codes.iter().map(|row| row.code.as_str()));
    problems.codes("error_codes", tables.error_codes.iter().map(|row| row.code.as_str()));
    problems.codes("sandbox_results", tables.sandbox_results.iter().map(|row| row.code.as_str()));
    problems.codes("id_scenarios", tables.id_scenarios.iter().map(|row| row.code.as_str()));

    problems.job_types(tables);
    problems.values(tables);
    problems.sayings(tables);
    products::check(&mut problems, tables);
    ids::check(&mut problems, tables);
    v3::check(&mut problems, tables);
    problems.found.extend(client_rules::problems(&tables.client_rules, &tables.wire_sections));
    problems.found
}

/// Names that Rust enum variants cannot have.
const RESERVED_VARIANTS: [&str; 2] = ["Self", "Unlisted"];

struct Problems<'a> {
    defined: BTreeSet<&'a str>,
    used: BTreeSet<&'a str>,
    found: Vec<String>,
}

impl<'a> Problems<'a> {
    fn new(tables: &'a Tables) -> Self {
        let defined = tables.sources.iter().map(|source| source.label.as_str()).collect();
        Self { defined, used: BTreeSet::new(), found: Vec::new() }
    }

    fn found(&mut self, table: &str, problem: &str) {
        self.found.push(format!("{table}.toml: {problem}"));
    }

    /// Checks that the rows of a table are sorted, have no duplicates, and name known sources.
    fn rows<R: Row>(&mut self, table: &str, rows: &'a [R]) {
        if rows.is_empty() {
            self.found(table, "has no row");
        }
        for pair in rows.windows(2) {
            let (before, after) = (pair[0].key(), pair[1].key());
            if before == after {
                self.found(table, &format!("row `{after}` is a duplicate"));
            } else if before > after {
                self.found(table, &format!("row `{after}` is not sorted: it comes after `{before}`"));
            }
        }
        if table == "sources" {
            return;
        }
        for row in rows {
            let sources = row.sources();
            if sources.is_empty() {
                self.found(table, &format!("row `{}` has no source", row.key()));
            }
            for label in sources {
                self.used.insert(label);
                if !self.defined.contains(label) {
                    self.found(table, &format!("row `{}`: no source `{label}` in sources.toml", row.key()));
                }
            }
        }
    }

    fn unused_sources(&mut self, tables: &'a Tables) {
        for source in &tables.sources {
            let label = source.label.as_str();
            if !self.used.contains(label) {
                self.found("sources", &format!("no row uses `{label}`"));
            }
            if !is_label(label) {
                self.found("sources", &format!("`{label}` is not lower case letters, digits and hyphens"));
            }
            if source.description.is_empty() {
                self.found("sources", &format!("`{label}` has no description"));
            }
        }
    }

    fn variants(&mut self, table: &str, names: impl Iterator<Item = &'a str>) {
        let mut seen = BTreeSet::new();
        for name in names {
            if !is_variant(name) {
                self.found(table, &format!("`{name}` cannot be the name of a variant"));
            }
            if !seen.insert(name) {
                self.found(table, &format!("two rows have the name `{name}`"));
            }
        }
    }

    fn constants(&mut self, table: &str, names: impl Iterator<Item = &'a str>) {
        let mut seen = BTreeSet::new();
        for name in names {
            if !is_constant(name) {
                self.found(table, &format!("`{name}` cannot be the name of a constant"));
            }
            if !seen.insert(name) {
                self.found(table, &format!("two rows have the name `{name}`"));
            }
        }
    }

    fn codes(&mut self, table: &str, codes: impl Iterator<Item = &'a str>) {
        for code in codes {
            if code.len() != 4 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
                self.found(table, &format!("code `{code}` is not four digits"));
            }
        }
    }

    /// Checks that a row names the party that has to act if, and only if, its category is `error`.
    fn faults(&mut self, tables: &Tables) {
        for row in &tables.result_codes {
            if row.fault.is_some() != matches!(row.category, Category::Error) {
                self.found(
                    "result_codes",
                    &format!("row `{}`: `fault` requires the category `error`, and the reverse", row.code),
                );
            }
        }
    }

    /// Checks that lists of job types are sorted and contain only known job types.
    fn job_types(&mut self, tables: &'a Tables) {
        let known: BTreeSet<u16> = tables.job_types.iter().map(|row| row.wire).collect();
        let lists = [
            ("products", tables.products.iter().map(|row| row.job_types.clone()).collect::<Vec<_>>()),
            ("actions", tables.actions.iter().map(|row| row.job_types.clone()).collect()),
            ("sandbox_results", tables.sandbox_results.iter().map(|row| vec![row.job_type]).collect()),
        ];
        for (table, lists) in lists {
            for list in lists {
                for number in list.iter().filter(|number| !known.contains(number)) {
                    self.found(table, &format!("job type {number} is not in job_types.toml"));
                }
                self.sorted(table, "job types", &list);
            }
        }
    }

    /// Checks that a list is sorted and has no duplicates.
    fn sorted<T: Ord + Debug>(&mut self, table: &str, what: &str, list: &[T]) {
        if !list.is_sorted_by(|before, after| before < after) {
            self.found(table, &format!("{what} {list:?} are not sorted, or have a duplicate"));
        }
    }

    /// Checks that the rows of the fidelity table have a text, and that the endpoint names exist in the code.
    fn sayings(&mut self, tables: &Tables) {
        for row in &tables.fidelity {
            if row.says.trim().is_empty() {
                self.found(fidelity::TABLE, &format!("row `{}` has no text", row.name));
            }
            if row.kind == fidelity::Kind::Endpoint && !is_keyword(&row.name) {
                self.found(fidelity::TABLE, &format!("`{}` cannot be the name of an endpoint", row.name));
            }
        }
    }

    fn values(&mut self, tables: &'a Tables) {
        let values: BTreeMap<&str, &str> =
            tables.action_values.iter().map(|row| (row.wire.as_str(), row.name.as_str())).collect();
        for row in &tables.actions {
            for value in row.values_seen.keys().filter(|value| !values.contains_key(value.as_str())) {
                let problem = format!("`{}`: no value `{value}` in action_values.toml", row.wire);
                self.found("actions", &problem);
            }
        }
        let mut constants = BTreeSet::new();
        for row in &tables.environments {
            if !is_constant(&constant(&row.name)) || !constants.insert(constant(&row.name)) {
                let problem = format!("`{}` cannot be a name, or is a duplicate", row.name);
                self.found("environments", &problem);
            }
            if !row.origin.starts_with("https://") || row.origin.ends_with('/') {
                self.found("environments", &format!("`{}` is not an https origin", row.origin));
            }
        }
        for row in &tables.sandbox_results {
            if !matches!(row.sandbox_result.as_str(), "0" | "1" | "2") {
                self.found("sandbox_results", &format!("`{}` is not 0, 1 or 2", row.sandbox_result));
            }
        }
        for row in &tables.id_scenarios {
            if !row.digit.is_ascii_digit() {
                self.found("id_scenarios", &format!("`{}` is no digit", row.digit));
            }
        }
        for row in &tables.error_codes {
            if row.http_status.is_some_and(|status| !(100..600).contains(&status)) {
                self.found("error_codes", &format!("`{}` has no HTTP status in its http_status", row.code));
            }
            if row.http_status.is_some() != row.http_status_basis.is_some() {
                let problem = format!("`{}`: http_status and http_status_basis require each other", row.code);
                self.found("error_codes", &problem);
            }
        }
    }
}

fn is_label(label: &str) -> bool {
    !label.is_empty()
        && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

fn is_keyword(word: &str) -> bool {
    word.starts_with(|first: char| first.is_ascii_lowercase())
        && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

fn is_variant(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_uppercase())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && !RESERVED_VARIANTS.contains(&name)
}

fn is_constant(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_uppercase())
        && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::{
        super::{
            fidelity::Fidelity,
            tables::{ActionValue, parse},
        },
        *,
    };

    /// Returns the real, valid tables. A test changes one value in them and expects one problem.
    pub(super) fn tables() -> Tables {
        let root = crate::workspace::root().expect("the root of the repository");
        Tables::load(&root).expect("readable tables")
    }

    pub(super) fn assert_only(tables: &Tables, problem: &str) {
        let found = problems(tables);
        assert!(matches!(&found[..], [only] if only.contains(problem)), "{problem}: {found:#?}");
    }

    #[test]
    fn the_tables_hold() {
        assert_eq!(problems(&tables()), Vec::<String>::new());
    }

    #[test]
    fn a_duplicate_is_refused() {
        let mut tables = tables();
        let twin = tables.id_scenarios[0].clone();
        tables.id_scenarios.insert(0, twin);
        assert_only(&tables, "id_scenarios.toml: row `0` is a duplicate");
    }

    #[test]
    fn rows_out_of_order_are_refused() {
        let mut tables = tables();
        tables.action_values.swap(0, 1);
        assert_only(&tables, "action_values.toml: row `Approved` is not sorted");
    }

    #[test]
    fn an_unknown_source_is_refused() {
        let mut tables = tables();
        tables.actions[0].source.push("hearsay".to_owned());
        assert_only(&tables, "no source `hearsay` in sources.toml");
    }

    #[test]
    fn a_source_of_a_value_counts_as_one_of_the_row() {
        let mut tables = tables();
        tables.actions[0].values_seen.insert("Passed".to_owned(), vec!["hearsay".to_owned()]);
        assert_only(&tables, "no source `hearsay` in sources.toml");
    }

    #[test]
    fn a_source_that_no_row_uses_is_refused() {
        let mut tables = tables();
        let mut unused = tables.sources[0].clone();
        unused.label = "zzz".to_owned();
        tables.sources.push(unused);
        assert_only(&tables, "no row uses `zzz`");
    }

    #[test]
    fn a_row_without_a_source_is_refused() {
        let mut tables = tables();
        tables.id_scenarios[0].source.clear();
        assert_only(&tables, "id_scenarios.toml: row `0` has no source");
    }

    #[test]
    fn a_row_without_confidence_or_with_another_word_is_not_read() {
        let row = "[[row]]\nname = \"Passed\"\nwire = \"Passed\"\nsource = [\"ios\"]\n";
        let refusal = parse::<ActionValue>(row).expect_err("no confidence").to_string();
        assert!(refusal.contains("missing field `confidence`"), "{refusal}");
        let refusal =
            parse::<ActionValue>(&format!("{row}confidence = \"sure\"\n")).expect_err("another word");
        assert!(refusal.to_string().contains("seen in code"), "{refusal}");
        assert!(parse::<ActionValue>(&format!("{row}confidence = \"inferred\"\n")).is_ok());
    }

    #[test]
    fn an_unknown_field_is_not_read() {
        let row = "[[row]]\nname = \"A\"\nwire = \"A\"\nsource = []\nconfidence = \"inferred\"\ncolour = 1\n";
        let refusal = parse::<ActionValue>(row).expect_err("an unknown field").to_string();
        assert!(refusal.contains("colour"), "{refusal}");
    }

    #[test]
    fn a_name_that_rust_would_not_take_is_refused() {
        for name in ["2Fast", "lower", "With_Underscore", "Self", "Unlisted"] {
            let mut tables = tables();
            name.clone_into(&mut tables.image_types[0].name);
            assert_only(&tables, &format!("`{name}` cannot be the name of a variant"));
        }
        let mut tables = tables();
        tables.image_types[1].name = tables.image_types[0].name.clone();
        assert_only(&tables, "two rows have the name");
    }

    #[test]
    fn a_row_of_the_mock_servers_table_has_a_source_a_mark_and_a_place() {
        let mut tables = tables();
        tables.fidelity[0].source.clear();
        assert_only(&tables, "fidelity.toml: row `0 aml` has no source");
        tables.fidelity[0].source.push("docs-aml".to_owned());
        tables.fidelity.swap(0, 1);
        assert_only(&tables, "fidelity.toml: row `0 aml` is not sorted");
        let twin = tables.fidelity[1].clone();
        tables.fidelity[0] = twin;
        assert_only(&tables, "fidelity.toml: row `0 aml` is a duplicate");

        let row = "[[row]]\nkind = \"endpoint\"\nname = \"aml\"\nsays = \"So.\"\nsource = [\"android\"]\n";
        let refusal = parse::<Fidelity>(row).expect_err("no mark").to_string();
        assert!(refusal.contains("missing field `mark`"), "{refusal}");
        let refusal = parse::<Fidelity>(&format!("{row}mark = \"known\"\n")).expect_err("another word");
        assert!(refusal.to_string().contains("observed"), "{refusal}");
        assert!(parse::<Fidelity>(&format!("{row}mark = \"ours\"\n")).is_ok());
    }

    #[test]
    fn a_row_of_the_mock_servers_table_says_something_of_something() {
        let mut tables = tables();
        " ".clone_into(&mut tables.fidelity[0].says);
        assert_only(&tables, "row `aml` has no text");
        let mut tables = self::tables();
        "POST aml".clone_into(&mut tables.fidelity[0].name);
        assert_only(&tables, "`POST aml` cannot be the name of an endpoint");
    }

    #[test]
    fn a_code_that_is_not_four_digits_is_refused() {
        let mut tables = tables();
        tables.error_codes[0].code = "220".to_owned();
        assert_only(&tables, "error_codes.toml: code `220` is not four digits");
    }

    #[test]
    fn a_fault_without_an_error_is_refused() {
        let mut tables = tables();
        let error = tables.result_codes.iter_mut().find(|row| row.fault.is_some()).expect("one with a fault");
        error.fault = None;
        assert_only(&tables, "`fault` requires the category `error`, and the reverse");
    }

    #[test]
    fn a_job_type_without_a_row_is_refused() {
        let mut tables = tables();
        tables.actions[1].job_types.push(99);
        assert_only(&tables, "job type 99 is not in job_types.toml");
    }
    #[test]
    fn a_list_out_of_order_is_refused() {
        let mut tables = tables();
        tables.actions[1].job_types.reverse();
        assert_only(&tables, "are not sorted, or have a duplicate");
        let list = &mut tables.actions[1].job_types;
        list.reverse();
        list.push(list[list.len() - 1]);
        assert_only(&tables, "are not sorted, or have a duplicate");
    }
}
