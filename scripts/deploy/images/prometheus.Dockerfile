# Replaces prom/prometheus on a machine that cannot reach a registry: Debian's Prometheus.
FROM debian:trixie-slim
LABEL soma.stand-in="made by scripts/deploy/local-images.sh"
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends prometheus && rm -rf /var/lib/apt/lists/* \
  && install -d -o nobody -g nogroup /prometheus
USER nobody
WORKDIR /prometheus
VOLUME /prometheus
EXPOSE 9090
ENTRYPOINT ["prometheus"]
