//! Reads a job in the SDKs' form from JSON. An error contains the path of the member with the wrong type.

use serde::Deserialize as _;
use serde_json::{Map, Value};
use smileid_types::IdInfo;

use super::{ImageDetail, LooseOptions, LooseParams, SdkJob};
use crate::job::{InvalidInput, MAX_IMAGES, MAX_PARAMS, Problem};

pub(super) fn job(json: &Value) -> Result<SdkJob, InvalidInput> {
    let job = object("job", Some(json))?.ok_or_else(|| InvalidInput::new("job", Problem::Missing))?;
    Ok(SdkJob {
        partner_params: partner_params(job.get("partner_params"))?,
        image_details: image_details(job.get("image_details"))?,
        id_info: id_info(job.get("id_info"))?,
        options: options(job.get("options"))?,
    })
}

fn partner_params(json: Option<&Value>) -> Result<LooseParams, InvalidInput> {
    let field = "partner_params";
    let params = object(field, json)?.ok_or_else(|| InvalidInput::new(field, Problem::Missing))?;
    few(field, params)?;
    let mut extra = params.clone();
    for name in ["user_id", "job_id", "job_type"] {
        extra.remove(name);
    }
    Ok(LooseParams {
        user_id: text("partner_params.user_id", params.get("user_id"))?,
        job_id: text("partner_params.job_id", params.get("job_id"))?,
        job_type: number("partner_params.job_type", params.get("job_type"))?,
        extra,
    })
}

fn image_details(json: Option<&Value>) -> Result<Option<Vec<ImageDetail>>, InvalidInput> {
    let list = match json {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Array(list)) => list,
        Some(_) => return Err(wrong_type("image_details", "a list")),
    };
    if list.len() > MAX_IMAGES {
        return Err(InvalidInput::new("image_details", Problem::TooMany { limit: MAX_IMAGES }));
    }
    let detail = |(index, json): (usize, &Value)| {
        let field = format!("image_details[{index}]");
        let image = object(&field, Some(json))?.ok_or_else(|| InvalidInput::new(&field, Problem::Missing))?;
        Ok(ImageDetail {
            image_type_id: number(&format!("{field}.image_type_id"), image.get("image_type_id"))?,
            image: text(&format!("{field}.image"), image.get("image"))?,
            file_name: text(&format!("{field}.file_name"), image.get("file_name"))?.map(Into::into),
            content: None,
        })
    };
    list.iter().enumerate().map(detail).collect::<Result<_, _>>().map(Some)
}

fn id_info(json: Option<&Value>) -> Result<IdInfo, InvalidInput> {
    let Some(members) = object("id_info", json)? else { return Ok(IdInfo::default()) };
    few("id_info", members)?;
    for (name, value) in members {
        let field = format!("id_info.{name}");
        match name.as_str() {
            "entered" => drop(boolean(&field, Some(value))?),
            "consent_information" => {}
            // A JSON number may already have lost leading zeros, so it is not accepted where a string is expected.
            name if has_a_field(name) => drop(text(&field, Some(value))?),
            _ => {}
        }
    }
    IdInfo::deserialize(Value::Object(members.clone()))
        .map_err(|_| wrong_type("id_info", "an object of texts"))
}

fn has_a_field(name: &str) -> bool {
    let alone = Value::Object(Map::from_iter([(name.to_owned(), Value::Null)]));
    IdInfo::deserialize(alone).is_ok_and(|info| info.extra().is_empty())
}

fn options(json: Option<&Value>) -> Result<LooseOptions, InvalidInput> {
    let Some(members) = object("options", json)? else { return Ok(LooseOptions::default()) };
    let flag = |name: &str| boolean(&format!("options.{name}"), members.get(name));
    Ok(LooseOptions {
        return_job_status: flag("return_job_status")?.unwrap_or_default(),
        return_history: flag("return_history")?.unwrap_or_default(),
        return_image_links: match flag("return_image_links")? {
            Some(links) => links,
            None => flag("return_images")?.unwrap_or_default(),
        },
        use_enrolled_image: flag("use_enrolled_image")?.unwrap_or_default(),
        allow_new_enroll: flag("allow_new_enroll")?,
        optional_callback: text("options.optional_callback", members.get("optional_callback"))?
            .filter(|address| !address.is_empty()),
    })
}

