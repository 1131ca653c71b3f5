//! Tests the two synchronous SmartSelfie endpoints.

use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use serde_json::json;
use smileid_mock_server::Processing;
use smileid_protocol::{
    callback::Callback,
    endpoint::SignedEndpoint,
    types::PartnerParams,
    v1::{selfie_form::SelfieForm, smart_selfie_authentication, smart_selfie_enroll},
};

use crate::support::{
    INVALID, MISSING, Mock, SELFIE, TINY, authentication, code, refusal_of, refused, registration,
};

fn form(user_id: &str) -> SelfieForm {
    SelfieForm::new(user_id, SELFIE)
}

fn enroll(form: &SelfieForm) -> smart_selfie_enroll::Request {
    form.clone().into()
}

fn authenticate(form: &SelfieForm) -> smart_selfie_authentication::Request {
    form.clone().into()
}

#[test]
fn one_user_from_enrolment_to_authentication() {
    let mock = Mock::new();
    let mut form = form("leo");
    form.liveness_images = vec![SELFIE.into(); 8];
    let mut params = PartnerParams::default();
    params.set_extra("mine", "1").unwrap();
    form.partner_params = Some(params);
    let expected = json!({
        "code": "0840",
        "status": "approved",
        "message": "Enroll User",
        "job_id": "0000000001",
        "job_type": "smart_selfie_enrollment",
        "partner_id": "085",
        "partner_params": {"mine": "1"},
        "user_id": "leo",
        "created_at": "2023-11-14T22:13:20.123Z",
        "updated_at": "2023-11-14T22:13:20.123Z",
    });
    assert_eq!(mock.reply(&enroll(&form)), expected);

    mock.pass(Duration::from_secs(1));
    form.partner_params = None;
    let reply = mock.reply(&authenticate(&form));
    assert_eq!((&reply["code"], &reply["status"]), (&json!("0820"), &json!("approved")));
    assert_eq!(
        (&reply["job_type"], &reply["job_id"]),
        (&json!("smart_selfie_authentication"), &json!("0000000002"))
    );
    assert_eq!(
        (&reply["partner_params"], &reply["created_at"]),
        (&json!({}), &json!("2023-11-14T22:13:21.123Z"))
    );

    // The enrolment is the one that jobs with archives have.
    assert_eq!(code(&mock.result(authentication("leo", "job"))), "0820");
}

#[test]
fn sandbox_result_chooses() {
    for (wish, codes, status) in [
        (0, ["0840", "0820"], "approved"),
        (1, ["0841", "0821"], "rejected"),
        (2, ["0844", "0824"], "pending"),
        (7, ["0840", "0820"], "approved"),
    ] {
        let mock = Mock::new();
        mock.result(registration("enrolled", "job"));
        let mut new = form("new");
        new.sandbox_result = Some(wish);
        let reply = mock.reply(&enroll(&new));
        assert_eq!((&reply["code"], &reply["status"]), (&json!(codes[0]), &json!(status)), "{wish}");
        let mut enrolled = form("enrolled");
        enrolled.sandbox_result = Some(wish);
        let reply = mock.reply(&authenticate(&enrolled));
        assert_eq!((&reply["code"], &reply["status"]), (&json!(codes[1]), &json!(status)), "{wish}");
        let is_enrolled = mock.send(&authenticate(&form("new"))).is_ok();
        assert_eq!(is_enrolled, status == "approved", "only who is approved is enrolled");
    }

    let wishing = |text: &str| {
        let mut params = PartnerParams::default();
        params.set_extra("sandbox_result", text).unwrap();
        let mut form = form("leo");
        form.partner_params = Some(params);
        form
    };
    let mut both = wishing("1");
    assert_eq!(Mock::new().reply(&enroll(&both))["code"], "0841", "as version 1 has it");
    both.sandbox_result = Some(2);
    assert_eq!(Mock::new().reply(&enroll(&both))["code"], "0844", "the form's own field first");
}

#[test]
fn who_may_be_enrolled_and_compared() {
    let mock = Mock::new();
    let unknown = refused("2210", "No enrolled user found");
    assert_eq!(mock.refusal(&authenticate(&form("leo"))), unknown);
    mock.send(&enroll(&form("leo"))).unwrap();
    let already = refused("2209", "Wrong user id. This user is already enrolled with user_id");
    assert_eq!(mock.refusal(&enroll(&form("leo"))), already);
    let mut again = form("leo");
    again.allow_new_enroll = Some(false);
    assert_eq!(mock.refusal(&enroll(&again)), already);
    again.allow_new_enroll = Some(true);
    assert_eq!(mock.reply(&enroll(&again))["code"], "0840");

    let later = Mock::processing(Processing::After(Duration::from_secs(2)));
    later.submit(registration("leo", "job")).unwrap();
    assert_eq!(later.refusal(&authenticate(&form("leo"))), unknown, "not yet enrolled");
    later.pass(Duration::from_secs(2));
    assert_eq!(later.reply(&authenticate(&form("leo")))["code"], "0820");
}

