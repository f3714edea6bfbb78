# The product in a small image. Plain instructions only, so that docker, podman and buildah all build it:
#   docker build -t aci-kube-sync .

FROM node:24-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build && install --directory --mode=0700 image/data

# What runs: a C library, Node, and dist. No npm, no node_modules, no compiler.
FROM debian:bookworm-slim
COPY --from=build /usr/local/bin/node /usr/local/bin/node
COPY --from=build /src/dist /opt/aci-kube-sync
COPY LICENSE /opt/aci-kube-sync/LICENSE
# A number, not a name: it owns a mounted /data, and runAsNonRoot can tell that it is not root.
COPY --from=build --chown=10001:10001 /src/image/ /

USER 10001:10001
# The only place that is written to: the root may be mounted read-only.
VOLUME /data
WORKDIR /data
ENV NODE_ENV=production \
    NODE_DISABLE_COMPILE_CACHE=1 \
    HOME=/data \
    KUBESYNC_DATA_DIR=/data
# Answers on loopback unless --listen says otherwise, which takes TLS or a proxy: share the network of the host or the pod, e.g.
#   docker run --network host --read-only -v aks-data:/data aci-kube-sync
# The configuration is edited in the page. For one in a file:
#   … -v ./config:/etc/aci-kube-sync:ro -e KUBESYNC_CONFIG=/etc/aci-kube-sync/config.yaml …
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/livez').then((reply) => process.exit(reply.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "--enable-source-maps", "/opt/aci-kube-sync/main.js"]
CMD ["serve"]
