//! OpenAPI document of the control routes, generated from the table of routes.

use std::collections::BTreeSet;

use http::Method;
use schemars::{Schema, generate::SchemaSettings};
use serde_json::{Map, Value, json};

use super::{
    Call, Described, Failure, Json, Nothing, OPERATIONS, Operation, ROOT, Row, failure::FailureBody, read,
};

/// Returns the OpenAPI document of the control routes.
pub(super) struct Document;

impl Operation for Document {
    const METHOD: Method = Method::GET;
    const PATH: &'static str = "/openapi.json";
    const SUMMARY: &'static str = "Describes the `/_mock` routes in OpenAPI 3.1";
    type Params = Nothing;
    type Body = Nothing;
    type Reply = Json<Map<String, Value>>;

    fn answer(_: Call<'_>, _: Nothing, _: Nothing) -> Result<Self::Reply, Failure> {
        Ok(Json(document()))
    }
}

/// Generates the OpenAPI document. JSON Schema is the schema language of OpenAPI 3.1, so schemas are included unchanged.
fn document() -> Map<String, Value> {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    // Requests may leave out members that responses always have, so a type has separate schemas for requests and
    // responses.
    let mut asked = settings.clone().for_deserialize().into_generator();
    let mut answered = settings.for_serialize().into_generator();
    let failure = answered.subschema_for::<FailureBody>();
    let described: Vec<_> =
        OPERATIONS.iter().map(|row| (row, (row.describe)(&mut asked, &mut answered))).collect();
    let mut schemas = answered.take_definitions(true);
    let inputs = Inputs::new(asked.take_definitions(true), &schemas);
    let mut paths = Map::new();
    for (row, mut described) in described {
        inputs.rename_in(&mut described.params);
        inputs.rename_in(&mut described.body);
        let path = paths.entry(format!("{ROOT}{}", row.path)).or_insert_with(|| json!({}));
        path[row.method.as_str().to_ascii_lowercase()] = operation(row, described, &failure);
    }
    schemas.extend(inputs.into_schemas());
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "smileid-mock",
            "description": "The `/_mock` routes of the mock server. Smile ID documents the routes of its API.",
            "version": env!("CARGO_PKG_VERSION"),
        },
        "security": [{"token": []}, {}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "The admin token, if the mock was started with one.",
                },
            },
        },
    });
    leave_out_examples(&mut document);
    match document {
        Value::Object(document) => document,
        _ => Map::new(),
    }
}

/// Removes Rust examples, and everything after them, from the descriptions.
fn leave_out_examples(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(description)) = members.get_mut("description") {
                let end = description.find("\n\n```").unwrap_or(description.len());
                description.truncate(end);
            }
            members.values_mut().for_each(leave_out_examples);
        }
        Value::Array(values) => values.iter_mut().for_each(leave_out_examples),
        _ => {}
    }
}

/// JSON schemas of request bodies. A schema that differs from the response schema with the same name is renamed.
struct Inputs {
    schemas: Map<String, Value>,
    renamed: BTreeSet<String>,
}

impl Inputs {
    fn new(schemas: Map<String, Value>, answered: &Map<String, Value>) -> Self {
        let differs = |(name, schema): (&String, &Value)| {
            answered.get(name).is_some_and(|it| it != schema).then(|| name.clone())
        };
        let mut renamed: BTreeSet<_> = schemas.iter().filter_map(differs).collect();
        // A schema that refers to a renamed schema also differs.
        loop {
            let refers = |schema: &Value| {
                let mut found = false;
                references(&mut schema.clone(), &mut |name| found |= renamed.contains(name.as_str()));
                found
            };
            let more = schemas.iter().filter(|(name, schema)| {
                answered.contains_key(*name) && !renamed.contains(*name) && refers(schema)
            });
            let more: Vec<_> = more.map(|(name, _)| name.clone()).collect();
            if more.is_empty() {
                return Self { schemas, renamed };
            }
            renamed.extend(more);
        }
    }

    fn name(&self, name: &str) -> String {
        if self.renamed.contains(name) { format!("{name}Input") } else { name.to_owned() }
    }

    fn rename_in(&self, schema: &mut Schema) {
        if let Some(members) = schema.as_object_mut() {
            members.values_mut().for_each(|value| references(value, &mut |name| *name = self.name(name)));
        }
    }

    fn into_schemas(mut self) -> Map<String, Value> {
        let mut schemas = std::mem::take(&mut self.schemas);
        schemas.values_mut().for_each(|value| references(value, &mut |name| *name = self.name(name)));
        schemas.into_iter().map(|(name, schema)| (self.name(&name), schema)).collect()
    }
}

/// Calls `see` with each reference to a JSON schema, so that `see` can rename it.
fn references(value: &mut Value, see: &mut impl FnMut(&mut String)) {
    const PREFIX: &str = "#/components/schemas/";
    match value {
        Value::Object(members) => {
            for (member, value) in members {
                match value {
                    Value::String(reference) if member == "$ref" => {
                        if let Some(mut name) = reference.strip_prefix(PREFIX).map(str::to_owned) {
                            see(&mut name);
                            *reference = format!("{PREFIX}{name}");
                        }
                    }
                    value => references(value, see),
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| references(value, see)),
        _ => {}
    }
}

fn operation(row: &Row, described: Described, failure: &Schema) -> Value {
    let Described { params, body, reply, status, content_type } = described;
    let mut operation = json!({
        "summary": row.summary,
        "operationId": operation_id(row),
        "responses": {
            (status.as_str()): {
                "description": "Done",
                "content": {(content_type): {"schema": reply}},
            },
            "default": {
                "description": "Refused",
                "content": {"application/json": {"schema": failure}},
            },
        },
    });
    let params = parameters(&params, row.path);
    if !params.is_empty() {
        operation["parameters"] = params.into();
    }
    if members(&body).is_some() {
        let is_required = body.get("required").and_then(Value::as_array).is_some_and(|it| !it.is_empty());
        operation["requestBody"] =
            json!({"required": is_required, "content": {"application/json": {"schema": body}}});
    }
    if row.is_open {
        operation["security"] = json!([]);
    }
    operation
}

fn parameters(params: &Schema, path: &str) -> Vec<Value> {
    let fields: Vec<_> = path.split('/').filter_map(read::field).collect();
    let required = |name: &str| {
        let required = params.get("required").and_then(Value::as_array);
        required.is_some_and(|names| names.iter().any(|it| it == name))
    };
    let of = |(name, schema): (&String, &Value)| {
        let mut schema = schema.clone();
        let description = schema.as_object_mut().and_then(|schema| schema.remove("description"));
        json!({
            "name": name,
            "in": if fields.contains(&name.as_str()) { "path" } else { "query" },
            "required": required(name),
            "description": description.unwrap_or_default(),
            "schema": schema,
        })
    };
    members(params).into_iter().flatten().map(of).collect()
}

/// Returns the members of a JSON schema for objects, if there are any.
fn members(schema: &Schema) -> Option<&Map<String, Value>> {
    schema.get("properties").and_then(Value::as_object).filter(|members| !members.is_empty())
}

/// Returns the operation id of a route: `get_journal` for `GET /journal`.
fn operation_id(row: &Row) -> String {
    let path = row.path.replace(|c: char| !c.is_ascii_alphanumeric(), "_");
    format!("{}{path}", row.method.as_str().to_ascii_lowercase())
}
