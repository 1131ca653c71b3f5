//! Masks error texts of a server, which may repeat values from the request.

const HIDDEN: &str = "[hidden]";

/// Returns at most `most_words` words of a server's text. Hides the `secrets` longer than two bytes, and words that
/// look like a person's number, an address, a signature or an image.
pub fn prose(text: &str, secrets: &[String], most_words: usize) -> String {
    let secrets = secrets.iter().filter(|secret| secret.len() > 2);
    let text = secrets.fold(text.to_owned(), |text, secret| text.replace(secret.as_str(), HIDDEN));
    let words = text.split_whitespace().take(most_words).map(|word| {
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        let hidden = digits > 5 || word.len() > 40 || word.contains(['=', '@']) || word.contains("://");
        if hidden { HIDDEN } else { word }
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_repeats_nothing_through_us() {
        let secrets = vec!["Leo".to_owned(), "key".to_owned()];
        let said = "Leo's ID 12345678901 (key) at https://x/ with Signature=s of a@b is wrong";
        let shown = "[hidden]'s ID [hidden] ([hidden]) at [hidden] with [hidden] of [hidden] is wrong";
        assert_eq!(prose(said, &secrets, 40), shown);
    }
}
