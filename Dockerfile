# The program with all that `make episode` needs; ffmpeg and espeak-ng come with Python packages.
#
#   docker build --tag zh2podcast .
#   docker run --rm --user "$(id -u):$(id -g)" \
#     --volume "$PWD/seeds:/podcast/seeds:ro" --volume "$PWD/out:/podcast/out" \
#     zh2podcast make episode SEED=seeds/2025-02-indigo.txt
#
# Make the folder out/ yourself first: one that docker makes belongs to root.
FROM python:3.12.11-slim-bookworm

RUN apt-get update \
 && apt-get install --yes --no-install-recommends make \
 && rm -rf /var/lib/apt/lists/*

WORKDIR /podcast
RUN chown 65534:65534 /podcast
USER 65534:65534
ENV HOME=/tmp PIP_NO_CACHE_DIR=1

COPY --chown=65534:65534 . .
RUN make .venv/ready && mkdir out

CMD ["make", "episode"]
