//! The outermost middleware: a panic becomes a problem, and the service keeps running.
use actix_web::middleware::from_fn;
use actix_web::test::{TestRequest, init_service, try_call_service};
use actix_web::{App, HttpResponse, web};

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
