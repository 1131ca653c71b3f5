//! Names as a report may show them: those of the protocol and those nearly like it, and file names that every client has.
//! Others may be values, or name a person.

use smileid_protocol::ENDPOINTS;
pub(super) use smileid_protocol::mask::file_name;

use super::members;

/// What clients are known to say beside the members and the paths of the reference: HTTP's words, options of the official
/// SDKs under the names that users know, and members that they send or sent.
const OTHERS: [&str; 24] = [
    "DELETE",
    "GET",
    "HEAD",
    "OPTIONS",
    "PATCH",
    "POST",
    "PUT",
    "api_key",
    "authorization",
    "language",
    "optional_callback",
    "optional_info",
    "proxy-authorization",
    "return_history",
    "return_image_links",
    "return_images",
    "return_job_status",
    "sandbox_result",
    "smileid-partner-id",
    "smileid-request-signature",
    "smileid-source-sdk",
    "smileid-source-sdk-version",
    "smileid-timestamp",
    "x-api-key",
];

/// The name of a member, or a part of a path.
pub(super) fn name(name: &str) -> String {
    if name.is_empty() || (name.len() <= LONGEST && words().any(|word| is_like(name, word))) {
        name.to_owned()
    } else {
        hidden(name)
    }
}

/// No word is longer.
const LONGEST: usize = 40;

fn words() -> impl Iterator<Item = &'static str> {
    let paths = ENDPOINTS.iter().flat_map(|spec| spec.aliases.iter().copied().chain([spec.path]));
    let parts = paths.flat_map(|path| path.split('/')).filter(|part| !part.starts_with('{'));
    parts.chain(members::names()).chain(OTHERS)
}

/// Whether a name is a word, however it is joined and whatever its case; or one mistake away from a long one. A capital
/// letter is a mistake, too: it may be that of a person's name.
fn is_like(name: &str, word: &str) -> bool {
    /// Shorter words have neighbours that mean something else.
    const SHORTEST: usize = 6;

    let joined = |text: &str| text.replace(['_', '-'], "").to_ascii_lowercase();
    joined(name) == joined(word) || (word.len() >= SHORTEST && strsim::osa_distance(name, word) <= 1)
}

/// A JSON pointer, or a path, each of its parts by itself.
pub(super) fn pointer(pointer: &str) -> String {
    let is_index = |part: &str| part.len() <= 3 && part.bytes().all(|byte| byte.is_ascii_digit());
    let parts = pointer.split('/').take(12);
    parts.map(|part| if is_index(part) { part.to_owned() } else { name(part) }).collect::<Vec<_>>().join("/")
}

fn hidden(text: &str) -> String {
    format!("<name of {} characters>", text.chars().count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_the_protocol_are_shown() {
        for path in [
            "/images/0/file_name",
            "/misc_information/userData/firstName",
            "/v1/async_id_verification",
            "/v2/smart-selfie-enroll",
            "/v1//upload",
            "/id_info/country",
            "/return_history",
        ] {
            assert_eq!(pointer(path), path);
        }
        assert_eq!(file_name("selfie.jpg"), "selfie.jpg");
    }

    #[test]
    fn what_is_nearly_a_word_is_shown() {
        for path in
            ["/v1/uplaod", "/v1/uploads", "/callbackUrl", "/Partner-Params", "/jobstatus", "/fist_name"]
        {
            assert_eq!(pointer(path), path);
        }
    }

    #[test]
    fn what_may_be_a_value_is_not_shown() {
        for (path, shown) in [
            ("/v1/users/LeonoraDoe", "/v1/<name of 5 characters>/<name of 10 characters>"),
            ("/Leonora", "/<name of 7 characters>"),
            ("/leonora", "/<name of 7 characters>"),
            ("/Uplaod", "/<name of 6 characters>"),
            ("/Verity", "/<name of 6 characters>"),
            ("/bob", "/<name of 3 characters>"),
            ("/v1/leo@example.com", "/v1/<name of 15 characters>"),
            ("/id_info/1234", "/id_info/<name of 4 characters>"),
            ("/id_info/12345678901", "/id_info/<name of 11 characters>"),
            ("/mock-api-key-zero", "/<name of 17 characters>"),
            ("/country12", "/<name of 9 characters>"),
        ] {
            assert_eq!(pointer(path), shown);
        }
        assert_eq!(file_name("leonora.jpg"), "<name of 11 characters>");
    }
}
