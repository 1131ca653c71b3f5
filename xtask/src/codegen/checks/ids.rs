//! Checks the tables of ID types, bank codes and documents.

use std::collections::BTreeSet;

use regex_lite::RegexBuilder;

use super::{super::tables::Tables, Problems, is_constant, products::product_row};

/// Members that some ID types require and for which the Rust type of `id_info` has no field.
const MEMBERS_WITHOUT_A_FIELD: &[&str] = &["operator"];

pub(super) fn check(problems: &mut Problems<'_>, tables: &Tables) {
    for row in &tables.id_types {
        let shape = Shape {
            table: "id_types",
            country: &row.country,
            id_type: &row.id_type,
            required: &row.required,
            patterns: &row.patterns,
            case_insensitive: row.case_insensitive,
            sandbox_number: row.sandbox_number.as_deref(),
            scenario_at: row.scenario_at,
        };
        shape.check(problems, tables);
        problems.sorted("id_types", "products", &row.products);
        for product in row.products.iter().filter(|product| product_row(tables, product).is_none()) {
            let problem = format!("{}: product `{product}` is not in products.toml", shape.name());
            problems.found("id_types", &problem);
        }
    }
    for row in &tables.business_id_types {
        let shape = Shape {
            table: "business_id_types",
            country: &row.country,
            id_type: &row.id_type,
            required: &row.required,
            patterns: &row.patterns,
            case_insensitive: row.case_insensitive,
            sandbox_number: row.sandbox_number.as_deref(),
            scenario_at: None,
        };
        shape.check(problems, tables);
    }
    let without =
        MEMBERS_WITHOUT_A_FIELD.iter().filter(|name| tables.id_info_members.contains(&(**name).to_owned()));
    for name in without {
        problems.found("id_types", &format!("`{name}` has its own field now: remove it from the list"));
    }
    bank_codes(problems, tables);
    documents(problems, tables);
}

/// Members that rows of personal and business ID types have in common.
struct Shape<'a> {
    table: &'static str,
    country: &'a str,
    id_type: &'a str,
    required: &'a [String],
    patterns: &'a [String],
    case_insensitive: bool,
    sandbox_number: Option<&'a str>,
    scenario_at: Option<usize>,
}

impl Shape<'_> {
    fn name(&self) -> String {
        format!("`{} {}`", self.country, self.id_type)
    }

    fn check(&self, problems: &mut Problems<'_>, tables: &Tables) {
        country(problems, self.table, self.country);
        if !is_constant(self.id_type) {
            problems.found(self.table, &format!("{} is not in capital letters", self.name()));
        }
        for field in self.required {
            if !tables.id_info_members.contains(field) && !MEMBERS_WITHOUT_A_FIELD.contains(&field.as_str()) {
                problems.found(self.table, &format!("{}: `{field}` is not a member of id_info", self.name()));
            }
        }
        problems.sorted(self.table, "required fields", self.required);
        let fits = self.fitting(problems);
        if self.sandbox_number.is_some() && fits == Some(false) {
            let problem = format!("{}: the sandbox number matches no pattern", self.name());
            problems.found(self.table, &problem);
        }
        self.scenario(problems);
    }

    /// Returns true if a pattern matches the sandbox number. None if there are no patterns or no number.
    fn fitting(&self, problems: &mut Problems<'_>) -> Option<bool> {
        let mut fits = None;
        for pattern in self.patterns {
            match RegexBuilder::new(pattern).case_insensitive(self.case_insensitive).build() {
                Ok(regex) => {
                    let matches = self.sandbox_number.is_some_and(|number| regex.is_match(number));
                    fits = Some(fits.unwrap_or(false) || matches);
                }
                Err(error) => {
                    let problem = format!("{}: `{pattern}` does not compile: {error}", self.name());
                    problems.found(self.table, &problem);
                }
            }
        }
        fits
    }

    /// Checks that the scenario digit of the sandbox number is its last digit, and 0.
    fn scenario(&self, problems: &mut Problems<'_>) {
        let Some(number) = self.sandbox_number else {
            if self.scenario_at.is_some() {
                problems.found(self.table, &format!("{}: no number for scenario_at", self.name()));
            }
            return;
        };
        let at = number.rfind(|c: char| c.is_ascii_digit());
        let last = number.len().checked_sub(1);
        let is_zero = at.is_some_and(|at| number[at..].starts_with('0'));
        // The position may be given only if the digit is not the last character, so that exceptions are visible.
        let said = if at == last { None } else { at };
        if !number.is_ascii() || !is_zero || said != self.scenario_at {
            let problem = format!("{}: the scenario digit of `{number}` is not at scenario_at", self.name());
            problems.found(self.table, &problem);
        }
    }
}

