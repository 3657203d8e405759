import { z } from 'zod';
import { Role } from '../context/actor.ts';

const AccountId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{1,62}$/, 'lower-case letters, digits and hyphens, 2 to 63 characters');

export const Account = z.object({
  id: AccountId,
  name: z.string().min(1).max(200),
  roles: z.array(Role),
  /** Registration or licence that a person checked; absent when none was recorded. */
  credential: z.string().min(1).exactOptional(),
  credentialCheckedAt: z.string().exactOptional(),
  /** Fields the person reviews in; empty = every field. */
  specialties: z.array(z.string()),
  /** Languages the person reviews in; empty = every language. */
  languages: z.array(z.string()),
  email: z.string().exactOptional(),
  demo: z.boolean(),
  createdAt: z.string(),
  revokedAt: z.string().exactOptional(),
});
export type Account = z.infer<typeof Account>;

export const EnrolInput = z.strictObject({
  id: AccountId,
  name: z.string().min(1).max(200),
  roles: z.array(Role).min(1),
  credential: z.string().min(1).max(500).exactOptional(),
  specialties: z.array(z.string().trim().min(1).max(100)).max(50).default([]),
  languages: z.array(z.string().trim().min(1).max(20)).max(20).default([]),
  email: z.email().max(200).exactOptional(),
  demo: z.boolean().default(false),
});
export type EnrolInput = z.input<typeof EnrolInput>;

export const TokenReply = z.object({ token: z.string(), account: z.string() });
export const AccountList = z.object({ accounts: z.array(Account) });
