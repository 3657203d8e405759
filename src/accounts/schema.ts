import { z } from 'zod';
import { Role } from '../context/actor.ts';

export const AccountId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{1,62}$/, 'lower-case letters, digits and hyphens, 2 to 63 characters');

const Name = z.string().trim().min(1).max(200);
const Credential = z.string().trim().min(1).max(500);
const Specialties = z.array(z.string().trim().min(1).max(100)).max(50);
const Languages = z.array(z.string().trim().min(1).max(20)).max(20);
const Email = z.email().max(200);

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
  name: Name,
  roles: z.array(Role).min(1),
  credential: Credential.exactOptional(),
  specialties: Specialties.default([]),
  languages: Languages.default([]),
  email: Email.exactOptional(),
  demo: z.boolean().default(false),
});
export type EnrolInput = z.input<typeof EnrolInput>;

/** What an administrator changes of an account; `null` removes a value. */
export const EditInput = z.strictObject({
  name: Name.exactOptional(),
  roles: z.array(Role).min(1).exactOptional(),
  credential: Credential.nullable().exactOptional(),
  specialties: Specialties.exactOptional(),
  languages: Languages.exactOptional(),
  email: Email.nullable().exactOptional(),
});
export type EditInput = z.infer<typeof EditInput>;

export const AccountList = z.object({
  accounts: z.array(
    Account.extend({
      /** Whether the person has a way to sign in, and until when an invitation waits for them. */
      canSignIn: z.boolean(),
      invitedUntil: z.string().exactOptional(),
    }),
  ),
});
export type AccountList = z.infer<typeof AccountList>;

/** A link that works once and is shown this once. `path` is relative to where people reach the pages. */
export const OneTimeLink = z.object({ account: z.string(), path: z.string(), expiresAt: z.string() });
export type OneTimeLink = z.infer<typeof OneTimeLink>;

/** read: GET requests only. write: everything the account may do, without signing in again. */
export const TokenScope = z.enum(['read', 'write']);
export type TokenScope = z.infer<typeof TokenScope>;

export const TokenInput = z.strictObject({
  label: z.string().trim().min(1).max(100),
  scope: TokenScope.default('write'),
  /** Days until it stops working; absent = until revoked. */
  days: z.int().min(1).max(3650).exactOptional(),
});
export type TokenInput = z.input<typeof TokenInput>;

export const TokenReply = z.object({ token: z.string(), account: z.string() });

export const Token = z.object({
  id: z.uuid(),
  label: z.string(),
  scope: TokenScope,
  createdAt: z.string(),
  expiresAt: z.string().exactOptional(),
  lastUsedAt: z.string().exactOptional(),
});
export type Token = z.infer<typeof Token>;
export const TokenList = z.object({ tokens: z.array(Token) });

/** Ways in which an account can sign in. */
export const Method = z.enum(['password', 'passkey', 'oidc']);
export type Method = z.infer<typeof Method>;

/** Who asks, as the pages need it. */
export const Me = Account.pick({
  id: true,
  name: true,
  roles: true,
  demo: true,
  specialties: true,
  languages: true,
  credential: true,
  email: true,
}).extend({ via: z.enum(['session', 'token', 'system']), methods: z.array(Method) });
export type Me = z.infer<typeof Me>;

const Base64url = z.string().max(20_000);
const PublicKeyCredential = z.object({
  id: Base64url.min(1),
  rawId: Base64url,
  type: z.literal('public-key'),
  clientExtensionResults: z.object({}).default({}),
});

/** What a browser's WebAuthn call returned where a passkey was used (WebAuthn level 3, AuthenticationResponseJSON). */
export const PasskeyUse = PublicKeyCredential.extend({
  response: z.object({
    clientDataJSON: Base64url,
    authenticatorData: Base64url,
    signature: Base64url,
    userHandle: Base64url.exactOptional(),
  }),
});
export type PasskeyUse = z.infer<typeof PasskeyUse>;

/** The same where one was made (RegistrationResponseJSON). */
export const PasskeyMade = PublicKeyCredential.extend({
  response: z.object({
    clientDataJSON: Base64url,
    attestationObject: Base64url,
    transports: z.array(z.string().max(40)).max(10).exactOptional(),
  }),
});

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'SHA-256, 64 hex digits');

/** approval: decides · review: judged it · responsibility: answers for it · authorship: wrote it. */
export const Meaning = z.enum(['approval', 'review', 'responsibility', 'authorship']);
export type Meaning = z.infer<typeof Meaning>;

/** How somebody signed in proves, for one signature, that it is still they. */
export const SignatureProof = z.discriminatedUnion('method', [
  z.strictObject({ method: z.literal('password'), password: z.string().min(1).max(1000) }),
  z.strictObject({ method: z.literal('passkey'), response: PasskeyUse }),
  /** A demonstration account proves nothing: nobody stands behind it. */
  z.strictObject({ method: z.literal('demo') }),
]);
export type SignatureProof = z.infer<typeof SignatureProof>;

export const ChallengeInput = z.strictObject({ digest: Sha256 });

/**
 * Who signed what, when and as what. `method` says how the person was made sure of; `token` means not at all beyond the
 * API token or the import that brought it, `demo` that it is a demonstration account behind which nobody stands.
 */
export const Signature = z.object({
  account: z.string(),
  name: z.string(),
  at: z.string(),
  meaning: Meaning,
  /** SHA-256 of the content signed, as the caller defines it. */
  digest: Sha256,
  method: z.enum(['password', 'passkey', 'token', 'demo']),
});
export type Signature = z.infer<typeof Signature>;