fn bank_codes(problems: &mut Problems<'_>, tables: &Tables) {
    for row in &tables.bank_codes {
        country(problems, "bank_codes", &row.country);
        if row.code.is_empty() || !row.code.bytes().all(|byte| byte.is_ascii_digit()) {
            problems.found("bank_codes", &format!("`{}` is not a bank code", row.code));
        }
        if row.name.trim().is_empty() {
            problems.found("bank_codes", &format!("`{}` has no name", row.code));
        }
    }
}

fn documents(problems: &mut Problems<'_>, tables: &Tables) {
    let known: BTreeSet<&String> = tables.document_types.iter().map(|row| &row.wire).collect();
    for wire in known.iter().filter(|wire| !wire.is_empty() && !is_constant(wire)) {
        problems.found("document_types", &format!("`{wire}` is not in capital letters"));
    }
    for row in &tables.documents {
        country(problems, "documents", &row.country);
        if !is_constant(&row.continent) || row.name.trim().is_empty() {
            problems.found("documents", &format!("`{}` has no continent or no name", row.country));
        }
        for list in [&row.with_back, &row.without_back] {
            problems.sorted("documents", "codes", list);
            for code in list.iter().filter(|code| !known.contains(code)) {
                let problem = format!("`{}`: no code `{code}` in document_types.toml", row.country);
                problems.found("documents", &problem);
            }
        }
        for code in row.with_back.iter().filter(|code| row.without_back.contains(code)) {
            let problem = format!("`{}`: `{code}` is listed with its back and without", row.country);
            problems.found("documents", &problem);
        }
    }
}

