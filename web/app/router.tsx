import { createRootRoute, createRoute, createRouter, useParams } from '@tanstack/react-router';
import { AccountPage } from '../account/account-page.tsx';
import { InvitationPage } from '../account/invitation-page.tsx';
import { PeoplePage } from '../account/people-page.tsx';
import { SetupPage } from '../account/setup-page.tsx';
import { SignInPage } from '../account/sign-in-page.tsx';
import { CasePage } from '../cases/case-page.tsx';
import { CasesPage } from '../cases/cases-page.tsx';
import { readCaseListing } from '../cases/listing.ts';
import { ComparePage as CompareEvaluationsPage } from '../evaluation/compare-page.tsx';
import { EvaluationPage } from '../evaluation/evaluation-page.tsx';
import { EvaluationsPage } from '../evaluation/evaluations-page.tsx';
import { HistoryPage } from '../evaluation/history-page.tsx';
import { ItemsPage } from '../evaluation/items-page.tsx';
import { LeaderboardPage } from '../evaluation/leaderboard-page.tsx';
import { readBoardListing, readItemListing } from '../evaluation/listing.ts';
import { GuidelinePage } from '../guideline/page.tsx';
import { ModelPage } from '../models/model-page.tsx';
import { ModelsPage } from '../models/models-page.tsx';
import { InstancePage } from '../pages/instance.tsx';
import { readListing } from '../pages/listing.ts';
import { PipelinePage } from '../pages/pipeline.tsx';
import { InstanceProvenancePage } from '../provenance/instance-page.tsx';
import { ReleasePage } from '../provenance/release-page.tsx';
import { ReleasesPage } from '../provenance/releases-page.tsx';
import { QualityPage } from '../quality/page.tsx';
import { CampaignPage } from '../redteam/campaign-page.tsx';
import { CampaignsPage } from '../redteam/campaigns-page.tsx';
import { ComparePage } from '../redteam/compare-page.tsx';
import { DisagreementsPage } from '../redteam/disagreements-page.tsx';
import { FindingPage } from '../redteam/finding-page.tsx';
import { FindingsPage } from '../redteam/findings-page.tsx';
import { JudgePage } from '../redteam/judge-page.tsx';
import { JudgesPage } from '../redteam/judges-page.tsx';
import { readFindingListing } from '../redteam/listing.ts';
import { ConfirmPage } from '../review/confirm-page.tsx';
import { ItemPage } from '../review/item-page.tsx';
import { WorkPage } from '../review/work-page.tsx';
import { RatingPage } from '../study/rating-page.tsx';
import { RatingsPage } from '../study/ratings-page.tsx';
import { StudiesPage } from '../study/studies-page.tsx';
import { StudyPage } from '../study/study-page.tsx';
import { RunPage } from '../training/run-page.tsx';
import { RunsPage } from '../training/runs-page.tsx';
import { readPairListing } from '../ui/pair-listing.ts';
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
const provenanceRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/instances/$id/provenance',
  component: function InstanceProvenance() {
    return <InstanceProvenancePage id={provenanceRoute.useParams().id} />;
  },
});
const releasesRoute = createRoute({ getParentRoute: () => rootRoute, path: '/releases', component: ReleasesPage });
const releaseRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/releases/$name',
  component: function Release() {
    return <ReleasePage name={releaseRoute.useParams().name} />;
  },
});
const modelRoutes = [
  createRoute({ getParentRoute: () => rootRoute, path: '/models', component: ModelsPage }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/models/$name',
    component: function Model() {
      return <ModelPage name={useParams({ from: '/models/$name' }).name} />;
    },
  }),
] as const;
const compareRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/redteam/compare',
  validateSearch: readPairListing,
  component: function Compare() {
    return <ComparePage listing={compareRoute.useSearch()} />;
  },
});
const findingsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/redteam/findings',
  validateSearch: readFindingListing,
  component: function Findings() {
    return <FindingsPage listing={findingsRoute.useSearch()} />;
  },
});
const redteamRoutes = [
  createRoute({ getParentRoute: () => rootRoute, path: '/redteam', component: CampaignsPage }),
  createRoute({ getParentRoute: () => rootRoute, path: '/redteam/judges', component: JudgesPage }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/redteam/judges/$judge',
    component: function Judge() {
      return <JudgePage id={useParams({ from: '/redteam/judges/$judge' }).judge} />;
    },
  }),
  compareRoute,
  findingsRoute,
  createRoute({ getParentRoute: () => rootRoute, path: '/disagreements', component: DisagreementsPage }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/redteam/findings/$finding',
    component: function OneFinding() {
      return <FindingPage id={useParams({ from: '/redteam/findings/$finding' }).finding} />;
    },
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/redteam/$campaign',
    component: function Campaign() {
      return <CampaignPage id={useParams({ from: '/redteam/$campaign' }).campaign} />;
    },
  }),
] as const;
const boardRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/evaluations/leaderboard',
  validateSearch: readBoardListing,
  component: function Board() {
    return <LeaderboardPage listing={boardRoute.useSearch()} />;
  },
});
const sidesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/evaluations/compare',
  validateSearch: readPairListing,
  component: function CompareEvaluations() {
    return <CompareEvaluationsPage listing={sidesRoute.useSearch()} />;
  },
});
const itemsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/evaluations/$evaluation/items',
  validateSearch: readItemListing,
  component: function Items() {
    return <ItemsPage id={itemsRoute.useParams().evaluation} listing={itemsRoute.useSearch()} />;
  },
});
const evaluationRoutes = [
  createRoute({ getParentRoute: () => rootRoute, path: '/evaluations', component: EvaluationsPage }),
  boardRoute,
  sidesRoute,
  createRoute({ getParentRoute: () => rootRoute, path: '/evaluations/history', component: HistoryPage }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/evaluations/$evaluation',
    component: function OneEvaluation() {
      return <EvaluationPage id={useParams({ from: '/evaluations/$evaluation' }).evaluation} />;
    },
  }),
  itemsRoute,
] as const;
const studyRoutes = [
  createRoute({ getParentRoute: () => rootRoute, path: '/studies', component: StudiesPage }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/studies/$study',
    component: function OneStudy() {
      return <StudyPage id={useParams({ from: '/studies/$study' }).study} />;
    },
  }),
  createRoute({ getParentRoute: () => rootRoute, path: '/rating', component: RatingsPage }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/rating/$study',
    component: function OneRating() {
      return <RatingPage id={useParams({ from: '/rating/$study' }).study} />;
    },
  }),
] as const;
const qualityRoute = createRoute({ getParentRoute: () => rootRoute, path: '/quality', component: QualityPage });
const runsRoute = createRoute({ getParentRoute: () => rootRoute, path: '/training', component: RunsPage });
const runRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/training/$run',
  component: function Run() {
    return <RunPage name={runRoute.useParams().run} />;
  },
});
const guidelineRoute = createRoute({ getParentRoute: () => rootRoute, path: '/guideline', component: GuidelinePage });
const casesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/cases',
  validateSearch: readCaseListing,
  component: function Cases() {
    return <CasesPage listing={casesRoute.useSearch()} />;
  },
});
const caseRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/cases/$id',
  component: function Case() {
    return <CasePage id={caseRoute.useParams().id} />;
  },
});

