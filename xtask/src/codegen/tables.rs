//! Reads all tables: of the types crate, the mock server and the conformance suite.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{
    client_rules::{self, ClientRule, Section},
    fidelity::{self, Fidelity},
};

/// Folder of the tables in the repository.
pub(crate) const DATA: &str = "crates/smileid-types/data";

/// Content of all tables.
#[derive(Default, Serialize)]
pub(crate) struct Tables {
    pub(crate) sources: Vec<Source>,
    pub(crate) products: Vec<Product>,
    pub(crate) job_types: Vec<JobType>,
    pub(crate) image_types: Vec<ImageType>,
    pub(crate) result_codes: Vec<ResultCode>,
    pub(crate) actions: Vec<Action>,
    pub(crate) action_values: Vec<ActionValue>,
    pub(crate) error_codes: Vec<ErrorCode>,
    pub(crate) environments: Vec<Environment>,
    pub(crate) sandbox_results: Vec<SandboxResult>,
    pub(crate) id_scenarios: Vec<IdScenario>,
    pub(crate) id_types: Vec<IdType>,
    pub(crate) business_id_types: Vec<BusinessIdType>,
    pub(crate) bank_codes: Vec<BankCode>,
    pub(crate) document_types: Vec<DocumentType>,
    pub(crate) documents: Vec<CountryDocuments>,
    pub(crate) v3_statuses: Vec<V3Status>,
    pub(crate) v3_reasons: Vec<V3Reason>,
    pub(crate) v3_products: Vec<V3Product>,
    pub(crate) v3_identities: Vec<V3Identity>,
    /// Members for which the Rust type of `id_info` has a field.
    pub(crate) id_info_members: Vec<String>,
    pub(crate) fidelity: Vec<Fidelity>,
    pub(crate) client_rules: Vec<ClientRule>,
    pub(crate) wire_sections: Vec<Section>,
}

impl Tables {
    pub(crate) fn load(root: &Path) -> Result<Self> {
        Ok(Self {
            sources: read(root, DATA, "sources")?,
            products: read(root, DATA, "products")?,
            job_types: read(root, DATA, "job_types")?,
            image_types: read(root, DATA, "image_types")?,
            result_codes: read(root, DATA, "result_codes")?,
            actions: read(root, DATA, "actions")?,
            action_values: read(root, DATA, "action_values")?,
            error_codes: read(root, DATA, "error_codes")?,
            environments: read(root, DATA, "environments")?,
            sandbox_results: read(root, DATA, "sandbox_results")?,
            id_scenarios: read(root, DATA, "id_scenarios")?,
            id_types: read(root, DATA, "id_types")?,
            business_id_types: read(root, DATA, "business_id_types")?,
            bank_codes: read(root, DATA, "bank_codes")?,
            document_types: read(root, DATA, "document_types")?,
            documents: read(root, DATA, "documents")?,
            v3_statuses: read(root, DATA, "v3_statuses")?,
            v3_reasons: read(root, DATA, "v3_reasons")?,
            v3_products: read(root, DATA, "v3_products")?,
            v3_identities: read(root, DATA, "v3_identities")?,
            fidelity: read(root, fidelity::DATA, fidelity::TABLE)?,
            client_rules: read(root, client_rules::DATA, client_rules::RULES)?,
            wire_sections: read(root, client_rules::DATA, client_rules::SECTIONS)?,
            id_info_members: id_info_members(root)?,
        })
    }
}

/// Returns the job types of these products, sorted.
pub(crate) fn job_types_of(products: &[Product], wires: &[String]) -> Vec<u16> {
    let rows = products.iter().filter(|row| wires.contains(&row.wire));
    let numbers: BTreeSet<u16> = rows.flat_map(|row| &row.job_types).copied().collect();
    numbers.into_iter().collect()
}

/// Returns the name of an environment as a Rust constant.
pub(crate) fn constant(name: &str) -> String {
    name.to_uppercase().replace('-', "_")
}

const ID_INFO: &str = "crates/smileid-types/src/id_info.rs";

/// Reads the names of the text fields of the struct in [`ID_INFO`], which are declared as `name: Option<String> as
/// text_or_number,`.
fn id_info_members(root: &Path) -> Result<Vec<String>> {
    let text = fs::read_to_string(root.join(ID_INFO)).with_context(|| format!("reading {ID_INFO}"))?;
    let member =
        |line: &str| line.trim().strip_suffix(": Option<String> as text_or_number,").map(str::to_owned);
    let members: Vec<_> = text.lines().filter_map(member).collect();
    ensure!(!members.is_empty(), "{ID_INFO} declares no members in the expected form");
    Ok(members)
}

/// Sort key and sources of a table row, for the checks.
pub(crate) trait Row {
    /// Returns the sort key, which must be unique.
    fn key(&self) -> String;

