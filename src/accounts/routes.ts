import { Hono } from 'hono';
import { z } from 'zod';
import { type AppEnv, body } from '../context/http.ts';
import { enrolAccount, issueToken, listAllAccounts } from './actions.ts';
import { Account, AccountList, EnrolInput, TokenReply } from './schema.ts';

export const accountRoutes = new Hono<AppEnv>()
  .get('/', async (c) => c.json(AccountList.parse({ accounts: await listAllAccounts(c.var.ctx) })))
  .post('/', async (c) => c.json(Account.parse(await enrolAccount(c.var.ctx, await body(c, EnrolInput))), 201))
  .post('/:id/tokens', async (c) => {
    const { label } = await body(c, z.strictObject({ label: z.string().min(1).max(100) }));
    const account = c.req.param('id');
    return c.json(TokenReply.parse({ token: await issueToken(c.var.ctx, { account, label }), account }), 201);
  });
