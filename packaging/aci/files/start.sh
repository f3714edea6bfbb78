#!/bin/sh
# What the APIC starts in the container. Stays in the foreground; the process finds out by itself where it is.
exec /usr/local/bin/aci-kube-sync serve
