//! `smileid sign`

use std::time::{SystemTime, UNIX_EPOCH};

use smileid::protocol::timestamp::Timestamp;

use crate::{
    args::{Args, Sign},
    failure::Failure,
    output::Output,
    setup::credentials,
};

pub(crate) fn run(sign: &Sign, args: &Args) -> Result<Output, Failure> {
    let credentials = credentials(args)?;
    let timestamp = if let Some(text) = &sign.timestamp {
        Timestamp::new(text.as_str()).map_err(|error| Failure::invalid("timestamp", error.to_string()))?
    } else {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_utc_millis(i64::try_from(now.as_millis()).unwrap_or(i64::MAX))
    };
    Ok(Output::signature(timestamp.as_str(), credentials.sign(&timestamp).as_str()))
}
