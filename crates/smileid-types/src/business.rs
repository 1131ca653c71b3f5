//! Data about a business from a company registry.

open_struct! {
    /// Data about a business from a company registry. The registry sends numbers as text.
    #[debug(all)]
    pub part BusinessInfo {
        /// Data about the company itself, such as its name.
        company_information: Company = "company_information",
        /// Persons and companies that direct the business.
        directors: Vec<Party> = "directors",
        /// Beneficial owners: the persons who own the business in the end.
        beneficial_owners: Vec<Party> = "beneficial_owners",
        /// Owners of a business that is not a company.
        proprietors: Vec<Party> = "proprietors",
        /// Persons and companies that act for the business, such as secretaries and auditors.
        fiduciaries: Vec<Party> = "fiduciaries",
        /// Documents from the registry about the business.
        documents: BusinessDocuments = "documents",
    }
}

open_struct! {
    /// Data about a company from its registry.
    #[debug(names)]
    pub struct Company {
        /// Legal name of the company.
        legal_name: String = "legal_name",
        /// Type of the company, in the registry's words.
        company_type: String = "company_type",
        /// Number of the company in the registry.
        registration_number: String = "registration_number",
        /// Date of the company's registration.
        registration_date: String = "registration_date",
        /// Registration number that the request searched for.
        search_number: String = "search_number",
        /// Number of the company at the tax authority.
        tax_id: String = "tax_id",
        /// Status of the company in the registry, such as active.
        status: String = "status",
        /// Industry of the company.
        industry: String = "industry",
        /// Authorized share capital of the company.
        authorized_shared_capital: String = "authorized_shared_capital",
        /// Address of the company.
        address: String = "address",
        /// State in which the company is registered.
        state: String = "state",
        /// Country in which the company is registered.
        country: String = "country",
        /// Phone number of the company.
        phone: String = "phone",
        /// Email address of the company.
        email: String = "email",
    }
}

open_struct! {
    /// A person or company with a role in a business: a director, an owner, a proprietor or a fiduciary.
    #[debug(names)]
    pub struct Party {
        /// Name of the person or company.
        name: String = "name",
        /// Address of the person or company.
        address: String = "address",
        /// Phone number of the person or company.
        phone_number: String = "phone_number",
        /// Gender of the person.
        gender: String = "gender",
        /// Nationality of the person or company.
        nationality: String = "nationality",
        /// Date of birth of the person.
        date_of_birth: String = "date_of_birth",
        /// Occupation of the person.
        occupation: String = "occupation",
        /// ID type of the person's ID, such as `NATIONAL_ID`.
        id_type: String = "id_type",
        /// Number of the person's ID.
        id_number: String = "id_number",
        /// Shares of the business that the person or company holds.
        shareholdings: String = "shareholdings",
        /// Type of shareholder, in the registry's words.
        shareholder_type: String = "shareholder_type",
        /// Role of a fiduciary, such as secretary or auditor.
        fiduciary_type: String = "fiduciary_type",
        /// Registration number, if an owner or director is a company.
        registration_number: String = "registration_number",
        /// Status of the person or company in the registry, such as active.
        status: String = "status",
    }
}

open_struct! {
    /// Documents from the registry about a business.
    #[debug(names)]
    pub struct BusinessDocuments {
        /// The registry's search certificate: a document in base64, or a link to it.
        search_certificate: String = "search_certificate",
    }
}
