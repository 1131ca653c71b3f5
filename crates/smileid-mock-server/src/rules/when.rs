//! Which requests a rule is about.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smileid_protocol::{auth::PartnerId, types::JobType};

use crate::about::About;

/// Which requests a rule is about: those that fit every member that is there.
///
/// Texts may hold `*`, which stands for any text, also none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct When {
    /// The endpoint, by its name in the protocol crate: `upload`, `job_status`; `put_archive` and `image` for what is put
    /// and fetched at the links of a job; `callback` for what the mock sends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// The partner that the request says it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner_id: Option<String>,
    /// The partner's name for the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// The partner's name for the job.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job_id: Option<String>,
    /// What the job does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<u16>")]
    pub job_type: Option<JobType>,
}

impl When {
    /// Whether it fits every request.
    pub fn is_everything(&self) -> bool {
        *self == Self::default()
    }

    /// Whether requests to an endpoint are among those.
    pub(crate) fn fits_endpoint(&self, name: &str) -> bool {
        fits(self.endpoint.as_deref(), Some(name))
    }

    /// Whether a request is one of those.
    pub(crate) fn fits(&self, about: &About) -> bool {
        let subject = &about.subject;
        let partner_id = subject.partner_id.as_ref().map(PartnerId::as_str);
        fits(self.endpoint.as_deref(), about.route.name())
            && fits(self.partner_id.as_deref(), partner_id)
            && fits(self.user_id.as_deref(), subject.user_id.as_deref())
            && fits(self.job_id.as_deref(), subject.job_id.as_deref())
            && self.job_type.is_none_or(|it| Some(it) == subject.job_type)
    }
}

fn fits(pattern: Option<&str>, text: Option<&str>) -> bool {
    pattern.is_none_or(|pattern| text.is_some_and(|text| is_like(pattern, text)))
}

/// Whether `text` is `pattern` with something in the place of each `*`.
fn is_like(pattern: &str, text: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(first) else { return false };
    let mut parts: Vec<_> = rest.split('*').collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        let Some(place) = text.find(part) else { return false };
        text = &text[place + part.len()..];
    }
    text.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_is_any_text() {
        for (pattern, like, unlike) in [
            ("a", "a", "ab"),
            ("*", "", "-"),
            ("a*", "a", "ba"),
            ("*a", "ba", "ab"),
            ("a*b*c", "a1b2c", "acb"),
            ("a*a", "aa", "a"),
            ("*b*", "abc", "ac"),
        ] {
            assert!(is_like(pattern, like), "{pattern} {like}");
            assert!(pattern == "*" || !is_like(pattern, unlike), "{pattern} {unlike}");
        }
    }
}
