//! Checks the members of messages and their JSON types (sections 3 and 4.4 of the wire reference).

use std::fmt::{Display, Write as _};

use serde_json::Value;

use super::{mask, proof, rule::Breach, tally::Notes};

/// JSON types of a member. Null means an absent member, so it is valid for all types except flags.
#[derive(Clone, Copy)]
enum Type {
    Text,
    Number,
    Flag,
    FlagOrText,
    Object,
    ObjectOrText,
    List,
}

impl Type {
    fn takes(self, value: &Value) -> bool {
        match value {
            Value::Null => !matches!(self, Self::Flag),
            Value::String(_) => matches!(self, Self::Text | Self::FlagOrText | Self::ObjectOrText),
            Value::Bool(_) => matches!(self, Self::Flag | Self::FlagOrText),
            Value::Number(_) => matches!(self, Self::Number),
            Value::Object(_) => matches!(self, Self::Object | Self::ObjectOrText),
            Value::Array(_) => matches!(self, Self::List),
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Number => "a number",
            Self::Flag => "true or false",
            Self::FlagOrText => "true or false, or a text",
            Self::Object => "an object",
            Self::ObjectOrText => "an object or a text",
            Self::List => "a list",
        }
    }
}

/// JSON pointers of members, with their types. In a pointer, `*` is any index of a list.
type Members = &'static [(&'static str, Type)];

/// Members of `partner_params`, which almost every body has (section 3.2).
const PARTNER_PARAMS: Members = &[
    ("/partner_params", Type::Object),
    ("/partner_params/user_id", Type::Text),
    ("/partner_params/job_id", Type::Text),
    ("/partner_params/job_type", Type::Number),
];

/// Members of the signature in every body except the upload request (section 2.3). Another rule covers `sec_key` (section 2.6).
const PROOF: Members = &[
    ("/partner_id", Type::Text),
    ("/timestamp", Type::Text),
    ("/signature", Type::Text),
    ("/sec_key", Type::Text),
];

/// Members that name the client's SDK (section 3.1).
const SOURCE: Members = &[("/source_sdk", Type::Text), ("/source_sdk_version", Type::Text)];

/// Members about the person's ID (section 3.3).
const ID_INFO: &[&str] = &[
    "country",
    "id_type",
    "id_number",
    "first_name",
    "middle_name",
    "last_name",
    "dob",
    "phone_number",
    "entered",
    "business_type",
    "postal_address",
    "postal_code",
    "bank_code",
    "gender",
    "consent_information",
    "company",
];

/// Members of lookups, which send `entered` as given (sections 3.7 and 3.8).
const LOOKUP: Members = &[
    ("/callback_url", Type::Text),
    ("/entered", Type::FlagOrText),
    ("/country", Type::Text),
    ("/id_type", Type::Text),
    ("/id_number", Type::Text),
];

/// Members of each message, by the module name of its endpoint.
const MESSAGES: &[Message] = &[
    Message {
        endpoints: &["upload"],
        section: "3.4",
        members: &[
            ("/file_name", Type::Text),
            ("/smile_client_id", Type::Text),
            ("/model_parameters", Type::Object),
            ("/callback_url", Type::Text),
            ("/use_enrolled_image", Type::Flag),
            ("/retry", Type::Flag),
            ("/allow_new_enroll", Type::FlagOrText),
            ("/metadata", Type::List),
            ("/timestamp", Type::Text),
            ("/signature", Type::Text),
            ("/sec_key", Type::Text),
        ],
        more: &[PARTNER_PARAMS, SOURCE],
        is_all: true,
    },
    Message {
        endpoints: &["job_status"],
        section: "3.6",
        members: &[
            ("/user_id", Type::Text),
            ("/job_id", Type::Text),
            ("/image_links", Type::Flag),
            ("/history", Type::Flag),
        ],
        more: &[PROOF, SOURCE],
        is_all: true,
    },
    Message {
        endpoints: &["id_verification", "async_id_verification"],
        section: "3.7",
        members: LOOKUP,
        more: &[PROOF, PARTNER_PARAMS, SOURCE],
        is_all: false,
    },
    Message {
        endpoints: &["business_verification", "async_business_verification"],
        section: "3.8",
        members: LOOKUP,
        more: &[PROOF, PARTNER_PARAMS, SOURCE],
        is_all: false,
    },
    Message {
        endpoints: &["token"],
        section: "3.9",
        members: &[
            ("/user_id", Type::Text),
            ("/job_id", Type::Text),
            ("/product", Type::Text),
            ("/callback_url", Type::Text),
        ],
        more: &[PROOF, SOURCE],
        is_all: true,
    },
    Message {
        endpoints: &["aml"],
        section: "3.10",
        members: &[
            ("/user_id", Type::Text),
            ("/job_id", Type::Text),
            ("/full_name", Type::Text),
            ("/birth_year", Type::Text),
            ("/countries", Type::List),
            ("/aliases", Type::List),
            ("/search_existing_user", Type::Flag),
            ("/strict_match", Type::Flag),
            ("/job_type", Type::Number),
        ],
        more: &[PROOF, SOURCE],
        is_all: false,
    },
    Message {
        // This endpoint has its signature in headers.
        endpoints: &["async_verify_address"],
        section: "3.11",
        members: &[
            ("/country", Type::Text),
            ("/address", Type::Text),
            ("/callback_url", Type::Text),
            ("/full_name", Type::Text),
            ("/id_number", Type::Text),
            ("/utility_number", Type::Text),
            ("/utility_provider", Type::Text),
        ],
        more: &[],
        is_all: false,
    },
];

