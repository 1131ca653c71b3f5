//! Checks the tables of products and of their result codes.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    super::tables::{Product, Tables, job_types_of},
    Problems, is_keyword,
};

/// Products that look up an ID number. In the sandbox, a digit of the number selects their result code.
const LOOKING_UP: [&str; 3] = ["biometric_kyc", "enhanced_document_verification", "enhanced_kyc"];

pub(super) fn check(problems: &mut Problems<'_>, tables: &Tables) {
    words(problems, tables);
    job_types(problems, tables);
    result_codes(problems, tables);
    sandbox(problems, tables);
}

/// Checks that each name and alias belongs to only one product.
fn words(problems: &mut Problems<'_>, tables: &Tables) {
    let mut seen = BTreeMap::new();
    for row in &tables.products {
        for word in [&row.wire].into_iter().chain(&row.aliases) {
            if !is_keyword(word) {
                problems.found("products", &format!("`{word}` is no keyword"));
            }
            if let Some(other) = seen.insert(word, &row.wire) {
                let problem = format!("`{word}` names both `{other}` and `{}`", row.wire);
                problems.found("products", &problem);
            }
        }
        problems.sorted("products", "aliases", &row.aliases);
        let own: BTreeSet<_> = [&row.wire].into_iter().chain(&row.aliases).collect();
        for word in row.token_keywords.iter().filter(|word| !own.contains(word)) {
            let problem = format!("`{}`: token keyword `{word}` is neither its name nor an alias", row.wire);
            problems.found("products", &problem);
        }
    }
}

/// Checks that a job type and its product refer to each other.
fn job_types(problems: &mut Problems<'_>, tables: &Tables) {
    let mut taken = BTreeSet::new();
    for row in &tables.job_types {
        let Some(product) = &row.product else { continue };
        match product_row(tables, product) {
            None => problems.found("job_types", &format!("product `{product}` is not in products.toml")),
            Some(found) if !found.job_types.contains(&row.wire) => {
                let problem = format!("product `{product}` is not one of job type {}", row.wire);
                problems.found("job_types", &problem);
            }
            Some(_) => {}
        }
        if !taken.insert(product) {
            problems.found("job_types", &format!("product `{product}` is a duplicate"));
        }
    }
}

/// Checks that a code has only one meaning for each product.
fn result_codes(problems: &mut Problems<'_>, tables: &Tables) {
    let mut keys = BTreeSet::new();
    for row in &tables.result_codes {
        if row.products.is_empty() {
            problems.found("result_codes", &format!("`{}` has a row without products", row.code));
        }
        problems.sorted("result_codes", "products", &row.products);
        for product in &row.products {
            if product_row(tables, product).is_none() {
                let problem = format!("`{}`: product `{product}` is not in products.toml", row.code);
                problems.found("result_codes", &problem);
            }
            if !keys.insert((&row.code, product)) {
                let problem = format!("`{}` has two meanings for product `{product}`", row.code);
                problems.found("result_codes", &problem);
            }
        }
    }
}

/// Checks that a product has the result codes that the sandbox table lists for it.
fn sandbox(problems: &mut Problems<'_>, tables: &Tables) {
    for row in &tables.sandbox_results {
        let is_known = tables.result_codes.iter().any(|known| {
            known.code == row.code && job_types_of(&tables.products, &known.products).contains(&row.job_type)
        });
        if !is_known {
            let problem = format!("`{}` is not a result code of job type {}", row.code, row.job_type);
            problems.found("sandbox_results", &problem);
        }
    }
    for row in &tables.id_scenarios {
        for product in LOOKING_UP {
            let is_known = tables.result_codes.iter().any(|known| {
                known.code == row.code && known.lookup && known.products.iter().any(|it| it == product)
            });
            if !is_known {
                let problem = format!("`{}` is not a result code of a lookup for `{product}`", row.code);
                problems.found("id_scenarios", &problem);
            }
        }
    }
}

pub(super) fn product_row<'a>(tables: &'a Tables, product: &str) -> Option<&'a Product> {
    tables.products.iter().find(|row| row.wire == product)
}

#[cfg(test)]
mod tests {
    use super::{
        super::tests::{assert_only, tables},
        *,
    };

