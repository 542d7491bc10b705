# NOT Qdrant: the stand-in of the tests (tests/Soma.Testing/Qdrant), which checks every request against Qdrant's contract and
# answers over an index in memory. It forgets everything when it ends.
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
