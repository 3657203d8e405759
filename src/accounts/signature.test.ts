import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestApp, type TestApp } from '../../test/app.ts';
import type { Actor } from '../context/actor.ts';
import { enrolAccount } from './actions.ts';
import { inviteAccount } from './people-actions.ts';
import { signContent } from './signature.ts';

let app: TestApp;
const password = 'a long enough password';
const digest = '0'.repeat(64);

beforeAll(async () => {
  app = await openTestApp();
});
afterAll(() => app.close());

/** Enrols somebody with a password; who they are in a session. */
async function person(id: string, roles: Actor['roles'] = ['release-approver']): Promise<Actor> {
  const admin = app.services.contextFor({ id: 'setup', name: 'Setup', roles: ['admin'] });
  await enrolAccount(admin, { id, name: `Dr ${id}`, roles: [...roles] });
  const code = (await inviteAccount(admin, id)).path.split('#')[1];
  await app.browser()('POST', '/v1/sign-in/invitation', { code, name: `Dr ${id}`, password });
  return { id, name: `Dr ${id}`, roles, via: 'session', session: { id: 'one', since: new Date() } };
}

test('a signature has the printed name, the time, the meaning, the digest and how the person was made sure of', async () => {
  const ctx = app.services.contextFor(await person('signer'));
  const before = Date.now();
  const proof = { method: 'password' as const, password };
  const signature = await signContent(ctx, { digest, meaning: 'approval', proof });
  const { at, ...rest } = signature;
  expect(rest).toEqual({ account: 'signer', name: 'Dr signer', meaning: 'approval', digest, method: 'password' });
  expect(Date.parse(at)).toBeGreaterThanOrEqual(before);
  expect(JSON.stringify(signature)).not.toContain(password);
});

test('being signed in is not enough to sign: without a proof the page is told to ask for one', async () => {
  const ctx = app.services.contextFor(await person('unproven'));
  await expect(signContent(ctx, { digest, meaning: 'approval' })).rejects.toMatchObject({
    code: 'forbidden',
    details: { needs: 'proof' },
  });
  const proof = { method: 'password' as const, password: 'not the password' };
  await expect(signContent(ctx, { digest, meaning: 'approval', proof })).rejects.toThrow('password is wrong');
});

test('guessing a password by signing is slowed down as signing in is', async () => {
  const ctx = app.services.contextFor(await person('guesser'));
  const codes = [];
  for (let guess = 0; guess < 6; guess++) {
    const proof = { method: 'password' as const, password: `guess ${guess}` };
    codes.push(await signContent(ctx, { digest, meaning: 'review', proof }).catch((error) => error.code));
  }
  expect(codes).toEqual([...Array(5).fill('forbidden'), 'rate_limited']);
});

test('what an API token or the program itself signs says that nobody was asked', async () => {
  const { session, ...actor } = await person('robot');
  for (const via of ['token', 'system'] as const) {
    const ctx = app.services.contextFor({ ...actor, via });
    expect(await signContent(ctx, { digest, meaning: 'review' })).toMatchObject({ method: 'token' });
  }
});

test('an administrator signs nothing, with whatever proof', async () => {
  const ctx = app.services.contextFor(await person('boss', ['admin']));
  const proof = { method: 'password' as const, password };
  await expect(signContent(ctx, { digest, meaning: 'approval', proof })).rejects.toThrow('signs nothing');
});
