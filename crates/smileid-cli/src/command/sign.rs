//! Command `smileid sign`: signs a timestamp.

use crate::{
    args::{Args, Sign},
    failure::Failure,
    output::Output,
    setup::{credentials, timestamp},
};

pub(crate) async fn run(sign: &Sign, args: &Args) -> Result<Output, Failure> {
    let credentials = credentials(args).await?;
    let timestamp = timestamp(sign.timestamp.as_deref())?;
    Ok(Output::signature(timestamp.as_str(), credentials.sign(&timestamp).as_str()))
}
