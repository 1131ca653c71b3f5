//! Lint of `user_id`, `job_id` and the parameters that the partner added.

use serde_json::Value;

use super::{Facts, Warning, WarningCode};

/// Maximum number of added parameters for which warnings are returned.
const MOST: usize = 100;

pub(super) fn check(facts: &Facts<'_>, warnings: &mut Vec<Warning>) {
    for (field, name) in [("user_id", facts.user_id), ("job_id", facts.job_id)] {
        let Some(name) = name else { continue };
        let field = format!("partner_params.{field}");
        let trimmed = name.trim();
        for (is_so, code) in [
            (trimmed.len() != name.len(), WarningCode::NameBlanksAround),
            (trimmed.contains(' '), WarningCode::NameBlank),
            (trimmed.contains(char::is_control), WarningCode::NameControlCharacter),
            (name.chars().count() > 255, WarningCode::NameTooLong),
        ] {
            if is_so {
                warnings.push(Warning::new(code, &field));
            }
        }
    }
    let own = facts.own_params.iter().filter_map(|(name, value)| {
        let code = match value {
            Value::String(text) if text.is_empty() => WarningCode::ParamEmpty,
            Value::String(_) => return None,
            _ => WarningCode::ParamNotText,
        };
        Some(Warning::new(code, format!("partner_params.{name}")))
    });
    warnings.extend(own.take(MOST));
}
