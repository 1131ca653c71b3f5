//! What a registry says about a business.

open_struct! {
    /// What a registry says about a business. Numbers travel as texts.
    #[debug(all)]
    pub part BusinessInfo {
        /// The company itself.
        company_information: Company = "company_information",
        /// Who runs it.
        directors: Vec<Party> = "directors",
        /// Who owns it in the end.
        beneficial_owners: Vec<Party> = "beneficial_owners",
        /// Who owns it, when it is not a company.
        proprietors: Vec<Party> = "proprietors",
        /// Who acts for it: secretaries, auditors.
        fiduciaries: Vec<Party> = "fiduciaries",
        /// Papers of the registry.
        documents: BusinessDocuments = "documents",
    }
}

open_struct! {
    /// A company as its registry has it.
    #[debug(names)]
    pub struct Company {
        /// Name.
        legal_name: String = "legal_name",
        /// Kind of company.
        company_type: String = "company_type",
        /// Number in the registry.
        registration_number: String = "registration_number",
        /// When it was registered.
        registration_date: String = "registration_date",
        /// The number that was searched for.
        search_number: String = "search_number",
        /// Number at the tax authority.
        tax_id: String = "tax_id",
        /// Whether it is active.
        status: String = "status",
        /// What it does.
        industry: String = "industry",
        /// Share capital.
        authorized_shared_capital: String = "authorized_shared_capital",
        /// Address.
        address: String = "address",
        /// State.
        state: String = "state",
        /// Country.
        country: String = "country",
        /// Phone number.
        phone: String = "phone",
        /// Email address.
        email: String = "email",
    }
}

open_struct! {
    /// A person or company behind a company: a director, an owner, a proprietor, a fiduciary.
    #[debug(names)]
    pub struct Party {
        /// Name.
        name: String = "name",
        /// Address.
        address: String = "address",
        /// Phone number.
        phone_number: String = "phone_number",
        /// Gender.
        gender: String = "gender",
        /// Nationality.
        nationality: String = "nationality",
        /// Date of birth.
        date_of_birth: String = "date_of_birth",
        /// Occupation.
        occupation: String = "occupation",
        /// Kind of ID.
        id_type: String = "id_type",
        /// Number of the ID.
        id_number: String = "id_number",
        /// Shares held.
        shareholdings: String = "shareholdings",
        /// Kind of shareholder.
        shareholder_type: String = "shareholder_type",
        /// What a fiduciary does.
        fiduciary_type: String = "fiduciary_type",
        /// Number in the registry.
        registration_number: String = "registration_number",
        /// Whether it is active.
        status: String = "status",
    }
}

open_struct! {
    /// Papers of the registry.
    #[debug(names)]
    pub struct BusinessDocuments {
        /// The registry's answer as a document, in base64 or as a link.
        search_certificate: String = "search_certificate",
    }
}
