//! A registry's data about a business.

open_struct! {
    /// A registry's data about a business. Numbers are sent as text.
    #[debug(all)]
    pub part BusinessInfo {
        /// Company data.
        company_information: Company = "company_information",
        /// Persons and companies that run the business.
        directors: Vec<Party> = "directors",
        /// Ultimate owners.
        beneficial_owners: Vec<Party> = "beneficial_owners",
        /// Owners of a business that is not a company.
        proprietors: Vec<Party> = "proprietors",
        /// Persons and companies that act for the business: secretaries, auditors.
        fiduciaries: Vec<Party> = "fiduciaries",
        /// Documents of the registry.
        documents: BusinessDocuments = "documents",
    }
}

open_struct! {
    /// A company's data in its registry.
    #[debug(names)]
    pub struct Company {
        /// Name.
        legal_name: String = "legal_name",
        /// Kind of company.
        company_type: String = "company_type",
        /// Number in the registry.
        registration_number: String = "registration_number",
        /// Date of registration.
        registration_date: String = "registration_date",
        /// The number that was searched for.
        search_number: String = "search_number",
        /// Number at the tax authority.
        tax_id: String = "tax_id",
        /// Status, such as active.
        status: String = "status",
        /// Industry.
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
        /// Role of a fiduciary.
        fiduciary_type: String = "fiduciary_type",
        /// Number in the registry.
        registration_number: String = "registration_number",
        /// Status, such as active.
        status: String = "status",
    }
}

open_struct! {
    /// Documents of the registry.
    #[debug(names)]
    pub struct BusinessDocuments {
        /// The registry's response as a document, in base64 or as a link.
        search_certificate: String = "search_certificate",
    }
}
