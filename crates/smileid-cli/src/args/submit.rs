//! What `smileid submit` takes.

use std::{path::PathBuf, time::Duration};

use clap::Args as ClapArgs;

use super::duration;

#[derive(ClapArgs)]
#[expect(clippy::struct_excessive_bools, reason = "flags are bools")]
pub(crate) struct Submit {
    /// Read the job from this JSON file, or from standard input for `-`
    ///
    /// The file has the members `partner_params`, `image_details`, `id_info` and `options`.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["job_type", "user_id", "job_id", "id_info_given"])]
    pub(crate) job: Option<PathBuf>,

    /// What to do: 1 biometric KYC, 2 authenticate, 4 register, 5 enhanced KYC, 6 document verification,
    /// 7 business verification, 8 update photo, 9 compare user info, 11 enhanced document verification
    #[arg(long, value_name = "NUMBER|NAME", required_unless_present = "job")]
    pub(crate) job_type: Option<String>,

    /// Your name for the person; made up when absent, but required for types 2 and 8
    #[arg(long, value_name = "ID")]
    pub(crate) user_id: Option<String>,

    /// Your name for the job, used once; made up when absent
    #[arg(long, value_name = "ID")]
    pub(crate) job_id: Option<String>,

    #[command(flatten)]
    pub(crate) images: Images,

    #[command(flatten)]
    pub(crate) id_info: IdInfoArgs,

    /// A member of your own for partner_params, which comes back with the result
    #[arg(long = "partner-param", value_name = "NAME=VALUE")]
    pub(crate) partner_params: Vec<String>,

    /// Where the API sends the result
    #[arg(long, env = "SMILE_ID_CALLBACK_URL", value_name = "URL")]
    pub(crate) callback: Option<String>,

    /// Use the enrolled selfie instead of a new one (types 6 and 11)
    #[arg(long)]
    pub(crate) use_enrolled_image: bool,

    /// Let a user who is enrolled be enrolled again
    #[arg(long)]
    pub(crate) allow_new_enroll: bool,

    /// Wait for the result, 120 seconds or as long as said: `30s`, `5m`
    ///
    /// This is the time for the whole command: reading files, announcing the job, sending its archive, asking for the
    /// result, and whatever has to be sent again. When it is over and the API has the job, the command ends with 7, else
    /// with the failure; either way it prints the command that goes on.
    #[arg(long, value_name = "DURATION", num_args = 0..=1, default_missing_value = "120s", value_parser = duration)]
    pub(crate) wait: Option<Duration>,

    /// Go on with a job that may have been submitted before: ask the API first, then do what is missing
    ///
    /// The commands that are printed to go on with have it. A lookup that the API does not know is sent again only after
    /// asking for half a minute, and not at all if `--wait` leaves less, as it would be billed twice if it came late.
    #[arg(long)]
    pub(crate) resume: bool,

    /// With the result, every result of the job
    #[arg(long)]
    pub(crate) history: bool,

    /// With the result, links to the images
    #[arg(long)]
    pub(crate) image_links: bool,

    /// Refuse a job that has warnings, such as a country that is no ISO code
    #[arg(long)]
    pub(crate) strict: bool,
}

#[derive(ClapArgs)]
pub(crate) struct Images {
    /// The selfie, JPEG or PNG; `-` for standard input
    #[arg(long, value_name = "FILE", conflicts_with = "job")]
    pub(crate) selfie: Option<PathBuf>,

    /// The front of the ID card or document
    #[arg(long, value_name = "FILE", conflicts_with = "job")]
    pub(crate) id_card: Option<PathBuf>,

    /// The back of the ID card or document
    #[arg(long, value_name = "FILE", conflicts_with = "job")]
    pub(crate) id_card_back: Option<PathBuf>,

    /// A frame of the liveness check; up to eight
    #[arg(long, value_name = "FILE", conflicts_with = "job")]
    pub(crate) liveness: Vec<PathBuf>,
}

macro_rules! id_info_args {
    ($($(#[$meta:meta])* $field:ident,)+) => {
        /// What the person's identity is checked against.
        #[derive(ClapArgs)]
        #[group(id = "id_info_given", multiple = true)]
        pub(crate) struct IdInfoArgs {
            $($(#[$meta])* #[arg(long, value_name = "TEXT", help_heading = "ID information")] $field: Option<String>,)+
        }

        impl IdInfoArgs {
            /// The members that were given, by their names in the API.
            pub(crate) fn given(&self) -> impl Iterator<Item = (&'static str, &str)> {
                [$((stringify!($field), self.$field.as_deref())),+]
                    .into_iter()
                    .filter_map(|(name, value)| value.map(|value| (name, value)))
            }
        }
    };
}

id_info_args! {
    /// The country that issued the ID, two capital letters
    country,
    /// The kind of ID: BVN, NATIONAL_ID, PASSPORT, …
    id_type,
    /// The number on the ID
    id_number,
    /// Session of its holder's consent, in place of the number of a BVN_MFA
    session_id,
    /// A second number on the ID, the card's for Ugandan ones
    secondary_id_number,
    /// First name
    first_name,
    /// Middle name
    middle_name,
    /// Last name
    last_name,
    /// Date of birth, YYYY-MM-DD
    dob,
    /// Gender, M or F
    gender,
    /// Phone number
    phone_number,
    /// Code of the bank, for BANK_ACCOUNT
    bank_code,
    /// Citizenship, for some Kenyan IDs
    citizenship,
    /// Kind of business, for Nigerian registrations: bn, co or it
    business_type,
    /// Postal address of a Kenyan business
    postal_address,
    /// Postal code of a Kenyan business
    postal_code,
}
