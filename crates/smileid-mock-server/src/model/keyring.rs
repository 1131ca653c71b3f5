//! Credentials of all partners.

use std::{collections::BTreeMap, sync::Arc};

use smileid_protocol::auth::{Credentials, PartnerId};

/// Copy of the credentials of all partners, which can be read after the state is unlocked.
pub(crate) type Keyring = Arc<BTreeMap<PartnerId, Credentials>>;
