//! Fuzz target: any bytes as a callback are read or refused, judged and shown without a panic, and never approved without a known
//! code.
#![no_main]

use libfuzzer_sys::fuzz_target;
use smileid_protocol::{
    auth::{Credentials, trust::Window},
    callback::Callback,
    types::{Decision, ResultCode, Verdict},
};

fuzz_target!(|data: &[u8]| {
    let Ok(callback) = Callback::read(data) else { return };
    let (value, _) = Callback::read(data).expect("it was read before").trust_without_checking();
    drop(format!("{value:?} {}", serde_json::to_string(&value).expect("what was read can be written")));
    if let Some(result) = value.result() {
        let verdict = Verdict::for_job([result]);
        if verdict.decision == Decision::Approved {
            let code = result.result_code.as_ref().expect("an approval has a code");
            assert!(ResultCode::rows().iter().any(|row| row.code == code.as_str()));
        }
    }
    let key = Credentials::new("085", "a key that signed none of these").expect("not empty");
    assert!(Callback::read(data).expect("it was read before").verify(&key).is_err());
    assert!(callback.verify_origin(&[key], 1_700_000_000_000, Window::default()).is_err());
});
