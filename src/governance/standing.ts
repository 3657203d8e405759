import type { Evidence } from './evidence-schema.ts';

/** What the evidence does not say, whatever was measured. */
export const notClaimed: Evidence['notClaimed'] = [
  'That the model is safe or fit for any clinical use.',
  'Conformity with any law, standard or regulation.',
  'That reviewers are who their accounts say: the log proves what was recorded under an account, not who sat at the keyboard.',
  "That a reasoning trace shows the model's actual reasons.",
  'That the judge of the red team agrees with clinicians beyond the held-out figures printed beside each rate.',
  'That no other log exists: without witnesses the owner of the key could show another one to somebody else.',
];

/** What only a person can state. Nothing is invented in its place. */
export const human: Evidence['human'] = [
  { item: 'Intended use, users and patient population', needs: 'clinical owner' },
  { item: 'Clinical risk level and acceptability of residual risk', needs: 'risk manager' },
  { item: 'Identity and credentials of the reviewers', needs: 'credentialing office' },
  { item: 'Legal basis and consent for the source data', needs: 'data protection officer' },
  { item: 'Working conditions and pay of the reviewers', needs: 'project lead' },
  { item: 'Approval for release and use', needs: 'release approver of the institution' },
];

/** Maps that exist or do not, with the date of the statement. Not legal advice. */
export const frameworks: Evidence['frameworks'] = [
  { framework: 'EU AI Act (Regulation 2024/1689), Annex IV', status: 'not mapped in this version', asOf: '2026-11-22' },
  { framework: 'CHAI Applied Model Card v0.2', status: 'not produced in this version', asOf: '2026-11-22' },
  {
    framework: '21 CFR Part 11',
    status: 'audit trail and attribution exist; electronic signatures do not',
    asOf: '2026-11-22',
  },
  { framework: 'TRIPOD-LLM', status: 'not mapped in this version', asOf: '2026-11-22' },
];
