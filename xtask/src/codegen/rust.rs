//! The tables as Rust: rows and nothing else, so that all logic stays in files that people write.

use std::{collections::BTreeMap, fmt::Display};

use super::{
    client_rules, fidelity,
    tables::{BusinessIdType, Confidence, DATA, Environment, IdType, Tables},
    text::{doc, module_doc},
};

/// The modules: name of the file without `.rs`, and its text before rustfmt.
pub(crate) fn modules(tables: &Tables) -> Vec<(&'static str, String)> {
    vec![
        ("action", action(tables)),
        ("action_value", action_value(tables)),
        ("bank_codes", bank_codes(tables)),
        ("document_type", document_type(tables)),
        ("documents", documents(tables)),
        ("environments", environments(tables)),
        ("error_codes", error_codes(tables)),
        ("id_types", id_types(tables)),
        ("image_type", image_type(tables)),
        ("job_type", job_type(tables)),
        ("product", product(tables)),
        ("products", products(tables)),
        ("result_codes", result_codes(tables)),
        ("sandbox", sandbox(tables)),
    ]
}

/// The mock server's modules, in the same way.
pub(crate) fn mock_modules(tables: &Tables) -> Vec<(&'static str, String)> {
    let header = generated_from(&format!("`{}/{}.toml`", fidelity::DATA, fidelity::TABLE));
    vec![("fidelity", header + &fidelity::rust(&tables.fidelity))]
}

/// The conformance suite's modules, in the same way.
pub(crate) fn client_modules(tables: &Tables) -> Vec<(&'static str, String)> {
    let files = [client_rules::RULES, client_rules::SECTIONS];
    let files = files.map(|table| format!("`{}/{table}.toml`", client_rules::DATA));
    let rows = client_rules::rust(&tables.client_rules, &tables.wire_sections);
    vec![("rules", generated_from(&files.join(" and ")) + &rows)]
}

