# This is NOT Qdrant but the stub of the tests (tests/Soma.Testing/Qdrant). It checks every request against Qdrant's
# contract and answers from an index in memory, which is lost when the container ends.
FROM debian:trixie-slim
LABEL soma.stand-in="made by scripts/deploy/local-images.sh"
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends libicu76 libssl3t64 libstdc++6 && rm -rf /var/lib/apt/lists/* \
  && groupadd --gid 1000 qdrant && useradd --uid 1000 --gid 1000 --create-home qdrant \
  && install -d -o qdrant -g qdrant /qdrant/storage
COPY dotnet/ /usr/share/dotnet/
COPY app/ /app/
USER 1000
EXPOSE 6333
ENTRYPOINT ["/usr/share/dotnet/dotnet", "/app/Soma.QdrantStandIn.dll"]