/// Members of `info.json` (section 4.4) and of the items of `images` (section 4.3).
const INFO: Message = Message {
    endpoints: &[],
    section: "4.4",
    members: &[
        ("/package_information/apiVersion/buildNumber", Type::Number),
        ("/package_information/apiVersion/majorVersion", Type::Number),
        ("/package_information/apiVersion/minorVersion", Type::Number),
        ("/package_information/language", Type::Text),
        ("/misc_information/signature", Type::Text),
        ("/misc_information/timestamp", Type::Text),
        ("/misc_information/retry", Type::Text),
        ("/misc_information/partner_params", Type::Object),
        ("/misc_information/partner_params/user_id", Type::Text),
        ("/misc_information/partner_params/job_id", Type::Text),
        ("/misc_information/partner_params/job_type", Type::Number),
        ("/misc_information/file_name", Type::Text),
        ("/misc_information/smile_client_id", Type::Text),
        ("/misc_information/callback_url", Type::Text),
        ("/misc_information/userData", Type::Object),
        ("/misc_information/userData/isVerifiedProcess", Type::Flag),
        ("/misc_information/userData/name", Type::Text),
        ("/misc_information/userData/fbUserID", Type::Text),
        ("/misc_information/userData/firstName", Type::Text),
        ("/misc_information/userData/lastName", Type::Text),
        ("/misc_information/userData/gender", Type::Text),
        ("/misc_information/userData/email", Type::Text),
        ("/misc_information/userData/phone", Type::Text),
        ("/misc_information/userData/countryCode", Type::Text),
        ("/misc_information/userData/countryName", Type::Text),
        ("/id_info", Type::Object),
        ("/id_info/entered", Type::Text),
        ("/id_info/country", Type::Text),
        ("/id_info/id_type", Type::Text),
        ("/id_info/id_number", Type::Text),
        ("/images", Type::List),
        ("/images/*/image_type_id", Type::Number),
        ("/images/*/image", Type::Text),
        ("/images/*/file_name", Type::Text),
        ("/server_information", Type::ObjectOrText),
    ],
    more: &[],
    is_all: false,
};

struct Message {
    endpoints: &'static [&'static str],
    /// Section of the wire reference about the message.
    section: &'static str,
    members: Members,
    more: &'static [Members],
    /// True if the message may not have other members.
    is_all: bool,
}

impl Message {
    fn all(&self) -> impl Iterator<Item = (&'static str, Type)> {
        self.members.iter().chain(self.more.iter().copied().flatten()).copied()
    }

    fn types(&self, body: &Value, notes: &mut Notes<'_>, part: &dyn Fn(&str) -> Option<String>) {
        for (pointer, wanted) in self.all() {
            for (pointer, value) in found(body, pointer) {
                if !wanted.takes(value)
                    && let Some(part) = part(&pointer)
                {
                    let section = self.section;
                    let part = format!("{part}: not {} (section {section})", wanted.word());
                    notes.add_at(Breach::WrongType.code(), &part);
                }
            }
        }
    }
}

/// Returns the section of the wire reference about an endpoint's request, as text to append to a place.
pub(super) fn section(endpoint: &str) -> String {
    message(endpoint).map(|message| format!(" (section {})", message.section)).unwrap_or_default()
}

/// Returns the names of all known members.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    let pointers = MESSAGES.iter().chain([&INFO]).flat_map(Message::all);
    pointers.flat_map(|(pointer, _)| pointer.split('/')).chain(ID_INFO.iter().copied())
}

