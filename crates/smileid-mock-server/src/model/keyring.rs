//! The credentials of every partner.

use std::{collections::BTreeMap, sync::Arc};

use smileid_protocol::auth::{Credentials, PartnerId};

/// The credentials of every partner at one moment, to be read after the state is given back.
pub(crate) type Keyring = Arc<BTreeMap<PartnerId, Credentials>>;
