# Replaces redis:7.4 on a machine that cannot reach a registry: Debian's Redis.
FROM debian:trixie-slim
LABEL soma.stand-in="made by scripts/deploy/local-images.sh"
RUN groupadd --gid 999 redis && useradd --uid 999 --gid 999 --home-dir /data redis \
  && apt-get update -qq && apt-get install -y -qq --no-install-recommends redis-server && rm -rf /var/lib/apt/lists/* \
  && install -d -o redis -g redis /data
WORKDIR /data
VOLUME /data
EXPOSE 6379
CMD ["redis-server"]
