//! Form in which credentials are stored. A mock's key is not secret.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use smileid_protocol::auth::Credentials;

#[derive(Serialize, Deserialize)]
struct Stored {
    partner_id: String,
    api_key: String,
}

pub(super) fn serialize<S: Serializer>(credentials: &Credentials, serializer: S) -> Result<S::Ok, S::Error> {
    let partner_id = credentials.partner_id().to_string();
    Stored { partner_id, api_key: credentials.api_key().expose().to_owned() }.serialize(serializer)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Credentials, D::Error> {
    let Stored { partner_id, api_key } = Stored::deserialize(deserializer)?;
    Credentials::new(partner_id, api_key).map_err(D::Error::custom)
}
