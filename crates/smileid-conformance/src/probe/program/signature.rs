//! Checks the signatures that a program creates, and its answers when it verifies a signature.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;

use super::{Answer, BadAnswer, Judge, Question, Task};
use crate::case::{Case, SignatureCase, SignatureExpected};

pub(super) fn questions(of: &Case, case: &Arc<SignatureCase>) -> Vec<Question> {
    match (&case.expect, &case.received) {
        (SignatureExpected::Signed(signed), None) => {
            let altered = altered(&signed.base64);
            let base64 = signed.base64.clone();
            vec![
                sign(
                    of,
                    case,
                    format!("the signature {base64}"),
                    Box::new(move |answer| made(answer, &base64)),
                ),
                verify(of, case, &signed.base64, true),
                verify_altered(of, case, &altered),
            ]
        }
        (SignatureExpected::Refused(what), None) => {
            vec![sign(of, case, format!("a refusal: the `{what}` is invalid"), Box::new(refused))]
        }
        (SignatureExpected::Refused(_), Some(received)) => vec![verify(of, case, received, false)],
        (SignatureExpected::Signed(_), Some(_)) => Vec::new(),
    }
}

fn sign(of: &Case, case: &SignatureCase, expected: String, judge: Judge) -> Question {
    let SignatureCase { partner_id, api_key, timestamp, .. } = case;
    let members = json!({"partner_id": partner_id, "api_key": api_key, "timestamp": timestamp});
    Question::new(of, Task::Sign, members, expected, judge)
}

fn verify(of: &Case, case: &SignatureCase, signature: &str, is_genuine: bool) -> Question {
    let SignatureCase { partner_id, api_key, timestamp, .. } = case;
    let members =
        json!({"partner_id": partner_id, "api_key": api_key, "timestamp": timestamp, "signature": signature});
    let expected = if is_genuine { "the signature is accepted" } else { "the signature is not accepted" };
    Question::new(of, Task::Verify, members, expected, Box::new(move |answer| checked(answer, is_genuine)))
}

/// Creates a question about an altered signature. Together with the question about the genuine one, it detects programs
/// that accept everything or nothing.
fn verify_altered(of: &Case, case: &SignatureCase, altered: &str) -> Question {
    let mut question = verify(of, case, altered, false);
    question.id.push_str("_altered");
    question
}

/// Returns the signature with one changed bit in the middle.
fn altered(base64: &str) -> String {
    let mut bytes = STANDARD.decode(base64).unwrap_or_default();
    if let Some(byte) = bytes.get_mut(16) {
        *byte ^= 1;
    }
    STANDARD.encode(bytes)
}

fn made(answer: &Answer, expected: &str) -> Result<Vec<String>, BadAnswer> {
    match answer {
        Answer::Signature(signature) if signature == expected => Ok(Vec::new()),
        Answer::Signature(signature) => Ok(vec![format!("creates another signature: {}", shown(signature))]),
        Answer::Refused(refused) => Ok(vec![format!("refuses to sign: {}", refused.message)]),
        other => Err(other.misplaced(&["signature", "refused"])),
    }
}

fn refused(answer: &Answer) -> Result<Vec<String>, BadAnswer> {
    match answer {
        Answer::Refused(_) => Ok(Vec::new()),
        Answer::Signature(_) => Ok(vec!["signs".to_owned()]),
        other => Err(other.misplaced(&["signature", "refused"])),
    }
}

fn checked(answer: &Answer, is_genuine: bool) -> Result<Vec<String>, BadAnswer> {
    match (answer, is_genuine) {
        (Answer::Accepted(accepted), _) if *accepted == is_genuine => Ok(Vec::new()),
        (Answer::Accepted(_), true) => Ok(vec!["does not accept it".to_owned()]),
        (Answer::Accepted(_), false) => Ok(vec!["accepts it".to_owned()]),
        (other, _) => Err(other.misplaced(&["accepted"])),
    }
}

fn shown(text: &str) -> &str {
    text.char_indices().nth(60).and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}
