//! The outermost middleware: a panic becomes a problem, and the service goes on.
use actix_web::middleware::from_fn;
use actix_web::test::{TestRequest, init_service, try_call_service};
use actix_web::{App, HttpResponse, web};
use serde_json::json;

use crate::support::House;

async fn boom() -> HttpResponse {
    panic!("a fault of ours")
}

#[actix_web::test]
async fn a_panic_becomes_a_problem_and_the_next_request_is_served() {
    let app = App::new()
        .route("/boom", web::get().to(boom))
        .route("/fine", web::get().to(HttpResponse::Ok))
        .wrap(from_fn(ketnap::api::http::as_task));
    let service = init_service(app).await;
    let error = try_call_service(&service, TestRequest::get().uri("/boom").to_request())
        .await
        .unwrap_err();
    let answer = error.error_response();
    assert_eq!(answer.status(), 500);
    assert_eq!(
        answer.headers().get("content-type").unwrap(),
        "application/problem+json"
    );
    let fine = try_call_service(&service, TestRequest::get().uri("/fine").to_request())
        .await
        .unwrap();
    assert_eq!(fine.status(), 200);
}

/// Classified documents may only be cited by number and date, so a text with a classification
/// marking is refused.
#[tokio::test]
async fn a_text_with_a_mark_of_secrecy_is_refused_and_named() {
    let house = House::build().await;
    let report = |problem: &str| json!({"subject": "Vướng mắc", "problem": problem});
    let refused = house
        .post("branch-01", "problem-reports", report("(MẬT) Nội dung"))
        .await
        .invalid(&["/problem"]);
    assert_eq!(refused.body["errors"][0]["code"], "state_secret_refused");
    // the text is checked as it would be stored: without invisible characters, and with full-width
    // letters converted
    for hidden in [
        "T\u{200b}ối mật",
        "Công văn M\u{200b}ẬT số 5",
        "tối m\u{2060}ật",
        "12-BC \u{ff2d}Ậ\u{ff34}",
        // a text of nothing but the marking, without diacritics, or spaced out
        "- Mật -",
        "TUYET MAT",
        "M Ậ T",
    ] {
        let refused = house
            .post("branch-01", "problem-reports", report(hidden))
            .await;
        let refused = refused.invalid(&["/problem"]);
        assert_eq!(refused.body["errors"][0]["code"], "state_secret_refused");
        let holiday = json!({"on": "2027-01-01", "name": hidden});
        house
            .post("office", "holidays", holiday)
            .await
            .invalid(&["/name"]);
    }
    let secret = json!({"title": "Độ mật: MẬT", "number": "12-BC/ĐU (Mật)"});
    let dispatch = house.post("office", "dispatches", secret).await;
    assert_eq!(dispatch.status, 422, "{}", dispatch.text);
    house
        .create(
            "branch-01",
            "problem-reports",
            report("Công văn số 12-BC/ĐU, tập huấn bảo vệ bí mật"),
        )
        .await;
}
