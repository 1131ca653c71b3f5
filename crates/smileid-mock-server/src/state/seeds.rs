//! Adds the users and jobs that partners have from the start.

use smileid_protocol::{
    auth::PartnerId,
    types::{IdInfo, JobType, PartnerParams},
};

use super::{State, tenant::Tenant};
use crate::{
    control::scenario::{SeedJob, SelectedScenario, image_product},
    sandbox::{announced::Announced, arrival::Contents, outcome},
};

impl State {
    /// Adds the users and jobs of the file of scenarios to one partner, or to all. Those that exist do not change.
    pub(crate) fn seed(&mut self, partner: Option<&PartnerId>) {
        let Self { tenants, seeds, .. } = self;
        for tenant in tenants.values_mut() {
            let id = tenant.credentials().partner_id().clone();
            if partner.is_some_and(|partner| *partner != id) {
                continue;
            }
            let is_meant = |wanted: &Option<String>| wanted.as_deref().is_none_or(|it| it == id.as_str());
            for user in seeds.users.iter().filter(|user| is_meant(&user.partner_id)) {
                if tenant.users.get(&user.user_id).is_none() {
                    tenant.users.set(&user.user_id, user.state);
                }
            }
            for job in seeds.jobs.iter().filter(|job| is_meant(&job.partner_id)) {
                if tenant.jobs.named(&job.job_id).is_none() {
                    add(job, tenant);
                }
            }
        }
        self.recount();
        self.make_room();
    }
}

/// Adds a complete job.
fn add(job: &SeedJob, tenant: &mut Tenant) {
    let mut params = PartnerParams::default();
    params.user_id = Some(job.user_id.clone());
    params.job_id = Some(job.job_id.clone());
    params.job_type = Some(job.job_type);
    let scenario = job.then.clone().zip(image_product(job.job_type));
    let announced = Announced {
        user_id: job.user_id.clone(),
        job_id: job.job_id.clone(),
        job_type: job.job_type,
        params,
        use_enrolled_image: false,
        callback_url: None,
        origin: String::new(),
        selected: scenario.map(|(scenario, product)| SelectedScenario { scenario, product }),
    };
    let (id_info, is_document) = (
        IdInfo::default(),
        matches!(job.job_type, JobType::DocumentVerification | JobType::EnhancedDocumentVerification),
    );
    let contents = Contents { id_info: &id_info, has_id_card: is_document, has_liveness: false };
    let Some(number) = tenant.announce(announced.clone()).map(|job| job.number().to_owned()) else { return };
    let outcome = outcome::decide(&number, &announced, Ok(contents));
    tenant.complete_at_once(&number, outcome);
}
