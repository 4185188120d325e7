//! Work that goes on after the answer.
use std::time::Duration;

/// How long the answer waits for the job, which in a small organisation ends sooner.
const WAIT: Duration = Duration::from_secs(2);

/// Runs the work to its end, and waits for it a moment.
pub async fn run(work: impl Future<Output = ()> + 'static) {
    let job = actix_web::rt::spawn(work);
    if tokio::time::timeout(WAIT, job).await.is_err() {
        tracing::info!("a job goes on after the answer");
    }
}