fn country(problems: &mut Problems<'_>, table: &str, country: &str) {
    if country.len() != 2 || !country.bytes().all(|byte| byte.is_ascii_uppercase()) {
        problems.found(table, &format!("country `{country}` is not two capital letters"));
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{
            super::tables::IdType,
            tests::{assert_only, tables},
        },
        *,
    };

    fn id_type<'a>(tables: &'a mut Tables, id_type: &str) -> &'a mut IdType {
        let found = tables.id_types.iter_mut().find(|row| row.id_type == id_type);
        found.expect("an ID type of the table")
    }

    #[test]
    fn a_country_that_is_not_two_capital_letters_is_refused() {
        for country in ["zW", "ZWE", ""] {
            let mut tables = tables();
            let (bank, last) = (tables.bank_codes.len() - 1, tables.documents.len() - 1);
            id_type(&mut tables, "TPIN").country = country.to_owned();
            country.clone_into(&mut tables.business_id_types[0].country);
            country.clone_into(&mut tables.bank_codes[bank].country);
            country.clone_into(&mut tables.documents[last].country);
            let found = super::super::problems(&tables);
            for table in ["id_types", "business_id_types", "bank_codes", "documents"] {
                let expected = format!("{table}.toml: country `{country}` is not two capital letters");
                assert!(found.contains(&expected), "{found:#?}");
            }
        }
    }

    #[test]
    fn a_pattern_that_does_not_compile_is_refused() {
        for pattern in ["^(?=.*[0-9])[A-Z0-9]{9}$", "^[0-9", "/^[0-9]{9}$/("] {
            let mut tables = tables();
            id_type(&mut tables, "TPIN").patterns.push(pattern.to_owned());
            assert_only(&tables, &format!("`ZM TPIN`: `{pattern}` does not compile"));
        }
        let mut tables = tables();
        tables.business_id_types[0].patterns.push("(".to_owned());
        assert_only(&tables, "business_id_types.toml: `KE BUSINESS_REGISTRATION`: `(` does not compile");
    }

    #[test]
    fn a_sandbox_number_that_matches_no_pattern_is_refused() {
        let mut tables = tables();
        id_type(&mut tables, "TPIN").sandbox_number = Some("000000000".to_owned());
        assert_only(&tables, "`ZM TPIN`: the sandbox number matches no pattern");
        // One matching pattern is enough.
        id_type(&mut tables, "TPIN").patterns.push("^[0-9]{9}$".to_owned());
        assert_eq!(super::super::problems(&tables), Vec::<String>::new());
    }

    #[test]
    fn the_flag_of_a_pattern_counts() {
        let mut tables = tables();
        id_type(&mut tables, "SSNIT").patterns = vec!["^c0+$".to_owned()];
        assert_eq!(super::super::problems(&tables), Vec::<String>::new());
        id_type(&mut tables, "SSNIT").case_insensitive = false;
        assert_only(&tables, "`GH SSNIT`: the sandbox number matches no pattern");
    }

    #[test]
    fn a_scenario_digit_elsewhere_is_refused() {
        for (number, at) in [
            (Some("A000000000A"), None),
            (Some("A000000000A"), Some(8)),
            (Some("A000000001A"), Some(9)),
            (Some("0000000000"), Some(9)),
            (Some("A"), None),
            (None, Some(9)),
        ] {
            let mut tables = tables();
            let row = tables.id_types.iter_mut().find(|row| row.scenario_at.is_some()).expect("a row");
            row.patterns.clear();
            (row.sandbox_number, row.scenario_at) = (number.map(str::to_owned), at);
            assert_only(&tables, "id_types.toml: `KE TAX_INFORMATION`: ");
        }
    }

    #[test]
    fn words_of_an_id_type_that_are_none_are_refused() {
        let mut tables = tables();
        id_type(&mut tables, "TPIN").required = vec!["card number".to_owned()];
        assert_only(&tables, "`ZM TPIN`: `card number` is not a member of id_info");
        id_type(&mut tables, "TPIN").required = vec!["date_of_birth".to_owned()];
        assert_only(&tables, "`ZM TPIN`: `date_of_birth` is not a member of id_info");
        id_type(&mut tables, "TPIN").required = vec!["operator".to_owned()];
        assert_eq!(super::super::problems(&tables), Vec::<String>::new());
        id_type(&mut tables, "TPIN").required = vec!["dob".to_owned(), "bank_code".to_owned()];
        assert_only(&tables, "required fields [\"dob\", \"bank_code\"] are not sorted");
        id_type(&mut tables, "TPIN").required.clear();
        id_type(&mut tables, "TPIN").products = vec!["smartselfie".to_owned()];
        assert_only(&tables, "`ZM TPIN`: product `smartselfie` is not in products.toml");
        id_type(&mut tables, "TPIN").products = vec!["basic_kyc".to_owned(), "aml".to_owned()];
        assert_only(&tables, "id_types.toml: products [\"basic_kyc\", \"aml\"] are not sorted");
        id_type(&mut tables, "TPIN").products.clear();
        id_type(&mut tables, "TPIN").id_type = "Tpin".to_owned();
        assert_only(&tables, "`ZM Tpin` is not in capital letters");
    }

    #[test]
    fn a_required_name_of_a_business_is_checked_too() {
        let mut tables = tables();
        tables.business_id_types[0].required = vec!["kind".to_owned()];
        assert_only(
            &tables,
            "business_id_types.toml: `KE BUSINESS_REGISTRATION`: `kind` is not a member of id_info",
        );
    }

    #[test]
    fn a_list_of_members_without_a_field_is_kept_short() {
        let mut tables = tables();
        tables.id_info_members.push("operator".to_owned());
        assert_only(&tables, "`operator` has its own field now");
    }

    #[test]
    fn a_bank_code_that_is_none_is_refused() {
        let mut tables = tables();
        let last = tables.bank_codes.len() - 1;
        tables.bank_codes[last].code = "99A".to_owned();
        assert_only(&tables, "bank_codes.toml: `99A` is not a bank code");
        tables.bank_codes[last].code = "999".to_owned();
        tables.bank_codes[last].name = " ".to_owned();
        assert_only(&tables, "bank_codes.toml: `999` has no name");
    }

    #[test]
    fn a_document_that_no_table_names_is_refused() {
        let mut tables = tables();
        tables.documents[0].without_back = vec!["NATIONAL_ID".to_owned()];
        assert_only(&tables, "documents.toml: `AD`: no code `NATIONAL_ID` in document_types.toml");
        tables.documents[0].without_back = vec!["VOTER_ID".to_owned(), "PASSPORT".to_owned()];
        assert_only(&tables, "documents.toml: codes [\"VOTER_ID\", \"PASSPORT\"] are not sorted");
        tables.documents[0].without_back.clear();
        tables.documents[0].continent = "Europe".to_owned();
        assert_only(&tables, "documents.toml: `AD` has no continent or no name");
    }

    #[test]
    fn a_document_with_and_without_a_back_is_refused() {
        let mut tables = tables();
        let code = tables.documents[0].with_back[0].clone();
        tables.documents[0].without_back = vec![code.clone()];
        assert_only(&tables, &format!("`AD`: `{code}` is listed with its back and without"));
    }

    #[test]
    fn a_code_in_small_letters_is_refused() {
        let mut tables = tables();
        let last = tables.document_types.len() - 1;
        let old = std::mem::replace(&mut tables.document_types[last].wire, "Work Permit".to_owned());
        let lists = |row: &mut super::super::super::tables::CountryDocuments| {
            row.with_back.retain(|code| *code != old);
            row.without_back.retain(|code| *code != old);
        };
        tables.documents.iter_mut().for_each(lists);
        let found = super::super::problems(&tables);
        let expected = "document_types.toml: `Work Permit` is not in capital letters";
        assert!(found.iter().any(|problem| problem == expected), "{found:#?}");
    }
}
