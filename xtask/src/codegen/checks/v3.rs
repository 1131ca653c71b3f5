//! Checks the tables of V3.

use super::{
    super::tables::{Fault, Tables},
    Problems, is_keyword,
    products::product_row,
};

const DECISIONS: [&str; 6] = ["approved", "finding", "not_done", "pending", "rejected", "unknown"];

pub(super) fn check(problems: &mut Problems<'_>, tables: &Tables) {
    statuses(problems, tables);
    reasons(problems, tables);
    products(problems, tables);
    identities(problems, tables);
}

/// Checks that only one status is an approval.
fn statuses(problems: &mut Problems<'_>, tables: &Tables) {
    for row in &tables.v3_statuses {
        if !DECISIONS.contains(&row.decision.as_str()) {
            problems.found("v3_statuses", &format!("`{}`: no decision `{}`", row.wire, row.decision));
        }
    }
    let approving = tables.v3_statuses.iter().filter(|row| row.decision == "approved");
    if approving.map(|row| row.wire.as_str()).ne(["clear"]) {
        problems.found("v3_statuses", "only `clear` may be approved");
    }
}

/// Checks that reasons refer to known statuses, and that only reasons of errors name a party that has to act.
fn reasons(problems: &mut Problems<'_>, tables: &Tables) {
    for row in &tables.v3_reasons {
        if !is_keyword(&row.wire) {
            problems.found("v3_reasons", &format!("`{}` is no keyword", row.wire));
        }
        problems.sorted("v3_reasons", "statuses", &row.statuses);
        for status in row.statuses.iter().filter(|status| !is_status(tables, status)) {
            problems.found("v3_reasons", &format!("`{}`: no status `{status}`", row.wire));
        }
        let is_error = row.statuses == ["error"];
        if row.fault.is_some() != is_error || matches!(row.fault, Some(Fault::Account)) {
            problems.found("v3_reasons", &format!("`{}`: `fault` goes with the status `error`", row.wire));
        }
    }
}

fn products(problems: &mut Problems<'_>, tables: &Tables) {
    for row in &tables.v3_products {
        if row.v1.as_deref().is_some_and(|word| product_row(tables, word).is_none()) {
            problems.found("v3_products", &format!("`{}`: `v1` is not in products.toml", row.wire));
        }
        if row.path.as_deref().is_some_and(|path| !path.starts_with("/v3/")) {
            problems.found("v3_products", &format!("`{}`: the path is not one of V3", row.wire));
        }
    }
}

/// Checks that the reason of a test identity belongs to its status.
fn identities(problems: &mut Problems<'_>, tables: &Tables) {
    for row in &tables.v3_identities {
        let name = &row.last_name;
        let reason = row.reason.as_ref();
        let goes_with_it = |reason: &String| {
            tables.v3_reasons.iter().any(|it| it.wire == *reason && it.statuses.contains(&row.status))
        };
        if !is_status(tables, &row.status) || !reason.is_none_or(goes_with_it) {
            let problem = format!("`{name}`: no reason {reason:?} of status `{}`", row.status);
            problems.found("v3_identities", &problem);
        }
        problems.sorted("v3_identities", "products", &row.products);
        for product in &row.products {
            if !tables.v3_products.iter().any(|it| it.wire == *product) {
                problems.found("v3_identities", &format!("`{name}`: no product `{product}`"));
            }
        }
    }
}

fn is_status(tables: &Tables, status: &str) -> bool {
    tables.v3_statuses.iter().any(|row| row.wire == status)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{assert_only, tables};

    #[test]
    fn a_second_approving_status_is_refused() {
        let mut tables = tables();
        tables.v3_statuses[0].decision = "approved".to_owned();
        assert_only(&tables, "v3_statuses.toml: only `clear` may be approved");
        tables.v3_statuses[0].decision = "passed".to_owned();
        assert_only(&tables, "v3_statuses.toml: `attention`: no decision `passed`");
    }

    #[test]
    fn a_fault_without_an_error_is_refused() {
        let mut tables = tables();
        let row = tables.v3_reasons.iter_mut().find(|row| row.wire == "internal_error").expect("a row");
        row.fault = None;
        assert_only(&tables, "`internal_error`: `fault` goes with the status `error`");
    }

    #[test]
    fn rows_that_name_other_tables_wrongly_are_refused() {
        let mut broken = tables();
        broken.v3_reasons[0].statuses = vec!["closed".to_owned()];
        assert_only(&broken, "`account_locked`: no status `closed`");

        let mut broken = tables();
        broken.v3_products[0].v1 = Some("address".to_owned());
        assert_only(&broken, "`address_verification`: `v1` is not in products.toml");
        broken.v3_products[0].v1 = None;
        broken.v3_products[0].path = Some("/v1/address".to_owned());
        assert_only(&broken, "`address_verification`: the path is not one of V3");

        let mut broken = tables();
        broken.v3_identities[0].reason = Some("high_risk".to_owned());
        assert_only(&broken, "`Badnumber`: no reason Some(\"high_risk\") of status `error`");

        let mut broken = tables();
        broken.v3_identities[0].products = vec!["passport".to_owned()];
        assert_only(&broken, "`Badnumber`: no product `passport`");
    }
}
