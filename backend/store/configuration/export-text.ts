/** The document as text to keep, to review, and to bring in again. */
import { stringify } from 'yaml';
import type { Written } from './written.ts';

/** YAML; what is imported from it and exported again is the same text. */
export function exportText(document: Written): string {
  const comment =
    '# The configuration of aci-kube-sync. Secrets are not in it: `secret:…` stands for one that is kept where it was entered.\n';
  return comment + stringify(document, { lineWidth: 0, aliasDuplicateObjects: false });
}