#[test]
fn an_address_to_call_back_keeps_the_result_too() {
    let mock = Mock::new();
    let mut form = form("leo");
    form.callback_url = Some("https://partner.example/selfie".to_owned());
    let result = mock.send(&enroll(&form)).unwrap();
    let pending = mock.service.callbacks(mock.credentials.partner_id());
    assert_eq!(pending[0].url, "https://partner.example/selfie");
    assert_eq!(pending[0].callback, Callback::Selfie(Box::new(result)).into());
    form.callback_url = Some("partner".to_owned());
    assert_eq!(mock.refusal(&authenticate(&form)), refused("2413", INVALID));
    form.callback_url = Some(String::new());
    mock.send(&authenticate(&form)).unwrap();
    assert_eq!(mock.service.callbacks(mock.credentials.partner_id()).len(), 1);
}

#[test]
fn images_must_be_images_and_not_too_many() {
    fn check<E: SignedEndpoint + From<SelfieForm>>() {
        let mock = Mock::new();
        mock.send(&enroll(&form("leo"))).unwrap();
        let mut png = form("leo");
        png.allow_new_enroll = Some(true);
        png.selfie_image = TINY.into();
        mock.send(&E::from(png.clone())).expect("a PNG is one");
        let invalid = refused("2413", INVALID);
        for image in [&b""[..], b"GIF89a", b"%PDF-"] {
            let mut selfie = png.clone();
            selfie.selfie_image = image.into();
            assert_eq!(mock.refusal(&E::from(selfie)), invalid);
            let mut frame = png.clone();
            frame.liveness_images = vec![SELFIE.into(), image.into()];
            assert_eq!(mock.refusal(&E::from(frame)), invalid);
        }
        let mut many = png;
        many.liveness_images = vec![SELFIE.into(); 9];
        assert_eq!(mock.refusal(&E::from(many)), invalid);
    }
    check::<smart_selfie_enroll::Request>();
    check::<smart_selfie_authentication::Request>();
}

#[test]
fn the_form_must_be_one() {
    let mock = Mock::new();
    let missing = refused("2413", MISSING);
    let invalid = refused("2413", INVALID);
    assert_eq!(mock.refusal(&enroll(&form(" "))), missing);
    let request = mock.encode(&enroll(&form("leo")));
    let altered = |from: &[u8], to: &[u8]| {
        let at = request.body().windows(from.len()).position(|it| it == from).expect("a part to alter");
        let (before, after) = (&request.body()[..at], &request.body()[at + from.len()..]);
        refusal_of(&mock.raw(&request.clone().map(|_| Bytes::from([before, to, after].concat()))))
    };
    assert_eq!(altered(b"name=\"selfie_image\"", b"name=\"other\"; x=\"a\""), invalid, "a text that is none");
    assert_eq!(altered(b"name=\"user_id\"", b"name=\"sandbox_result\""), invalid);
    let mut no_form = request.clone();
    no_form.headers_mut().insert(CONTENT_TYPE, "application/json".parse().unwrap());
    assert_eq!(refusal_of(&mock.raw(&no_form)), invalid);
    let empty = request.map(|_| Bytes::new());
    assert_eq!(refusal_of(&mock.raw(&empty)), invalid);
    assert_eq!(mock.reply(&enroll(&form("leo")))["job_id"], json!("0000000001"), "no number was used up");
}

/// Some mobile clients enrol users in this way: they learn the user's id from the response.
#[test]
fn somebody_without_a_name_gets_one_when_enrolled() {
    let mock = Mock::new();
    let mut nameless = form("leo");
    nameless.user_id = None;
    let user_id = mock.reply(&enroll(&nameless))["user_id"].as_str().expect("a name").to_owned();
    assert_eq!(mock.reply(&authenticate(&form(&user_id)))["status"], json!("approved"));
    let mut request = mock.encode(&enroll(&nameless));
    *request.uri_mut() = mock.encode(&authenticate(&form(&user_id))).uri().clone();
    assert_eq!(refusal_of(&mock.raw(&request)), refused("2413", MISSING), "here somebody must be meant");
}
