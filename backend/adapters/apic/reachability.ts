/**
 * Whether anything may talk to an object, and by which way. Pure.
 *
 *     way               holds when
 *     unenforced        the VRF enforces nothing
 *     contract          a contract relation of the object is formed
 *     inherited         a master that it inherits from has one
 *     preferredGroup    it is a member, and the VRF's vzAny has the group enabled
 *     vzAny             a contract of the VRF's vzAny is formed
 */
import type { Reachability } from '../../model/target-object.ts';
import type { Vrf } from './structure.ts';

export interface Ways {
  readonly contract: boolean;
  readonly inherited: boolean;
  readonly preferredGroupMember: boolean;
}

export function reachabilityOf(vrf: Vrf, own: Ways): Reachability {
  if (!vrf.enforced) return 'unenforced';
  if (own.contract) return 'contract';
  if (own.inherited) return 'inherited';
  if (own.preferredGroupMember && vrf.preferredGroup) return 'preferredGroup';
  return vrf.vzAny ? 'vzAny' : 'isolated';
}
