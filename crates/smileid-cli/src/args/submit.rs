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

    /// Job type: 1 biometric KYC, 2 authenticate, 4 register, 5 enhanced KYC, 6 document verification, 7 business verification, 8
    /// update photo, 9 compare user info, 11 enhanced document verification
    #[arg(long, value_name = "NUMBER|NAME")]
    pub(crate) job_type: Option<String>,

    /// Id that you give the user; required for job types 2 and 8 [default: a random id]
    #[arg(long, value_name = "ID")]
    pub(crate) user_id: Option<String>,

    /// Id that you give the job; can be used only once [default: a random id]
    #[arg(long, value_name = "ID")]
    pub(crate) job_id: Option<String>,

    #[command(flatten)]
    pub(crate) images: Images,

    #[command(flatten)]
    pub(crate) v3: V3Args,

    #[command(flatten)]
    pub(crate) id_info: IdInfoArgs,

    /// Additional member NAME=VALUE of partner_params, which the result returns; can be repeated
    #[arg(long = "partner-param", value_name = "NAME=VALUE")]
    pub(crate) partner_params: Vec<String>,

    /// Callback URL to which the API sends the result
    #[arg(long, env = "SMILE_ID_CALLBACK_URL", value_name = "URL")]
    pub(crate) callback: Option<String>,

    /// Use the enrolled selfie of the user instead of a new one (job types 6 and 11)
    #[arg(long)]
    pub(crate) use_enrolled_image: bool,

    /// Allow that an enrolled user is enrolled again
    #[arg(long)]
    pub(crate) allow_new_enroll: bool,

    /// Wait for the result for this time, such as `30s` or `5m` [default without a value: 120s]
    ///
    /// The limit is for the whole command: reading files, announcing the job, sending its archive, polling, and retries.
    /// When it is reached and the API has the job, the exit code is 7, otherwise that of the failure. Either way the
    /// command that continues is printed.
    #[arg(long, value_name = "DURATION", num_args = 0..=1, default_missing_value = "120s", value_parser = duration)]
    pub(crate) wait: Option<Duration>,

    /// Continue a job that may have been submitted: request its status first, then send only what is missing
    ///
    /// The printed commands have it. A lookup that the API does not know is sent again only after 30 s of asking, and not
    /// at all if `--wait` is shorter: if the first request arrived late, it would be billed twice.
    #[arg(long)]
    pub(crate) resume: bool,

    /// Print all results of the job, not only the last one
    #[arg(long)]
    pub(crate) history: bool,

    /// Print links to the images of the job
    #[arg(long)]
    pub(crate) image_links: bool,

    /// Refuse a job with warnings, such as a country that is not an ISO code
    #[arg(long)]
    pub(crate) strict: bool,
}

/// Values of jobs with `--api v3`.
#[derive(ClapArgs)]
pub(crate) struct V3Args {
    /// Product, instead of a job type: enhanced_kyc, biometric_kyc, document_verification, enhanced_document_verification,
    /// registration, authentication; in V3 also residency_document_verification and compare
    #[arg(long, value_name = "NAME", conflicts_with_all = ["job", "job_type"])]
    pub(crate) product: Option<String>,

    /// Email address of the person; required unless `--phone-number` is given
    #[arg(long, value_name = "ADDRESS", help_heading = V3)]
    pub(crate) email: Option<String>,

    /// JPEG or PNG file of the visa or permit, for a residency document verification
    #[arg(long, value_name = "FILE", help_heading = V3)]
    pub(crate) visa: Option<PathBuf>,

    /// JPEG file of the image with which the selfie is compared
    #[arg(long, value_name = "FILE", help_heading = V3)]
    pub(crate) comparison_image: Option<PathBuf>,

    /// Kind of the image with which the selfie is compared
    #[arg(long, value_name = "KIND", help_heading = V3, value_enum)]
    pub(crate) comparison_image_type: Option<ComparisonKind>,

    /// Time at which the person consented, such as 2026-09-21T14:13:20Z [default: now]
    #[arg(long, value_name = "TIME", help_heading = V3)]
    pub(crate) consent_at: Option<String>,

    /// Language of the consent notice, in two letters [default: EN]
    #[arg(long, value_name = "LANGUAGE", help_heading = V3)]
    pub(crate) consent_language: Option<String>,

    /// URL of the privacy policy to which the person consented; required
    #[arg(long, value_name = "URL", help_heading = V3)]
    pub(crate) privacy_policy: Option<String>,

    /// Result code that the job gets in the sandbox, such as 840
    #[arg(long, value_name = "CODE", help_heading = V3)]
    pub(crate) sandbox_result: Option<u32>,
}

/// Heading, in the help, of the options for V3.
const V3: &str = "Version 3 (`--api v3`)";

/// Kind of the image with which a selfie is compared.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(crate) enum ComparisonKind {
    /// Image of a document with a photo.
    Document,
    /// Photo of an ID.
    IdPhoto,
    /// Portrait of the person.
    Portrait,
}

#[derive(ClapArgs)]
pub(crate) struct Images {
    /// JPEG or PNG file of the selfie; `-` for standard input
    #[arg(long, value_name = "FILE", conflicts_with = "job")]
    pub(crate) selfie: Option<PathBuf>,

    /// Image file of the front of the ID card or document
    #[arg(long, value_name = "FILE", conflicts_with = "job")]
    pub(crate) id_card: Option<PathBuf>,

    /// Image file of the back of the ID card or document
    #[arg(long, value_name = "FILE", conflicts_with = "job")]
    pub(crate) id_card_back: Option<PathBuf>,

    /// Image file for the liveness check, or a quoted pattern such as 'frames/*.jpg'; can be repeated, up to eight
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
            /// Returns the members that were given, with their names in the API.
            pub(crate) fn given(&self) -> impl Iterator<Item = (&'static str, &str)> {
                [$((stringify!($field), self.$field.as_deref())),+]
                    .into_iter()
                    .filter_map(|(name, value)| value.map(|value| (name, value)))
            }
        }
    };
}

id_info_args! {
    /// Country that issued the ID, in two capital letters
    country,
    /// ID type, such as BVN, NATIONAL_ID or PASSPORT
    id_type,
    /// Number of the ID
    id_number,
    /// Id of the consent session, instead of the number of a BVN_MFA
    session_id,
    /// Second number of the ID, such as the card number of a Ugandan ID
    secondary_id_number,
    /// First name of the person
    first_name,
    /// Middle name of the person
    middle_name,
    /// Last name of the person
    last_name,
    /// Date of birth of the person, YYYY-MM-DD
    dob,
    /// Gender of the person, M or F
    gender,
    /// Phone number of the person
    phone_number,
    /// Code of the bank, for the ID type BANK_ACCOUNT
    bank_code,
    /// Citizenship of the person, for some Kenyan IDs
    citizenship,
    /// Type of business, for Nigerian registrations: bn, co or it
    business_type,
    /// Postal address of a Kenyan business
    postal_address,
    /// Postal code of a Kenyan business
    postal_code,
}
