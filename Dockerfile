# coasty-mcp over streamable HTTP, on http://127.0.0.1:8000/mcp:
#
#   docker build -t coasty-mcp .
#   docker run --network host -e COASTY_API_KEY coasty-mcp
#
# It listens on the loopback address alone, hence --network host; publishing the port with -p would
# find nobody there. Try it without a key with -e COASTY_SANDBOX=true.
#
# For callers elsewhere, each with a key of their own (docs/deployment.md):
#
#   docker run -p 8000:8000 -e COASTY_HOST=0.0.0.0 -e COASTY_ALLOW_REMOTE=true \
#     -e COASTY_ALLOWED_HOST=mcp.example.com coasty-mcp

FROM python:3.13-slim AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY src ./src
RUN python -m venv /opt/coasty
RUN /opt/coasty/bin/pip install --no-cache-dir --compile .

FROM python:3.13-slim
COPY --from=build /opt/coasty /opt/coasty
RUN useradd --system --no-create-home coasty
USER coasty
ENV PATH=/opt/coasty/bin:$PATH COASTY_TRANSPORT=streamable-http COASTY_PORT=8000
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=3s --start-period=10s CMD ["python", "-c", "from os import environ; from urllib.request import urlopen; urlopen(f'http://127.0.0.1:{environ[\"COASTY_PORT\"]}/health', timeout=2)"]
CMD ["coasty-mcp"]