    fn position(tables: &Tables, product: &str) -> usize {
        tables.products.iter().position(|row| row.wire == product).expect("a product of the table")
    }

    #[test]
    fn a_word_for_two_products_is_refused() {
        let mut tables = tables();
        let update = position(&tables, "update_photo");
        tables.products[update].aliases = vec!["authentication".to_owned()];
        assert_only(&tables, "`authentication` names both `smartselfie_authentication` and `update_photo`");
        tables.products[update].aliases = vec!["aml".to_owned()];
        assert_only(&tables, "`aml` names both");
        tables.products[update].aliases = vec!["b".to_owned(), "a".to_owned()];
        assert_only(&tables, "products.toml: aliases [\"b\", \"a\"] are not sorted");
    }

    #[test]
    fn a_word_that_is_no_keyword_is_refused() {
        let mut tables = tables();
        let update = position(&tables, "update_photo");
        tables.products[update].aliases = vec!["Update Photo".to_owned()];
        assert_only(&tables, "products.toml: `Update Photo` is no keyword");
    }

    #[test]
    fn a_token_keyword_from_elsewhere_is_refused() {
        let mut tables = tables();
        let update = position(&tables, "update_photo");
        tables.products[update].token_keywords = vec!["smartselfie".to_owned()];
        assert_only(&tables, "`update_photo`: token keyword `smartselfie` is neither");
    }

    #[test]
    fn a_job_type_and_a_product_that_disagree_are_refused() {
        let mut tables = tables();
        let compare = tables.job_types.iter().position(|row| row.wire == 3).expect("a row");
        tables.job_types[compare].product = Some("smartselfie_compare".to_owned());
        assert_only(&tables, "product `smartselfie_compare` is not in products.toml");
        tables.job_types[compare].product = Some("phone_number_verification".to_owned());
        assert_only(&tables, "product `phone_number_verification` is not one of job type 3");
        tables.job_types[compare].product = None;

        let update = tables.job_types.iter().position(|row| row.wire == 8).expect("a row");
        tables.job_types[update].product = Some("aml".to_owned());
        let aml = position(&tables, "aml");
        tables.products[aml].job_types = vec![8, 10];
        assert_only(&tables, "product `aml` is a duplicate");
    }

    #[test]
    fn a_result_code_without_good_products_is_refused() {
        let mut tables = tables();
        let last = tables.result_codes.len() - 1;
        tables.result_codes[last].products.clear();
        assert_only(&tables, "has a row without products");
        tables.result_codes[last].products = vec!["mobile_sdk".to_owned()];
        assert_only(&tables, "product `mobile_sdk` is not in products.toml");
        tables.result_codes[last].products = vec!["smile_secure".to_owned(), "aml".to_owned()];
        assert_only(&tables, "result_codes.toml: products [\"smile_secure\", \"aml\"] are not sorted");
    }

    #[test]
    fn two_meanings_for_one_product_are_refused() {
        let mut tables = tables();
        let found = tables.result_codes.iter_mut().find(|row| row.products == ["business_verification"]);
        let row = found.expect("the row of a business that was found");
        row.products.push("enhanced_kyc".to_owned());
        assert_only(&tables, "`1012` has two meanings for product `enhanced_kyc`");
    }

    #[test]
    fn a_sandbox_result_of_another_job_type_is_refused() {
        let mut tables = tables();
        tables.sandbox_results[0].code = "0820".to_owned();
        assert_only(&tables, "sandbox_results.toml: `0820` is not a result code of job type 1");
    }

    #[test]
    fn a_scenario_that_no_lookup_gives_is_refused() {
        let mut tables = tables();
        tables.id_scenarios[0].code = "1022".to_owned();
        let found = super::super::problems(&tables);
        assert_eq!(found.len(), LOOKING_UP.len(), "{found:#?}");
        assert!(
            found[0].contains("`1022` is not a result code of a lookup for `biometric_kyc`"),
            "{found:#?}"
        );

        // This code belongs to the products, but it is not the code of a lookup.
        "1012".clone_into(&mut tables.id_scenarios[0].code);
        for row in tables.result_codes.iter_mut().filter(|row| row.code == "1013") {
            row.lookup = false;
        }
        let found = super::super::problems(&tables);
        assert_eq!(found.len(), LOOKING_UP.len(), "{found:#?}");
    }
}
