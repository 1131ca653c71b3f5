//! Line that the program `smileid-mock` prints when it listens.

use serde_json::json;

use super::MockServer;

impl MockServer {
    /// Returns the line that the program `smileid-mock` prints when it listens: a JSON object with URLs and credentials. The key
    /// of a mock server is not secret.
    pub fn announcement(&self) -> String {
        // A `Value` would sort the members, and scripts may rely on their order.
        let ca = self.ca().map(|ca| ca.ca_pem().to_string_lossy().into_owned());
        let members = [
            ("http", json!(self.http_url())),
            ("https", json!(self.https_url())),
            ("ca", json!(ca)),
            ("admin", json!(format!("{}/_mock", self.base_url()))),
            ("ui", json!(format!("{}/_mock/ui", self.base_url()))),
            ("partner_id", json!(self.credentials.partner_id().as_str())),
            ("api_key", json!(self.credentials.api_key().expose())),
            ("pid", json!(std::process::id())),
        ];
        let members = members.map(|(name, value)| format!("\"{name}\":{value}"));
        format!("{{{}}}", members.join(","))
    }
}
