import { createRootRoute, createRoute, createRouter } from '@tanstack/react-router';
import { InstancePage } from '../pages/instance.tsx';
import { PipelinePage } from '../pages/pipeline.tsx';
import { Shell } from './shell.tsx';

const rootRoute = createRootRoute({ component: Shell });
const pipelineRoute = createRoute({ getParentRoute: () => rootRoute, path: '/', component: PipelinePage });
const instanceRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/instances/$id',
  component: function Instance() {
    return <InstancePage id={instanceRoute.useParams().id} />;
  },
});

export const router = createRouter({ routeTree: rootRoute.addChildren([pipelineRoute, instanceRoute]) });

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
