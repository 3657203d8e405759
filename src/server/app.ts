import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { ablationRoutes } from '../ablation/routes.ts';
import { ownAccountRoutes } from '../accounts/own-account-routes.ts';
import { accountRoutes } from '../accounts/routes.ts';
import { signInRoutes } from '../accounts/sign-in-routes.ts';
import { assignmentRoutes } from '../assignment/routes.ts';
import { qualityRoutes } from '../calibration/routes.ts';
import type { AppEnv } from '../context/http.ts';
import { corpusRoutes } from '../corpus/routes.ts';
import { evaluationRoutes } from '../evaluation/routes.ts';
import { generationRoutes } from '../generation/routes.ts';
import { governanceRoutes } from '../governance/routes.ts';
import { guidelineRoutes } from '../guideline/routes.ts';
import { jobRoutes } from '../jobs/routes.ts';
import { logRoutes } from '../ledger/routes.ts';
import { redteamRoutes } from '../redteam/routes.ts';
import { registryRoutes } from '../registry/routes.ts';
import { auditRoutes, releaseRoutes } from '../release/routes.ts';
import { instanceRoutes } from '../review/instances/routes.ts';
import { reviewRoutes } from '../review/routes.ts';
import { servingRoutes } from '../serving/routes.ts';
import { studyRoutes } from '../study/routes.ts';
import { rewardRoutes } from '../training/rewards/routes.ts';
import { trainingRoutes } from '../training/routes.ts';
import { webhookRoutes } from '../webhooks/routes.ts';
import { authenticate, nobody, sessionRoutes } from './authenticate.ts';
import { errorResponse } from './error-response.ts';
import { logKeyRoutes } from './log-key.ts';
import { profileRoutes } from './profile-routes.ts';
import type { Services } from './services.ts';
import { builtPages, headers, webRoutes } from './web.ts';

const maxBodyBytes = 64 * 1024 * 1024;
/** What a stranger may send. */
const maxSignInBytes = 64 * 1024;

/** Every route of the system on one page. `pages` is the directory of the built web pages. */
export function createApp(services: Services, pages = builtPages): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.onError((error) => errorResponse(error, services.log));
  app.notFound((c) =>
    c.json({ error: { code: 'not_found', message: `There is no ${c.req.method} ${c.req.path}.` } }, 404),
  );
  app.use(headers());
  app.get('/health', (c) => c.json({ status: 'ok' }));
  app.route('/session', sessionRoutes(services));
  app.use('/v1/sign-in/*', bodyLimit({ maxSize: maxSignInBytes }));
  app.route(
    '/v1/sign-in',
    signInRoutes(services.signIn, () => services.contextFor(nobody)),
  );
  app.use('/v1/*', authenticate(services));
  const limited = bodyLimit({ maxSize: maxBodyBytes });
  app.use('/v1/*', (c, next) => (c.req.path.startsWith('/v1/corpus/uploads') ? next() : limited(c, next)));
  app.route('/v1/accounts/me', ownAccountRoutes(services.signIn));
  app.route('/v1/accounts', accountRoutes);
  app.route('/v1/jobs', jobRoutes);
  app.route('/v1/corpus', corpusRoutes);
  app.route('/v1/generation', generationRoutes);
  app.route('/v1/instances', instanceRoutes);
  app.route('/v1/assignments', assignmentRoutes);
  app.route('/v1/guideline', guidelineRoutes);
  app.route('/v1/reviews', reviewRoutes);
  app.route('/v1/quality', qualityRoutes);
  app.route('/v1/training', trainingRoutes);
  app.route('/v1/rewards', rewardRoutes);
  app.route('/v1/registry', registryRoutes);
  app.route('/v1/redteam', redteamRoutes);
  app.route('/v1/evaluations', evaluationRoutes);
  app.route('/v1/ablations', ablationRoutes);
  app.route('/v1/studies', studyRoutes);
  app.route('/v1/releases', releaseRoutes);
  app.route('/v1/audit', auditRoutes);
  app.route('/v1/log', logRoutes);
  app.route('/v1/log', logKeyRoutes);
  app.route('/v1/webhooks', webhookRoutes);
  app.route('/v1/profile', profileRoutes);
  app.route('/v1', governanceRoutes);
  app.route('/v1', servingRoutes);
  app.route('/', webRoutes(pages));
  return app;
}
