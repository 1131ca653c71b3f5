//! The credentials of every partner.

use std::{collections::BTreeMap, sync::Arc};

use smileid_protocol::auth::{Credentials, PartnerId};

/// Credentials of every partner at one moment, which can be read after the lock on the state is released.
pub(crate) type Keyring = Arc<BTreeMap<PartnerId, Credentials>>;
