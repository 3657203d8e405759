import { z } from 'zod';
import { Role } from '../context/actor.ts';
import { AccountId, PasskeyMade, PasskeyUse } from './schema.ts';

/** Length counts code points; longer is better than stranger, so nothing else is asked for. */
export const Password = z
  .string()
  .refine((text) => [...text].length >= 12, 'at least 12 characters')
  .refine((text) => [...text].length <= 200, 'at most 200 characters');
const Secret = z.string().min(1).max(1000);
const Code = z.string().min(20).max(200);

/** What the sign-in page offers here. */
export const SignInOffer = z.object({
  passkeys: z.boolean(),
  /** The name of the identity provider, if one is configured. */
  provider: z.string().exactOptional(),
  demo: z.array(z.object({ id: z.string(), name: z.string(), roles: z.array(Role) })),
});
export type SignInOffer = z.infer<typeof SignInOffer>;

/** `login`: account id or e-mail. */
export const PasswordSignIn = z.strictObject({ login: z.string().trim().min(1).max(200), password: Secret });
export const DemoSignIn = z.strictObject({ account: AccountId });
export const PasskeySignIn = z.strictObject({ response: PasskeyUse });
export const SignedIn = z.object({ account: z.string() });

export const CodeInput = z.strictObject({ code: Code });
export const InvitationView = z.object({ account: z.string(), name: z.string(), roles: z.array(Role) });
export type InvitationView = z.infer<typeof InvitationView>;

/** Without a password the person adds a passkey in the session that this opens. */
export const AcceptInput = z.strictObject({
  code: Code,
  name: z.string().trim().min(1).max(200),
  password: Password.exactOptional(),
});
export const SetupInput = AcceptInput.extend({ id: AccountId, email: z.email().max(200).exactOptional() });

export const NewPassword = z.strictObject({ current: Secret.exactOptional(), password: Password });
export const NewEmail = z.strictObject({ email: z.email().max(200).nullable() });
export const NewPasskey = z.strictObject({
  response: PasskeyMade,
  name: z.string().trim().min(1).max(100).exactOptional(),
});

export const Passkey = z.object({ id: z.string(), name: z.string().exactOptional(), createdAt: z.string() });
export const PasskeyList = z.object({ passkeys: z.array(Passkey) });
export type PasskeyList = z.infer<typeof PasskeyList>;

export const Session = z.object({
  id: z.string(),
  browser: z.string(),
  createdAt: z.string(),
  usedAt: z.string(),
  current: z.boolean(),
});
export const SessionList = z.object({ sessions: z.array(Session) });
export type SessionList = z.infer<typeof SessionList>;
