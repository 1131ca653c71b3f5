//! What a registry says about a business.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{extra::Extra, lenient};

/// What a registry says about a business. Numbers travel as texts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BusinessInfo {
    /// The company itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company_information: Option<Company>,
    /// Who runs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub directors: Option<Vec<Party>>,
    /// Who owns it in the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beneficial_owners: Option<Vec<Party>>,
    /// Who owns it, when it is not a company.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proprietors: Option<Vec<Party>>,
    /// Who acts for it: secretaries, auditors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fiduciaries: Option<Vec<Party>>,
    /// Papers of the registry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub documents: Option<BusinessDocuments>,
}

macro_rules! facts {
    ($(#[$meta:meta])* pub struct $name:ident { $($(#[$field_meta:meta])* $field:ident,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
        #[non_exhaustive]
        pub struct $name {
            $(
                $(#[$field_meta])*
                #[serde(
                    default,
                    deserialize_with = "lenient::optional_text_or_number",
                    skip_serializing_if = "Option::is_none"
                )]
                pub $field: Option<String>,
            )+
            /// Members that this type has no field for.
            #[serde(flatten)]
            pub extra: Extra,
        }

        /// Shows which members are there, never their values.
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let mut set = f.debug_set();
                $(if self.$field.is_some() { set.entry(&stringify!($field)); })+
                set.entries(self.extra.iter().map(|(name, _)| name)).finish()
            }
        }
    };
}

facts! {
    /// A company as its registry has it.
    pub struct Company {
        /// Name.
        legal_name,
        /// Kind of company.
        company_type,
        /// Number in the registry.
        registration_number,
        /// When it was registered.
        registration_date,
        /// The number that was searched for.
        search_number,
        /// Number at the tax authority.
        tax_id,
        /// Whether it is active.
        status,
        /// What it does.
        industry,
        /// Share capital.
        authorized_shared_capital,
        /// Address.
        address,
        /// State.
        state,
        /// Country.
        country,
        /// Phone number.
        phone,
        /// Email address.
        email,
    }
}

facts! {
    /// A person or company behind a company: a director, an owner, a proprietor, a fiduciary.
    pub struct Party {
        /// Name.
        name,
        /// Address.
        address,
        /// Phone number.
        phone_number,
        /// Gender.
        gender,
        /// Nationality.
        nationality,
        /// Date of birth.
        date_of_birth,
        /// Occupation.
        occupation,
        /// Kind of ID.
        id_type,
        /// Number of the ID.
        id_number,
        /// Shares held.
        shareholdings,
        /// Kind of shareholder.
        shareholder_type,
        /// What a fiduciary does.
        fiduciary_type,
        /// Number in the registry.
        registration_number,
        /// Whether it is active.
        status,
    }
}

facts! {
    /// Papers of the registry.
    pub struct BusinessDocuments {
        /// The registry's answer as a document, in base64 or as a link.
        search_certificate,
    }
}
