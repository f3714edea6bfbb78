# One root file system, two settings of it. Plain instructions only, so that docker, podman and buildah all build it:
#   docker build -t aci-kube-sync .                        # standalone: a container of your own
#   docker build -t aci-kube-sync --target app-center .    # inside an .aci, started by an APIC (npm run package does it)

FROM node:24-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts --prefer-offline
COPY . .
# image/: what stands outside /opt. Owners and rights are set here, whatever the checkout had.
RUN npm run build \
  && install -D --mode=0755 packaging/rootfs/aci-kube-sync image/usr/local/bin/aci-kube-sync \
  && install -D --mode=0644 packaging/rootfs/health.ts image/opt/aci-kube-sync/health.ts \
  && install --directory --mode=0755 image/home/app/log image/home/app/data image/home/app/local-data \
       image/home/app/credentials image/home/app/src/Service image/home/app/src/UIAssets \
  && install --directory --mode=0700 --owner=10001 --group=10001 image/data

# What runs: a C library, Node, and dist. No package manager for Node, no node_modules, no compiler.
FROM node:24-bookworm-slim AS runtime
RUN rm -rf /usr/local/lib/node_modules /usr/local/include/node /usr/local/bin/npm /usr/local/bin/npx \
  /usr/local/bin/corepack /usr/local/bin/yarn /usr/local/bin/yarnpkg /usr/local/bin/docker-entrypoint.sh /opt/yarn-*
COPY --from=build /src/dist /opt/aci-kube-sync
COPY LICENSE /opt/aci-kube-sync/LICENSE
COPY --from=build /src/image/ /
# The root may be mounted read-only: nothing is compiled ahead into it.
ENV NODE_ENV=production \
    NODE_DISABLE_COMPILE_CACHE=1
# The base image's would stand before every command.
ENTRYPOINT []

# Started as root, with /home/app/{src,data,log,credentials} mounted over the empty folders; the process gives root up
# by itself. No health check: the APIC watches the process.
FROM runtime AS app-center
USER 0:0
WORKDIR /home/app/src/Service
EXPOSE 80
CMD ["/home/app/src/Service/start.sh"]

FROM runtime AS standalone
# A number, not a name: it owns a mounted /data, and runAsNonRoot can tell that it is not root.
USER 10001:10001
# The only place that is written to: the root may be mounted read-only.
VOLUME /data
WORKDIR /data
ENV HOME=/data \
    KUBESYNC_DATA_DIR=/data
# Answers on loopback unless --listen says otherwise, which takes TLS or a proxy: share the network of the host or the pod, e.g.
#   docker run --network host --read-only -v aks-data:/data aci-kube-sync
# The configuration is edited in the page. For one in a file:
#   … -v ./config:/etc/aci-kube-sync:ro -e KUBESYNC_CONFIG=/etc/aci-kube-sync/config.yaml …
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 CMD ["node", "/opt/aci-kube-sync/health.ts"]
CMD ["aci-kube-sync", "serve"]
