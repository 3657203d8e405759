import { Hono } from 'hono';
import { type AppEnv, body, idParam } from '../context/http.ts';
import { enrolAccount, issueToken, listAllAccounts, revokeToken, tokensOf } from './actions.ts';
import { signInLink } from './links.ts';
import { editAccount, inviteAccount, revokeAccount } from './people-actions.ts';
import {
  Account,
  AccountList,
  EditInput,
  EnrolInput,
  OneTimeLink,
  TokenInput,
  TokenList,
  TokenReply,
} from './schema.ts';

/** Accounts as administrators see them. `:id` may be the own one where a person may do that for themselves. */
export const accountRoutes = new Hono<AppEnv>()
  .get('/', async (c) => c.json(AccountList.parse({ accounts: await listAllAccounts(c.var.ctx) })))
  .post('/', async (c) => c.json(Account.parse(await enrolAccount(c.var.ctx, await body(c, EnrolInput))), 201))
  .patch('/:id', async (c) =>
    c.json(Account.parse(await editAccount(c.var.ctx, c.req.param('id'), await body(c, EditInput)))),
  )
  .post('/:id/invitation', async (c) =>
    c.json(OneTimeLink.parse(await inviteAccount(c.var.ctx, c.req.param('id'))), 201),
  )
  .post('/:id/sign-in-link', async (c) =>
    c.json(OneTimeLink.parse(await signInLink(c.var.ctx, c.req.param('id'))), 201),
  )
  .post('/:id/revocation', async (c) => c.json(Account.parse(await revokeAccount(c.var.ctx, c.req.param('id')))))
  .get('/:id/tokens', async (c) => c.json(TokenList.parse({ tokens: await tokensOf(c.var.ctx, c.req.param('id')) })))
  .post('/:id/tokens', async (c) => {
    const input = await body(c, TokenInput);
    const account = c.req.param('id');
    return c.json(TokenReply.parse({ token: await issueToken(c.var.ctx, { account, ...input }), account }), 201);
  })
  .delete('/:id/tokens/:token', async (c) => {
    await revokeToken(c.var.ctx, c.req.param('id'), idParam(c, 'token'));
    return c.json({});
  });