/// Checks the members of a request to an endpoint.
pub(super) fn of_request(endpoint: &str, body: &Value, notes: &mut Notes<'_>) {
    if let Some(members) = body.as_object() {
        for name in ["partner_id", "smile_client_id"] {
            if members.get(name).is_some_and(Value::is_number) {
                notes.add_at(Breach::PartnerIdNumber.code(), name);
            }
        }
    }
    let Some(message) = message(endpoint) else { return };
    let is_legacy = proof::is_legacy(body);
    let has_own_rule = |pointer: &str| match pointer {
        "/partner_id" | "/smile_client_id" => true,
        "/timestamp" => is_legacy,
        _ => false,
    };
    message.types(body, notes, &|pointer| (!has_own_rule(pointer)).then(|| pointer.to_owned()));
    let members = body.as_object().into_iter().flat_map(serde_json::Map::keys);
    for name in members {
        let is_known = message.all().any(|(pointer, _)| pointer.strip_prefix('/') == Some(name));
        let breach = match endpoint {
            _ if is_known => continue,
            "upload" if ID_INFO.contains(&name.as_str()) => Breach::IdInfoInUpload,
            _ if message.is_all => Breach::UnknownMember,
            _ if name == "id_info" => Breach::IdInfoNested,
            _ => continue,
        };
        let place = mask::pointer(&format!("/{name}")) + &section(endpoint);
        notes.add_at(breach.code(), &place);
    }
}

/// Checks the members of `info.json`, except those about which the archive inspection has a finding.
pub(super) fn of_info(info: &Value, has_finding: impl Fn(&str) -> bool, notes: &mut Notes<'_>) {
    let part = |pointer: &str| (!has_finding(pointer)).then(|| format!("info.json at {pointer}"));
    INFO.types(info, notes, &part);
}

fn message(endpoint: &str) -> Option<&'static Message> {
    MESSAGES.iter().find(|message| message.endpoints.contains(&endpoint))
}

/// Returns the values at a JSON pointer, in which `*` is any index.
fn found<'v>(value: &'v Value, pointer: &str) -> Vec<(String, &'v Value)> {
    let Some((list, rest)) = pointer.split_once("/*") else {
        return value.pointer(pointer).map(|value| (pointer.to_owned(), value)).into_iter().collect();
    };
    let rows = value.pointer(list).and_then(Value::as_array).into_iter().flatten().enumerate();
    rows.filter_map(|(row, value)| Some((format!("{list}/{row}{rest}"), value.pointer(rest)?))).collect()
}

/// Returns the JSON pointers of texts that are paths on the client's machine. Ignores `partner_params`, which may contain
/// anything (section 3.2), and callback URLs, which another rule covers.
pub(super) fn local_paths(value: &Value) -> Vec<String> {
    let mut found = texts(value, &is_local_path);
    found.retain(|pointer| !pointer.contains("/partner_params/") && !pointer.ends_with("/callback_url"));
    found
}

/// Returns the JSON pointers of the texts that satisfy a condition.
pub(super) fn texts(value: &Value, is_such: &dyn Fn(&str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    collect(value, is_such, &mut String::new(), &mut found);
    found
}

fn collect(value: &Value, is_such: &dyn Fn(&str) -> bool, pointer: &mut String, found: &mut Vec<String>) {
    let length = pointer.len();
    let mut inner = |part: &dyn Display, value: &Value| {
        let _ = write!(pointer, "/{part}"); // writing to a string cannot fail
        collect(value, is_such, pointer, found);
        pointer.truncate(length);
    };
    match value {
        Value::String(text) if is_such(text) => found.push(pointer.clone()),
        Value::Array(items) => items.iter().enumerate().for_each(|(row, item)| inner(&row, item)),
        Value::Object(members) => members.iter().for_each(|(name, value)| inner(name, value)),
        _ => {}
    }
}

/// Returns true if a text begins like a path and ends like a file name. The base64 of a JPEG also begins with a slash.
fn is_local_path(text: &str) -> bool {
    const LONGEST: usize = 4096;
    const FILES: [&str; 8] = [".jpg", ".jpeg", ".png", ".webp", ".heic", ".bmp", ".zip", ".pdf"];
    let begins = ["/", "\\", "./", ".\\", "../", "..\\", "~/", "file:"];
    let has_drive = matches!(text.as_bytes(), [drive, b':', b'/' | b'\\', ..] if drive.is_ascii_alphabetic());
    text.len() <= LONGEST
        && (has_drive || begins.iter().any(|begin| text.starts_with(begin)))
        && FILES.iter().any(|end| text.to_ascii_lowercase().ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recognizes_paths_by_beginning_and_end() {
        for path in
            ["/srv/leo/selfie.JPG", "C:\\images\\card.png", "./a.jpeg", "file:///srv/a.png", "~/a.webp"]
        {
            assert!(is_local_path(path), "{path}");
        }
        for text in
            ["", "/", "/9j/4AAQSkZJRg==", "selfie.jpg", "https://cb.example/a.png", "a/b.zip", "/v1/upload"]
        {
            assert!(!is_local_path(text), "{text}");
        }
    }

    #[test]
    fn searches_lists() {
        let json = serde_json::json!({"images": [{"image_type_id": 0}, {}, {"image_type_id": "1"}]});
        let found: Vec<_> = found(&json, "/images/*/image_type_id").into_iter().map(|(it, _)| it).collect();
        assert_eq!(found, ["/images/0/image_type_id", "/images/2/image_type_id"]);
    }
}
