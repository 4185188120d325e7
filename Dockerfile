# Build with the toolchain, run with nothing but the binary. Context: the repository.
FROM rust:1.95-bookworm AS build
WORKDIR /src
COPY . .
RUN cargo build --release --locked && strip target/release/ketnap

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin ketnap
COPY --from=build /src/target/release/ketnap /usr/local/bin/ketnap
USER 10001
EXPOSE 8080 9090
ENTRYPOINT ["/usr/local/bin/ketnap"]
CMD ["serve"]