const workRoute = createRoute({ getParentRoute: () => rootRoute, path: '/work', component: WorkPage });
const itemRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/work/$assignment',
  component: function Item() {
    return <ItemPage assignment={itemRoute.useParams().assignment} />;
  },
});
const confirmRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/work/confirm/$instance',
  component: function Confirm() {
    return <ConfirmPage instance={confirmRoute.useParams().instance} />;
  },
});
const reviewRoutes = [workRoute, itemRoute, confirmRoute];
const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: ({ to, error }: Record<string, unknown>) => ({
    ...(typeof to === 'string' ? { to } : {}),
    ...(typeof error === 'string' ? { error } : {}),
  }),
  component: function SignIn() {
    return <SignInPage {...signInRoute.useSearch()} />;
  },
});
const accountRoutes = [
  signInRoute,
  createRoute({ getParentRoute: () => rootRoute, path: '/setup', component: SetupPage }),
  createRoute({ getParentRoute: () => rootRoute, path: '/invitation', component: InvitationPage }),
  createRoute({ getParentRoute: () => rootRoute, path: '/account', component: AccountPage }),
  createRoute({ getParentRoute: () => rootRoute, path: '/people', component: PeoplePage }),
] as const;

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    pipelineRoute,
    instanceRoute,
    provenanceRoute,
    releasesRoute,
    releaseRoute,
    guidelineRoute,
    casesRoute,
    caseRoute,
    ...reviewRoutes,
    ...accountRoutes,
    qualityRoute,
    runsRoute,
    runRoute,
    ...modelRoutes,
    ...redteamRoutes,
    ...evaluationRoutes,
    ...studyRoutes,
  ]),
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
