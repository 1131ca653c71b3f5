//! Rule for clients that reports refused requests in which no other rule finds a mistake.

use smileid_protocol::types::ErrorCode;

use super::{mask, rule::Breach, tally::Notes};

/// Adds a refused request with its code and, if present, the mock server's diagnosis: `member-missing: `product` is missing or
/// empty`. Of the diagnosis, only the code and the member name are used, because the rest may contain values.
pub(super) fn note(code: &ErrorCode, diagnosis: Option<&str>, section: &str, notes: &mut Notes<'_>) {
    let is_word = |reason: &str| reason.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    let diagnosis = diagnosis.and_then(|it| it.split_once(": ")).filter(|(reason, _)| is_word(reason));
    let Some((reason, text)) = diagnosis else {
        return notes.add_at(Breach::RequestRefused.code(), &format!("code {code}"));
    };
    let member = text.split('`').nth(1).filter(|_| reason.starts_with("member-"));
    let member = member.map(|name| mask::pointer(&format!("/{}", name.replace('.', "/"))) + section);
    match member {
        Some(member) if reason == Breach::MemberMissing.code() => {
            notes.add_at(Breach::MemberMissing.code(), &member);
        }
        Some(member) => {
            notes.add_at(Breach::RequestRefused.code(), &format!("{member}: code {code}, {reason}"));
        }
        None => notes.add_at(Breach::RequestRefused.code(), &format!("code {code}, {reason}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probe::client::tally::Tally;

    #[test]
    fn shows_only_the_code_and_the_member_of_a_diagnosis() {
        let missing = "member-missing: `partner_params.job_id` is missing or empty";
        for (diagnosis, rule, place) in [
            (None, "request-refused", "it, code 2213"),
            (Some(missing), "member-missing", "it, /partner_params/job_id (section 3.4)"),
            (
                Some("member-invalid: `product` must be one of [Leonora]"),
                "request-refused",
                "it, /product (section 3.4): code 2213, member-invalid",
            ),
            (Some("rule-broken: `country` is Leonora"), "request-refused", "it, code 2213, rule-broken"),
            (Some("2213: Leonora"), "request-refused", "it, code 2213"),
            (Some("Leonora"), "request-refused", "it, code 2213"),
        ] {
            let mut tally = Tally::default();
            let mut notes = Notes::new(&mut tally, "it".to_owned());
            note(&ErrorCode::PARAMETER_MISSING, diagnosis, " (section 3.4)", &mut notes);
            let found: Vec<_> =
                tally.rules().map(|(rule, count)| (rule.code, count.places.clone())).collect();
            assert_eq!(found, [(rule, vec![place.to_owned()])]);
        }
    }
}
