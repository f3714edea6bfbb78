/** How pools, members and nodes are addressed. */
import { urlKey } from './names.ts';

const ltm = '/mgmt/tm/ltm';

export const nodesPath = `${ltm}/node`;

export const paths: Readonly<{
  pools: string;
  pool: (name: string) => string;
  members: (name: string) => string;
  /** `path`: of the member, whose partition is that of its node. */
  member: (name: string, path: string) => string;
  node: (path: string) => string;
}> = {
  pools: `${ltm}/pool`,
  pool: (name) => `${ltm}/pool/${urlKey(`/${name}`)}`,
  members: (name) => `${ltm}/pool/${urlKey(`/${name}`)}/members`,
  member: (name, path) => `${ltm}/pool/${urlKey(`/${name}`)}/members/${urlKey(path)}`,
  node: (path) => `${ltm}/node/${urlKey(path)}`,
};
