import { createRootRoute, createRoute, createRouter } from '@tanstack/react-router';
import { InstancePage } from '../pages/instance.tsx';
import { readListing } from '../pages/listing.ts';
import { PipelinePage } from '../pages/pipeline.tsx';
import { NoPage, Shell } from './shell.tsx';

const rootRoute = createRootRoute({ component: Shell, notFoundComponent: NoPage });
const pipelineRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  validateSearch: readListing,
  component: function Pipeline() {
    return <PipelinePage listing={pipelineRoute.useSearch()} />;
  },
});
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
