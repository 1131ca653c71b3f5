//! Runs `smileid` through all its jobs and requests.
//!
//! Run by `cargo xtask peers conformance` under `smileid-conformance client`, which sets the URL of the server. Its argument is
//! the folder of images.

mod broad_run;

use std::{env, error::Error, path::PathBuf};

use smileid::{Client, Config, Credentials, Environment};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let images: PathBuf = env::args_os().nth(1).ok_or("the folder of images is missing")?.into();
    let environment: Environment = env::var("SMILEID_MOCK_HTTP")?.parse()?;
    let credentials = Credentials::new(env::var("SMILE_ID_PARTNER_ID")?, env::var("SMILE_ID_API_KEY")?)?;
    let client = Client::new(Config::new(credentials, &environment))?;
    Box::pin(broad_run::broad_run(&client, &images)).await
}
