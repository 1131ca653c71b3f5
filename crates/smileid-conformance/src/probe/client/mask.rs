//! Masks member names in reports: shows names of the protocol, similar ones, and common file names. Other names may be values or
//! identify a person.

pub(super) use smileid_protocol::mask::file_name;
use smileid_protocol::{ENDPOINTS, V3_ENDPOINTS};

use super::members;

/// Other names that are shown: HTTP methods and headers, options of the official SDKs, and additional members that they send.
const OTHERS: [&str; 35] = [
    "DELETE",
    "GET",
    "HEAD",
    "OPTIONS",
    "PATCH",
    "POST",
    "PUT",
    "api_key",
    "authorization",
    "comparison_image",
    "consent",
    "document",
    "document_back",
    "language",
    "liveness_images",
    "optional_callback",
    "optional_info",
    "proxy-authorization",
    "return_history",
    "return_image_links",
    "return_images",
    "return_job_status",
    "sandbox_result",
    "selfie_image",
    "smileid-api-key",
    "smileid-partner-id",
    "smileid-request-signature",
    "smileid-source-sdk",
    "smileid-source-sdk-version",
    "smileid-timestamp",
    "smileid-token",
    "user-id",
    "user_details",
    "visa",
    "x-api-key",
];

/// Masks the name of a member, or a part of a path, unless it is known.
pub(super) fn name(name: &str) -> String {
    if name.is_empty() || (name.len() <= LONGEST && words().any(|word| is_like(name, word))) {
        name.to_owned()
    } else {
        hidden(name)
    }
}

/// Maximum length of a known word.
const LONGEST: usize = 40;

fn words() -> impl Iterator<Item = &'static str> {
    let paths =
        ENDPOINTS.iter().chain(V3_ENDPOINTS).flat_map(|spec| spec.aliases.iter().copied().chain([spec.path]));
    let parts = paths.flat_map(|path| path.split('/')).filter(|part| !part.starts_with('{'));
    parts.chain(members::names()).chain(OTHERS)
}

/// Returns true if a name equals a word, regardless of letter case and separators, or differs from a long word by one typing
/// error. A capital letter counts as an error, because it may begin a person's name.
fn is_like(name: &str, word: &str) -> bool {
    /// Minimum length of a word for which a typing error is allowed, because shorter words are too similar to each other.
    const SHORTEST: usize = 6;

    let joined = |text: &str| text.replace(['_', '-'], "").to_ascii_lowercase();
    joined(name) == joined(word) || (word.len() >= SHORTEST && strsim::osa_distance(name, word) <= 1)
}

/// Masks each part of a JSON pointer or path.
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
    fn names_of_the_protocol_are_shown() {
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
    fn names_with_typing_errors_are_shown() {
        for path in
            ["/v1/uplaod", "/v1/uploads", "/callbackUrl", "/Partner-Params", "/jobstatus", "/fist_name"]
        {
            assert_eq!(pointer(path), path);
        }
    }

    #[test]
    fn possible_values_are_masked() {
        for (path, shown) in [
            ("/v1/users/LeonoraDoe", "/v1/users/<name of 10 characters>"),
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
