//! Reads and writes URL queries without the code under test.

use std::collections::BTreeMap;

use crate::failure::Failure;

/// Writes members as a query. Escapes all characters except the unreserved ones of RFC 3986.
pub(crate) fn write(members: &BTreeMap<String, String>) -> String {
    let pairs: Vec<_> =
        members.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value))).collect();
    pairs.join("&")
}

/// Reads the members of a query. As in forms, a plus sign means a space.
pub(crate) fn read(query: &str) -> Result<BTreeMap<String, String>, Failure> {
    let mut members = BTreeMap::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').ok_or_else(|| unreadable("a member has no value"))?;
        let (name, value) = (unescaped(name)?, unescaped(value)?);
        if members.insert(name, value).is_some() {
            return Err(unreadable("a member is duplicated"));
        }
    }
    Ok(members)
}

fn escaped(text: &str) -> String {
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes()
        .map(|byte| if unreserved(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

fn unescaped(text: &str) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || char::from(rest.next()?).to_digit(16).and_then(|it| u8::try_from(it).ok());
                match (digit(), digit()) {
                    (Some(high), Some(low)) => high << 4 | low,
                    _ => return Err(unreadable("a percent sign is not followed by two hexadecimal digits")),
                }
            }
            other => other,
        });
    }
    String::from_utf8(bytes).map_err(|_| unreadable("it is not UTF-8"))
}

fn unreadable(problem: &'static str) -> Failure {
    Failure::Unreadable { what: "the query".to_owned(), problem }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_queries_can_be_read() {
        let members = BTreeMap::from([
            ("signature".to_owned(), "a+b/c=".to_owned()),
            ("name".to_owned(), "Joe Doe & Léo 100%".to_owned()),
        ]);
        let query = write(&members);
        assert_eq!(query, "name=Joe%20Doe%20%26%20L%C3%A9o%20100%25&signature=a%2Bb%2Fc%3D");
        assert_eq!(read(&query).ok(), Some(members));
    }

    #[test]
    fn ambiguous_queries_are_refused() {
        let value = |query: &str| read(query).ok().and_then(|members| members.get("a").cloned());
        assert_eq!(value("a=1+2").as_deref(), Some("1 2"));
        for query in ["a=1&a=2", "a", "a=%2", "a=%zz", "a=%ff"] {
            assert!(read(query).is_err(), "{query}");
        }
    }
}
