//! The `ketnap` binary.
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Settings of the allocator that return the memory of the start to the system. It reads them from
/// the environment before `main`, and nowhere else.
#[cfg(target_os = "linux")]
const ALLOCATOR_SETTINGS: [(&str, &str); 2] = [
    ("MIMALLOC_ARENA_EAGER_COMMIT", "0"),
    ("MIMALLOC_PURGE_DELAY", "10"),
];

fn main() -> ExitCode {
    #[cfg(target_os = "linux")]
    with_allocator_settings();
    ketnap::cli::run()
}

/// Starts the program once more in the same process with these settings, unless one of the
/// variables is set already.
#[cfg(target_os = "linux")]
fn with_allocator_settings() {
    use std::os::unix::process::CommandExt as _;
    use std::process::Command;

    if ALLOCATOR_SETTINGS
        .iter()
        .any(|(name, _)| std::env::var_os(name).is_some())
    {
        return;
    }
    let mut arguments = std::env::args_os();
    let mut again = Command::new("/proc/self/exe");
    again.arg0(arguments.next().unwrap_or_default());
    // it returns only if it fails, and then the program runs without the settings
    let _ = again.args(arguments).envs(ALLOCATOR_SETTINGS).exec();
}
