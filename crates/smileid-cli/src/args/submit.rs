//! Arguments of `smileid submit`.

use std::{path::PathBuf, time::Duration};

use clap::Args as ClapArgs;

use super::duration;

#[derive(ClapArgs)]
#[expect(clippy::struct_excessive_bools, reason = "flags are bools")]
pub(crate) struct Submit {
    /// JSON file with the job, or `-` for standard input
    ///
    /// It has the members `partner_params`, `image_details`, `id_info` and `options`.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["job_type", "user_id", "job_id", "id_info_given"])]
    pub(crate) job: Option<PathBuf>,

    /// Type of the job: 1 biometric KYC, 2 authenticate, 4 register, 5 enhanced KYC, 6 document verification,
    /// 7 business verification, 8 update photo, 9 compare user info, 11 enhanced document verification
    #[arg(long, value_name = "NUMBER|NAME", required_unless_present = "job")]
    pub(crate) job_type: Option<String>,

    /// Your id of the user; required for types 2 and 8 [default: a random one]
    #[arg(long, value_name = "ID")]
    pub(crate) user_id: Option<String>,

    /// Your id of the job, used once [default: a random one]
    #[arg(long, value_name = "ID")]
    pub(crate) job_id: Option<String>,

    #[command(flatten)]
    pub(crate) images: Images,

    #[command(flatten)]
    pub(crate) id_info: IdInfoArgs,

    /// Extra member of partner_params, which the result repeats; repeatable
    #[arg(long = "partner-param", value_name = "NAME=VALUE")]
    pub(crate) partner_params: Vec<String>,

    /// URL to which the API sends the result
    #[arg(long, env = "SMILE_ID_CALLBACK_URL", value_name = "URL")]
    pub(crate) callback: Option<String>,

    /// Use the enrolled selfie instead of a new one (types 6 and 11)
    #[arg(long)]
    pub(crate) use_enrolled_image: bool,

    /// Allow an enrolled user to enrol again
    #[arg(long)]
    pub(crate) allow_new_enroll: bool,

    /// Wait for the result: `30s`, `5m` [default without a value: 120s]
    ///
    /// The limit is for the whole command: reading files, announcing the job, sending its archive, polling, and retries.
    /// When it is reached and the API has the job, the exit code is 7, otherwise that of the failure. Either way the
    /// command that continues is printed.
    #[arg(long, value_name = "DURATION", num_args = 0..=1, default_missing_value = "120s", value_parser = duration)]
    pub(crate) wait: Option<Duration>,

    /// Continue a job that may have been submitted: ask the API first, then do what is missing
    ///
    /// The printed commands have it. A lookup that the API does not know is sent again only after 30 s of asking, and not
    /// at all if `--wait` is shorter: if the first request arrived late, it would be billed twice.
    #[arg(long)]
    pub(crate) resume: bool,

    /// Print every result of the job
    #[arg(long)]
    pub(crate) history: bool,

    /// Print links to the images
    #[arg(long)]
    pub(crate) image_links: bool,

    /// Refuse a job with warnings, such as a country that is not an ISO code
    #[arg(long)]
    pub(crate) strict: bool,
}

#[derive(ClapArgs)]
pub(crate) struct Images {
    /// Selfie, a JPEG or PNG file; `-` for standard input
    #[arg(long, value_name = "FILE", conflicts_with = "job")]
    pub(crate) selfie: Option<PathBuf>,

    /// Front of the ID card or document
    #[arg(long, value_name = "FILE", conflicts_with = "job")]
    pub(crate) id_card: Option<PathBuf>,

    /// Back of the ID card or document
    #[arg(long, value_name = "FILE", conflicts_with = "job")]
    pub(crate) id_card_back: Option<PathBuf>,

    /// Frame of the liveness check; repeatable, up to eight
    #[arg(long, value_name = "FILE", conflicts_with = "job")]
    pub(crate) liveness: Vec<PathBuf>,
}

macro_rules! id_info_args {
    ($($(#[$meta:meta])* $field:ident,)+) => {
        /// Identity data to verify.
        #[derive(ClapArgs)]
        #[group(id = "id_info_given", multiple = true)]
        pub(crate) struct IdInfoArgs {
            $($(#[$meta])* #[arg(long, value_name = "TEXT", help_heading = "ID information")] $field: Option<String>,)+
        }

        impl IdInfoArgs {
            /// The members that were given, with their names in the API.
            pub(crate) fn given(&self) -> impl Iterator<Item = (&'static str, &str)> {
                [$((stringify!($field), self.$field.as_deref())),+]
                    .into_iter()
                    .filter_map(|(name, value)| value.map(|value| (name, value)))
            }
        }
    };
}

id_info_args! {
    /// Country that issued the ID, two capital letters
    country,
    /// Type of the ID: BVN, NATIONAL_ID, PASSPORT, …
    id_type,
    /// Number on the ID
    id_number,
    /// Consent session of the holder, in place of the number of a BVN_MFA
    session_id,
    /// Second number on the ID: the card number of Ugandan IDs
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