/// The file that declares modules, which come from the tables in a folder.
pub(crate) fn root(folder: &str, modules: &[(&'static str, String)]) -> String {
    let mut text = generated_from(&format!("`{folder}`"));
    text.push('\n');
    text.extend(modules.iter().map(|(name, _)| format!("pub(crate) mod {name};\n")));
    text
}

fn action(tables: &Tables) -> String {
    let rows = tables.actions.iter().map(|row| {
        let documentation =
            format!("`{}`: {} {}", row.wire, row.meaning, vouched(row.confidence, &row.source));
        (documentation, &row.name, format!("{:?}", row.wire))
    });
    open_enum("actions", "A step of a job: a key of `Actions`.", "Action: str", rows)
}

fn action_value(tables: &Tables) -> String {
    let rows = tables.action_values.iter().map(|row| {
        let documentation = format!("`{}` {}", row.wire, vouched(row.confidence, &row.source));
        (documentation, &row.name, format!("{:?}", row.wire))
    });
    open_enum("action_values", "How a step ended: a value of `Actions`.", "ActionValue: str", rows)
}

fn image_type(tables: &Tables) -> String {
    let rows = tables.image_types.iter().map(|row| {
        (format!("{} {}", row.meaning, vouched(row.confidence, &row.source)), &row.name, row.wire)
    });
    let about = "What an image shows and how it travels: `image_type_id`.";
    open_enum("image_types", about, "ImageType: u16", rows)
}

fn job_type(tables: &Tables) -> String {
    let rows = tables.job_types.iter().map(|row| {
        let vouched = vouched(row.confidence, &row.source);
        (format!("{}: {} {vouched}", row.title, row.meaning), &row.name, row.wire)
    });
    open_enum("job_types", "What a job does: `partner_params.job_type`.", "JobType: u16", rows)
}

fn product(tables: &Tables) -> String {
    let rows = tables.products.iter().map(|row| {
        let vouched = vouched(row.confidence, &row.source);
        (format!("{}: {} {vouched}", row.title, row.meaning), &row.name, format!("{:?}", row.wire))
    });
    open_enum("products", "A product of the API: the kind of check that is asked for.", "Product: str", rows)
}

fn products(tables: &Tables) -> String {
    let names = job_type_names(tables);
    let mut text = header(&["products", "job_types"]);
    text += "\nuse crate::{confidence::Confidence, job_type::JobType, product::{Product, ProductRow}};\n";
    text += "\npub(crate) static PRODUCTS: &[ProductRow] = &[\n";
    for row in &tables.products {
        text += &structure(
            "ProductRow",
            &[
                ("product", format!("Product::{}", row.name)),
                ("title", format!("{:?}", row.title)),
                ("aliases", format!("&{:?}", row.aliases)),
                ("token_keywords", format!("&{:?}", row.token_keywords)),
                ("job_types", paths(&row.job_types, &names)),
                ("meaning", format!("{:?}", row.meaning)),
                ("sources", format!("&{:?}", row.source)),
                ("confidence", row.confidence.variant().to_owned()),
            ],
        );
    }
    text += "];\n\n/// What each job type stands for first.\n";
    text += "pub(crate) static BY_JOB_TYPE: &[(JobType, Product)] = &[\n";
    let products = product_names(tables);
    text.extend(tables.job_types.iter().filter_map(|row| {
        let product = products.get(row.product.as_deref()?)?;
        Some(format!("    (JobType::{}, {product}),\n", row.name))
    }));
    text + "];\n"
}

fn result_codes(tables: &Tables) -> String {
    let (job_types, products) = (job_type_names(tables), product_names(tables));
    let mut text = header(&["result_codes"]);
    text += "\nuse crate::{confidence::Confidence, job_type::JobType, product::Product, \
             result_code::{Category, Fault, ResultCodeRow}};\n";
    text += "\npub(crate) static RESULT_CODES: &[ResultCodeRow] = &[\n";
    for row in &tables.result_codes {
        text += &structure(
            "ResultCodeRow",
            &[
                ("code", format!("{:?}", row.code)),
                ("products", paths(&row.products, &products)),
                ("job_types", paths(&tables.job_types_of(&row.products), &job_types)),
                ("lookup", row.lookup.to_string()),
                ("category", row.category.variant().to_owned()),
                (
                    "fault",
                    row.fault.map_or_else(|| "None".to_owned(), |it| format!("Some({})", it.variant())),
                ),
                ("texts", format!("&{:?}", row.texts)),
                ("meaning", format!("{:?}", row.meaning)),
                ("note", format!("{:?}", row.note)),
                ("sources", format!("&{:?}", row.source)),
                ("confidence", row.confidence.variant().to_owned()),
            ],
        );
    }
    text + "];\n"
}

fn error_codes(tables: &Tables) -> String {
    let mut text = header(&["error_codes"]);
    text += "\nuse crate::{confidence::Confidence, error_code::{ErrorCode, ErrorCodeRow}};\n";
    text += "\nimpl ErrorCode {\n";
    text.extend(tables.error_codes.iter().filter_map(|row| {
        let name = row.name.as_ref()?;
        let documentation = doc(4, &format!("`{}`: {}", row.code, row.meaning));
        Some(format!("{documentation}    pub const {name}: Self = Self::known({:?});\n", row.code))
    }));
    text += "}\n\npub(crate) static ERROR_CODES: &[ErrorCodeRow] = &[\n";
    for row in &tables.error_codes {
        text += &structure(
            "ErrorCodeRow",
            &[
                ("code", format!("{:?}", row.code)),
                ("texts", format!("&{:?}", row.texts)),
                ("meaning", format!("{:?}", row.meaning)),
                ("advice", format!("{:?}", row.advice)),
                ("http_status", format!("{:?}", row.http_status)),
                ("endpoints", format!("&{:?}", row.endpoints)),
                ("sources", format!("&{:?}", row.source)),
                ("confidence", row.confidence.variant().to_owned()),
            ],
        );
    }
    text + "];\n"
}

fn environments(tables: &Tables) -> String {
    let mut text = header(&["environments"]);
    text += "\nuse crate::environment::EnvironmentRow;\n";
    text += "\nimpl EnvironmentRow {\n";
    text.extend(tables.environments.iter().map(|row| {
        let Environment { name, sid_server, origin, .. } = row;
        let documentation = doc(4, &format!("`{name}`, the official SDKs' `{sid_server}`."));
        let value = format!("Self {{ name: {name:?}, sid_server: {sid_server:?}, origin: {origin:?} }}");
        format!("{documentation}    pub const {}: Self = {value};\n", row.constant())
    }));
    text += "}\n\n/// The hosts that Smile ID runs, by their `sid_server`.\n";
    text += "pub static ENVIRONMENTS: &[EnvironmentRow] = &[";
    text.extend(tables.environments.iter().map(|row| format!("EnvironmentRow::{}, ", row.constant())));
    text + "];\n"
}

fn sandbox(tables: &Tables) -> String {
    let names = job_type_names(tables);
    let mut text = header(&["sandbox_results", "id_scenarios"]);
    text += "\nuse crate::{job_type::JobType, sandbox::{IdScenarioRow, SandboxResultRow}};\n";
    text += "\n/// What each `sandbox_result` gives for a job type; all of it inferred.\n";
    text += "pub static SANDBOX_RESULTS: &[SandboxResultRow] = &[\n";
    for row in &tables.sandbox_results {
        let Some(name) = names.get(&row.job_type) else { continue };
        text += &structure(
            "SandboxResultRow",
            &[
                ("job_type", name.clone()),
                ("sandbox_result", format!("{:?}", row.sandbox_result)),
                ("code", format!("{:?}", row.code)),
            ],
        );
    }
    text += "];\n\n/// What the scenario digit of a test ID number gives.\n";
    text += "pub static ID_SCENARIOS: &[IdScenarioRow] = &[\n";
    for row in &tables.id_scenarios {
        text += &structure(
            "IdScenarioRow",
            &[
                ("digit", format!("{:?}", row.digit)),
                ("code", format!("{:?}", row.code)),
                ("meaning", format!("{:?}", row.meaning)),
            ],
        );
    }
    text + "];\n"
}

fn id_types(tables: &Tables) -> String {
    let mut text = header(&["id_types", "business_id_types"]);
    text += "\nuse crate::{confidence::Confidence, id_type::{BusinessIdTypeRow, IdTypeRow}};\n";
    text += "\npub(crate) static ID_TYPES: &[IdTypeRow] = &[\n";
    for row in &tables.id_types {
        let IdType { country, id_type, required, patterns, products, source, .. } = row;
        text += &structure(
            "IdTypeRow",
            &[
                ("country", format!("{country:?}")),
                ("id_type", format!("{id_type:?}")),
                ("required", format!("&{required:?}")),
                ("needs_selfie", row.needs_selfie.to_string()),
                ("patterns", format!("&{patterns:?}")),
                ("case_insensitive", row.case_insensitive.to_string()),
                ("sandbox_number", format!("{:?}", row.sandbox_number)),
                ("scenario_at", format!("{:?}", row.scenario_at)),
                ("products", format!("&{products:?}")),
                ("note", format!("{:?}", row.note)),
                ("sources", format!("&{source:?}")),
                ("confidence", row.confidence.variant().to_owned()),
            ],
        );
    }
    text += "];\n\npub(crate) static BUSINESS_ID_TYPES: &[BusinessIdTypeRow] = &[\n";
    for row in &tables.business_id_types {
        let BusinessIdType { country, id_type, number, required, patterns, source, .. } = row;
        text += &structure(
            "BusinessIdTypeRow",
            &[
                ("country", format!("{country:?}")),
                ("id_type", format!("{id_type:?}")),
                ("number", format!("{number:?}")),
                ("required", format!("&{required:?}")),
                ("patterns", format!("&{patterns:?}")),
                ("case_insensitive", row.case_insensitive.to_string()),
                ("sandbox_number", format!("{:?}", row.sandbox_number)),
                ("note", format!("{:?}", row.note)),
                ("sources", format!("&{source:?}")),
                ("confidence", row.confidence.variant().to_owned()),
            ],
        );
    }
    text + "];\n"
}

fn bank_codes(tables: &Tables) -> String {
    let mut text = header(&["bank_codes"]);
    text += "\nuse crate::bank_code::BankCodeRow;\n";
    text += "\npub(crate) static BANK_CODES: &[BankCodeRow] = &[\n";
    text.extend(tables.bank_codes.iter().map(|row| {
        let (country, name, code) = (&row.country, &row.name, &row.code);
        format!("    BankCodeRow {{ country: {country:?}, name: {name:?}, code: {code:?} }},\n")
    }));
    text + "];\n"
}

fn document_type(tables: &Tables) -> String {
    let rows = tables.document_types.iter().map(|row| {
        let wire = if row.wire.is_empty() { "the empty code".to_owned() } else { format!("`{}`", row.wire) };
        let vouched = vouched(row.confidence, &row.source);
        (format!("{}: {wire} {vouched}", row.title), &row.name, format!("{:?}", row.wire))
    });
    let about = "A kind of document: the `id_type` of a job that judges one.";
    open_enum("document_types", about, "DocumentType: str", rows)
}

fn documents(tables: &Tables) -> String {
    let names: BTreeMap<_, _> = tables
        .document_types
        .iter()
        .map(|row| (row.wire.clone(), format!("DocumentType::{}", row.name)))
        .collect();
    let mut text = header(&["documents", "document_types"]);
    text += "\nuse crate::{confidence::Confidence, document::{CountryDocumentsRow, DocumentType, \
             DocumentTypeRow}};\n";
    text += "\npub(crate) static DOCUMENT_TYPES: &[DocumentTypeRow] = &[\n";
    for row in &tables.document_types {
        text += &structure(
            "DocumentTypeRow",
            &[
                ("document_type", format!("DocumentType::{}", row.name)),
                ("title", format!("{:?}", row.title)),
                ("sources", format!("&{:?}", row.source)),
                ("confidence", row.confidence.variant().to_owned()),
            ],
        );
    }
    text += "];\n\npub(crate) static DOCUMENTS: &[CountryDocumentsRow] = &[\n";
    for row in &tables.documents {
        text += &structure(
            "CountryDocumentsRow",
            &[
                ("country", format!("{:?}", row.country)),
                ("continent", format!("{:?}", row.continent)),
                ("name", format!("{:?}", row.name)),
                ("with_back", paths(&row.with_back, &names)),
                ("without_back", paths(&row.without_back, &names)),
                ("sources", format!("&{:?}", row.source)),
                ("confidence", row.confidence.variant().to_owned()),
            ],
        );
    }
    text + "];\n"
}

fn header(tables: &[&str]) -> String {
    let files: Vec<_> = tables.iter().map(|table| format!("`{DATA}/{table}.toml`")).collect();
    generated_from(&files.join(" and "))
}

fn generated_from(what: &str) -> String {
    module_doc(&format!("Generated by `cargo xtask codegen` from {what}; do not edit by hand."))
}

fn open_enum<'a>(
    table: &str,
    about: &str,
    declaration: &str,
    rows: impl Iterator<Item = (String, &'a String, impl Display)>,
) -> String {
    let mut text = header(&[table]);
    let about = doc(4, about);
    text.extend(["\nopen_enum! {\n", &about, "    pub enum ", declaration, " {\n"]);
    text.extend(rows.map(|(documentation, name, wire)| {
        let documentation = doc(8, &documentation);
        format!("{documentation}        {name} = {wire},\n")
    }));
    text + "    }\n}\n"
}

/// One row. A text too long for a line makes rustfmt leave the whole table as it is, so it is laid out here.
pub(super) fn structure(name: &str, fields: &[(&str, String)]) -> String {
    let mut text = format!("    {name} {{\n");
    text.extend(fields.iter().map(|(field, value)| format!("        {field}: {value},\n")));
    text + "    },\n"
}

fn vouched(confidence: Confidence, sources: &[String]) -> String {
    format!("({}; {})", confidence.words(), sources.join(", "))
}

/// Number on the wire to path of the variant.
fn job_type_names(tables: &Tables) -> BTreeMap<u16, String> {
    tables.job_types.iter().map(|row| (row.wire, format!("JobType::{}", row.name))).collect()
}

/// Word on the wire to path of the variant.
fn product_names(tables: &Tables) -> BTreeMap<String, String> {
    tables.products.iter().map(|row| (row.wire.clone(), format!("Product::{}", row.name))).collect()
}

/// A list of variants, by what they are on the wire.
fn paths<K: Ord>(wires: &[K], names: &BTreeMap<K, String>) -> String {
    let paths: Vec<_> = wires.iter().filter_map(|wire| names.get(wire)).map(String::as_str).collect();
    format!("&[{}]", paths.join(", "))
}
