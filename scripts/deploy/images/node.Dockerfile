# Replaces node on a machine that cannot reach a registry of images: Debian's Node and npm.
FROM debian:trixie-slim
LABEL soma.stand-in="made by scripts/deploy/local-images.sh"
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends ca-certificates nodejs npm && rm -rf /var/lib/apt/lists/*
# Containers built on this image must trust the same certificates as this machine, and fetch packages from where it does.
COPY certificates/ /usr/local/share/ca-certificates/
RUN update-ca-certificates
ARG REGISTRY=https://registry.npmjs.org/
ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt npm_config_registry=$REGISTRY