    /// Returns the labels of the sources from which this row was taken.
    fn sources(&self) -> Vec<&str>;
}

/// Evidence for a table row. Every row must have one of these words.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub(crate) enum Confidence {
    #[serde(rename = "documented")]
    Documented,
    #[serde(rename = "seen in code")]
    SeenInCode,
    #[serde(rename = "inferred")]
    Inferred,
}

/// Meaning of a result code for the person.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Category {
    Approved,
    Provisional,
    Rejected,
    Error,
    Information,
}

/// Party that has to act if a check could not be made.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Fault {
    Input,
    Account,
    Issuer,
    Platform,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Source {
    pub(crate) label: String,
    pub(crate) description: String,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Product {
    pub(crate) wire: String,
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) aliases: Vec<String>,
    pub(crate) token_keywords: Vec<String>,
    pub(crate) job_types: Vec<u16>,
    pub(crate) meaning: String,
    pub(crate) source: Vec<String>,
    pub(crate) confidence: Confidence,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct JobType {
    pub(crate) wire: u16,
    pub(crate) name: String,
    pub(crate) product: Option<String>,
    pub(crate) title: String,
    pub(crate) meaning: String,
    pub(crate) endpoint: String,
    pub(crate) mode: String,
    pub(crate) source: Vec<String>,
    pub(crate) confidence: Confidence,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ImageType {
    pub(crate) wire: u16,
    pub(crate) name: String,
    pub(crate) meaning: String,
    pub(crate) source: Vec<String>,
    pub(crate) confidence: Confidence,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResultCode {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) texts: Vec<String>,
    pub(crate) meaning: String,
    pub(crate) category: Category,
    /// Party that has to act if the check could not be made. Only with the category `error`.
    pub(crate) fault: Option<Fault>,
    pub(crate) products: Vec<String>,
    /// True for the code of a lookup at an authority, false for a code about images.
    #[serde(default)]
    pub(crate) lookup: bool,
    pub(crate) note: Option<String>,
    pub(crate) source: Vec<String>,
    pub(crate) confidence: Confidence,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Action {
    pub(crate) name: String,
    pub(crate) wire: String,
    pub(crate) meaning: String,
    pub(crate) job_types: Vec<u16>,
    pub(crate) source: Vec<String>,
    pub(crate) confidence: Confidence,
    /// Values that the sources show for this key, each with its sources.
    #[serde(default)]
    pub(crate) values_seen: BTreeMap<String, Vec<String>>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ActionValue {
    pub(crate) name: String,
    pub(crate) wire: String,
    pub(crate) source: Vec<String>,
    pub(crate) confidence: Confidence,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ErrorCode {
    pub(crate) code: String,
    pub(crate) name: Option<String>,
    pub(crate) texts: Vec<String>,
    pub(crate) meaning: String,
    pub(crate) advice: String,
    pub(crate) http_status: Option<u16>,
    pub(crate) http_status_basis: Option<String>,
    pub(crate) endpoints: Vec<String>,
    pub(crate) note: Option<String>,
    pub(crate) source: Vec<String>,
    pub(crate) confidence: Confidence,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Environment {
    pub(crate) name: String,
    pub(crate) sid_server: String,
    pub(crate) origin: String,
    pub(crate) source: Vec<String>,
    pub(crate) confidence: Confidence,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "the API's own name")]
pub(crate) struct SandboxResult {
    pub(crate) job_type: u16,
    pub(crate) sandbox_result: String,
    pub(crate) code: String,
    pub(crate) source: Vec<String>,
    pub(crate) confidence: Confidence,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct IdScenario {
    pub(crate) digit: char,
    pub(crate) code: String,
    pub(crate) meaning: String,
    pub(crate) source: Vec<String>,
    pub(crate) confidence: Confidence,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "the API's own name")]
pub(crate) struct IdType {
    pub(crate) country: String,
    pub(crate) id_type: String,
    pub(crate) required: Vec<String>,
    #[serde(default)]
    pub(crate) needs_selfie: bool,
    pub(crate) patterns: Vec<String>,
    #[serde(default)]
    pub(crate) case_insensitive: bool,
    pub(crate) sandbox_number: Option<String>,
    /// Position of the digit that selects the sandbox scenario, if it is not the last character.
    pub(crate) scenario_at: Option<usize>,
    pub(crate) products: Vec<String>,
    pub(crate) note: Option<String>,
    pub(crate) source: Vec<String>,
    pub(crate) confidence: Confidence,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BusinessIdType {
    pub(crate) country: String,
    pub(crate) id_type: String,
    /// Description of the ID number, in words.
    pub(crate) number: String,
    pub(crate) required: Vec<String>,
    pub(crate) patterns: Vec<String>,
    #[serde(default)]
    pub(crate) case_insensitive: bool,
    pub(crate) sandbox_number: Option<String>,
    pub(crate) note: Option<String>,
    pub(crate) source: Vec<String>,
    pub(crate) confidence: Confidence,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BankCode {
    pub(crate) country: String,
    pub(crate) name: String,
    pub(crate) code: String,
    pub(crate) source: Vec<String>,
    pub(crate) confidence: Confidence,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DocumentType {
    pub(crate) wire: String,
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) source: Vec<String>,
    pub(crate) confidence: Confidence,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CountryDocuments {
    pub(crate) country: String,
    pub(crate) continent: String,
    pub(crate) name: String,
    pub(crate) with_back: Vec<String>,
    pub(crate) without_back: Vec<String>,
    pub(crate) source: Vec<String>,
    pub(crate) confidence: Confidence,
}

/// Table row of a V3 job status.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct V3Status {
    pub(crate) wire: String,
    pub(crate) name: String,
    /// Decision that follows from the status.
    pub(crate) decision: String,
    pub(crate) meaning: String,
    pub(crate) source: Vec<String>,
    pub(crate) confidence: Confidence,
}

/// Table row of a reason for a V3 status.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct V3Reason {
    pub(crate) wire: String,
    pub(crate) name: String,
    /// Statuses with which the reason occurs.
    pub(crate) statuses: Vec<String>,
    pub(crate) meaning: String,
    /// Party that has to act if the check could not be made. Only with the status `error`.
    pub(crate) fault: Option<Fault>,
    pub(crate) source: Vec<String>,
    pub(crate) confidence: Confidence,
}

/// Table row of a V3 product.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct V3Product {
    pub(crate) wire: String,
    pub(crate) name: String,
    pub(crate) title: String,
    /// Path of the endpoint that creates jobs of the product.
    pub(crate) path: Option<String>,
    /// True if an access token can be limited to the product.
    pub(crate) token: bool,
    /// Name of the same product in `products.toml`, the table of version 1.
    pub(crate) v1: Option<String>,
    pub(crate) source: Vec<String>,
    pub(crate) confidence: Confidence,
}

/// Table row of a test identity of the V3 sandbox.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct V3Identity {
    pub(crate) last_name: String,
    pub(crate) given_names: String,
    pub(crate) email: String,
    pub(crate) status: String,
    pub(crate) reason: Option<String>,
    pub(crate) products: Vec<String>,
    pub(crate) source: Vec<String>,
    pub(crate) confidence: Confidence,
}

/// Parses one table, which is a list of `[[row]]` entries.
pub(crate) fn parse<T: DeserializeOwned>(text: &str) -> Result<Vec<T>> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Table<T> {
        row: Vec<T>,
    }

    Ok(toml::from_str::<Table<T>>(text)?.row)
}

fn read<T: DeserializeOwned>(root: &Path, folder: &str, table: &str) -> Result<Vec<T>> {
    let file = format!("{folder}/{table}.toml");
    let text = fs::read_to_string(root.join(&file)).with_context(|| format!("reading {file}"))?;
    parse(&text).with_context(|| format!("in {file}"))
}

macro_rules! rows {
    ($($row:ident: $this:ident => $key:expr;)+) => {
        $(impl Row for $row {
            fn key(&self) -> String {
                let $this = self;
                $key
            }

            fn sources(&self) -> Vec<&str> {
                self.source.iter().map(String::as_str).collect()
            }
        })+
    };
}

rows! {
    Product: row => row.wire.clone();
    JobType: row => format!("{:05}", row.wire);
    ImageType: row => format!("{:05}", row.wire);
    ResultCode: row => format!("{} {}", row.code, row.products.join(" "));
    ActionValue: row => row.wire.clone();
    ErrorCode: row => row.code.clone();
    Environment: row => row.sid_server.clone();
    SandboxResult: row => format!("{:05} {}", row.job_type, row.sandbox_result);
    IdScenario: row => row.digit.to_string();
    IdType: row => format!("{} {}", row.country, row.id_type);
    BusinessIdType: row => format!("{} {}", row.country, row.id_type);
    BankCode: row => format!("{} {} {}", row.country, row.code, row.name);
    DocumentType: row => row.wire.clone();
    CountryDocuments: row => row.country.clone();
    V3Status: row => row.wire.clone();
    V3Reason: row => row.wire.clone();
    V3Product: row => row.wire.clone();
    V3Identity: row => row.last_name.clone();
}

impl Row for Action {
    fn key(&self) -> String {
        self.wire.clone()
    }

    fn sources(&self) -> Vec<&str> {
        self.source.iter().chain(self.values_seen.values().flatten()).map(String::as_str).collect()
    }
}

impl Row for Source {
    fn key(&self) -> String {
        self.label.clone()
    }

    /// Returns no sources, because this table defines the sources.
    fn sources(&self) -> Vec<&str> {
        Vec::new()
    }
}
