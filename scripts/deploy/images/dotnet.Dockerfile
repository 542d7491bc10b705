# Replaces mcr.microsoft.com/dotnet/{aspnet,sdk} on a machine that cannot reach a registry: this machine's .NET on
# Debian.
FROM debian:trixie-slim
LABEL soma.stand-in="made by scripts/deploy/local-images.sh"
ARG PACKAGES="ca-certificates libicu76 libssl3t64 libstdc++6 tzdata"
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends $PACKAGES && rm -rf /var/lib/apt/lists/*
# Containers built on this image must trust the same certificates as this machine.
COPY certificates/ /usr/local/share/ca-certificates/
RUN update-ca-certificates
COPY nuget/ /root/.nuget/NuGet/
COPY dotnet/ /usr/share/dotnet/
RUN ln -s /usr/share/dotnet/dotnet /usr/bin/dotnet && groupadd --gid 1654 app && useradd --uid 1654 --gid 1654 --create-home app
ENV APP_UID=1654 DOTNET_RUNNING_IN_CONTAINER=true ASPNETCORE_HTTP_PORTS=8080
