//! Screening of a person: AML check (job type 10), address verification (job type 12), and the owner of a phone number.
//!
//! ```text
//! on no list: 0 found
//! on a list: 1 found, finding
//! phone number: approved
//! addresses are accepted: true true
//! ```

#[path = "common/setup.rs"]
mod setup;

use smileid::{Client, Result, protocol::v1};

#[tokio::main]
async fn main() -> Result<()> {
    let client = Client::from_env()?;
    let search = |job, name| -> Result<v1::aml::Request> {
        let ids = setup::ids("user-1", job)?;
        let countries = vec!["NG".to_owned()];
        Ok(v1::aml::Request::new(&ids, name, countries))
    };

    // It is billed each time: after an error whose outcome is unknown, think before asking again.
    let found = client.aml(search("aml-1", "Jane Roe")?).await?;
    println!("on no list: {} found", found.no_of_persons_found.unwrap_or_default());

    let mut request = search("aml-2", "Somebody Listed")?;
    request.birth_year = Some("1970".to_owned());
    request.strict_match = Some(false); // similar names too
    let found = client.aml(request).await?;
    // Neither a pass nor a failure: a person has to look.
    let count = found.no_of_persons_found.unwrap_or_default();
    println!("on a list: {count} found, {}", found.verdict().decision);

    let mut owner = v1::phone::MatchFields::default();
    owner.first_name = Some("Joe".to_owned());
    owner.last_name = Some("Leo".to_owned());
    let check = v1::phone::PhoneCheck::new("NG", "08000000000", owner);
    let result = client.verify_phone_number(v1::verify_phone_number::Request::from(check)).await?;
    println!("phone number: {}", result.verdict().decision);

    // Nigeria by an account with the electricity company, South Africa by an ID number.
    let url = setup::callback()?;
    let nigeria = v1::async_verify_address::Request::nigeria(
        "1 Main Street, Lagos",
        "00000000000",
        "IKEDC",
        url.as_str(),
    );
    let south_africa =
        v1::async_verify_address::Request::south_africa("1 Long Street", "0000000000000", url.as_str());
    let accepted =
        [client.verify_address(nigeria).await?.success, client.verify_address(south_africa).await?.success];
    println!("addresses are accepted: {} {}", accepted[0], accepted[1]);
    Ok(())
}