/// Refuses a JSON object with too many members before it is processed. The limit leaves room for the API's own names.
fn few(field: &str, members: &Map<String, Value>) -> Result<(), InvalidInput> {
    const OF_THE_API: usize = 40;
    if members.len() > MAX_PARAMS + OF_THE_API {
        return Err(InvalidInput::new(field, Problem::TooManyMembers { limit: MAX_PARAMS }));
    }
    Ok(())
}

fn object<'a>(field: &str, json: Option<&'a Value>) -> Result<Option<&'a Map<String, Value>>, InvalidInput> {
    match json {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(object)) => Ok(Some(object)),
        Some(_) => Err(wrong_type(field, "an object")),
    }
}

fn text(field: &str, json: Option<&Value>) -> Result<Option<String>, InvalidInput> {
    match json {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(wrong_type(field, "text")),
    }
}

fn number(field: &str, json: Option<&Value>) -> Result<Option<i64>, InvalidInput> {
    let expected = "a whole number, or the same as text";
    match json {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Number(number)) => number.as_i64().map(Some).ok_or_else(|| wrong_type(field, expected)),
        Some(Value::String(text)) if text.trim().is_empty() => Err(InvalidInput::new(field, Problem::Empty)),
        Some(Value::String(text)) => text.trim().parse().map(Some).map_err(|_| wrong_type(field, expected)),
        Some(_) => Err(wrong_type(field, expected)),
    }
}

fn boolean(field: &str, json: Option<&Value>) -> Result<Option<bool>, InvalidInput> {
    smileid_types::lenient::optional_bool_or_text(json.unwrap_or(&Value::Null))
        .map_err(|_| wrong_type(field, "true or false, or the same as text"))
}

fn wrong_type(field: &str, expected: &'static str) -> InvalidInput {
    InvalidInput::new(field, Problem::WrongType { expected })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn members(count: usize) -> Value {
        (0..count).map(|number| (format!("own{number}"), Value::Null)).collect()
    }

    #[test]
    fn a_job_with_more_members_than_any_has_is_refused() {
        let ids = json!({"user_id": "u", "job_id": "j", "job_type": 5});
        for (job, field, problem) in [
            (
                json!({"partner_params": members(300_000)}),
                "partner_params",
                Problem::TooManyMembers { limit: MAX_PARAMS },
            ),
            (
                json!({"partner_params": ids, "id_info": members(300_000)}),
                "id_info",
                Problem::TooManyMembers { limit: MAX_PARAMS },
            ),
            (
                json!({"partner_params": ids, "image_details": vec![json!({}); MAX_IMAGES + 1]}),
                "image_details",
                Problem::TooMany { limit: MAX_IMAGES },
            ),
        ] {
            let error = super::job(&job).unwrap_err();
            assert_eq!((error.field.as_str(), error.problem), (field, problem));
        }
    }

    #[cfg(feature = "diagnostics")]
    #[test]
    fn warnings_are_bounded() {
        let loose = super::job(&json!({"partner_params": members(MAX_PARAMS)})).unwrap();
        assert_eq!(loose.warnings().len(), 100);
    }

    #[test]
    fn members_that_were_added_later_count_too() {
        let mut loose =
            super::job(&json!({"partner_params": {"user_id": "u", "job_id": "j", "job_type": 5}})).unwrap();
        loose.partner_params.extra =
            (0..=MAX_PARAMS).map(|number| (format!("own{number}"), "x".into())).collect();
        let error = loose.check(None).unwrap_err();
        assert_eq!(error.problem, Problem::TooManyMembers { limit: MAX_PARAMS });
    }
}
