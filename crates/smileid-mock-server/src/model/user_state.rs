//! State of a user, which a partner can see and change.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// State of a user, which a partner can see and change in the portal.
///
/// By default, a user is enrolled and may do everything.
///
/// ```
/// use smileid_mock_server::UserState;
///
/// let user: UserState = serde_json::from_str(r#"{"active": false}"#)?;
/// assert!(user.photo && !user.active);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the portal has them side by side, and all of them may be set"
)]
pub struct UserState {
    /// A photo is on file. Without one, comparisons with it are refused with `2216`.
    pub photo: bool,
    /// Active. Requests for a disabled user are refused with `2207`.
    pub active: bool,
    /// Deleted for good. Requests are refused with `2208`.
    pub deleted: bool,
    /// May be enrolled again, even if the request does not ask for it.
    pub allow_new_enroll: bool,
    /// Must be enrolled again. All other requests are refused with `2211`.
    pub must_reenroll: bool,
    /// Known for fraud: jobs are accepted, and all are rejected.
    pub is_fraudulent: bool,
}

impl Default for UserState {
    fn default() -> Self {
        Self {
            photo: true,
            active: true,
            deleted: false,
            allow_new_enroll: false,
            must_reenroll: false,
            is_fraudulent: false,
        }
    }
}
