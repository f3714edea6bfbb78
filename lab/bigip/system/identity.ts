/** Which box this is: what stays the same through reboots, upgrades and new names, and what does not. */
export interface DeviceIdentity {
  readonly hostname: string;
  readonly version: string;
  readonly build: string;
  readonly chassisId: string;
  readonly machineId: string;
  readonly baseMac: string;
  readonly managementIp: string;
  readonly marketingName: string;
}

export const standardIdentity: DeviceIdentity = {
  hostname: 'bigip1.lab',
  version: '17.1.1.3',
  build: '0.0.5',
  chassisId: '564d8a5c-31f0-1b0a-2f3c7a9e0001',
  machineId: '5f0b9f3e-6c1a-4a53-9d0e-0a7c54d10001',
  baseMac: '00:50:56:01:00:01',
  managementIp: '192.0.2.245',
  marketingName: 'BIG-IP Virtual Edition',
};
