# The product in a small image. Plain instructions only, so that docker, podman and buildah all build it:
#   docker build -t aci-kube-sync .

FROM node:24-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build

# What runs: a C library, Node, and dist. No npm, no node_modules, no compiler.
FROM debian:bookworm-slim
# The account has a fixed number, for the owner of a mounted /data and for runAsNonRoot.
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin aci-kube-sync \
 && install --directory --owner=10001 --group=10001 --mode=0700 /data
COPY --from=build /usr/local/bin/node /usr/local/bin/node
COPY --from=build /src/dist /opt/aci-kube-sync
COPY LICENSE /opt/aci-kube-sync/LICENSE

USER 10001:10001
# The only place that is written to: the root may be mounted read-only.
VOLUME /data
WORKDIR /data
ENV NODE_ENV=production \
    KUBESYNC_DATA_DIR=/data \
    KUBESYNC_LISTEN=0.0.0.0:8080
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/livez').then((reply) => process.exit(reply.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "--enable-source-maps", "/opt/aci-kube-sync/main.js"]
CMD ["serve", "--config", "/etc/aci-kube-sync/config.yaml"]
