import { ablationReport, ablationsWith } from '../ablation/actions.ts';
import { requireRole } from '../context/actor.ts';
import type { Context } from '../context/context.ts';
import { evaluationReport, evaluationsOfModel, readers } from '../evaluation/report-actions.ts';
import { campaignsOfModel, getReport } from '../redteam/actions.ts';
import { getModel, modelOf } from '../registry/actions.ts';
import type { Model } from '../registry/schema.ts';
import { allReleases } from '../release/actions.ts';
import { trainingRuns } from '../training/actions.ts';
import { partsOfDefinition } from '../training/rewards/definition.ts';
import type { TrainingRun } from '../training/schema.ts';
import type { LineageEdge, LineageNode, ModelLineage } from './lineage-schema.ts';

type Graph = { nodes: Map<string, LineageNode>; edges: Map<string, LineageEdge> };

/** The graph of a model: base, releases and runs that it came from, and the measurements of itself, with their figures. */
export async function modelLineage(ctx: Context, nameOrDigest: string): Promise<ModelLineage> {
  requireRole(ctx.actor, ...readers);
  const { model, lineage } = await getModel(ctx, nameOrDigest);
  const graph: Graph = { nodes: new Map(), edges: new Map() };
  const line = [model];
  for (const { digest } of lineage) line.push(await modelOf(ctx, digest));
  const runs = await addOrigins(ctx, graph, line);
  const evaluations = await evaluationsOf(ctx, model);
  const campaigns = await campaignsOf(ctx, model);
  const ablations = [];
  for (const { name } of await ablationsWith(ctx, model.digest)) {
    const { complete, conclusion } = await ablationReport(ctx, name);
    ablations.push({ name, complete, conclusion });
  }
  const measured = (
    kind: 'evaluation' | 'campaign' | 'ablation',
    one: { id: string; name: string; complete: boolean },
  ) => {
    node(graph, { id: `${kind}:${one.id}`, kind, name: one.name, state: one.complete ? 'complete' : 'unfinished' });
    edge(graph, `model:${model.digest}`, `${kind}:${one.id}`, 'measured');
  };
  for (const one of evaluations) measured('evaluation', { ...one, name: one.id.slice(0, 8) });
  for (const one of campaigns) measured('campaign', one);
  for (const one of ablations) measured('ablation', { ...one, id: one.name });
  return {
    model: model.digest,
    nodes: [...graph.nodes.values()],
    edges: [...graph.edges.values()],
    runs: runs.map(figuresOf),
    evaluations,
    campaigns,
    ablations,
  };
}

function node({ nodes }: Graph, one: LineageNode): void {
  if (!nodes.has(one.id)) nodes.set(one.id, one);
}

function edge({ edges }: Graph, from: string, to: string, relation: LineageEdge['relation']): void {
  edges.set(`${from} ${to} ${relation}`, { from, to, relation });
}

/** Adds a line of models with their releases and runs; returns the runs, in the order in which they were found. */
async function addOrigins(ctx: Context, graph: Graph, line: Model[]): Promise<TrainingRun[]> {
  const known = new Map((await trainingRuns(ctx)).map((run) => [run.name, run]));
  const releases = new Map((await allReleases(ctx)).map((release) => [release.name, release.state as string]));
  const release = (name: string): string => {
    const state = releases.get(name);
    node(graph, { id: `release:${name}`, kind: 'release', name, ...(state === undefined ? {} : { state }) });
    return `release:${name}`;
  };
  const found: TrainingRun[] = [];
  const run = (name: string): string => {
    const id = `run:${name}`;
    const one = known.get(name);
    if (graph.nodes.has(id)) return id;
    node(graph, { id, kind: 'run', name, ...(one === undefined ? {} : { state: one.state }) });
    if (one === undefined) return id;
    found.push(one);
    edge(graph, release(one.release), id, 'data');
    if (one.input.from !== undefined) edge(graph, run(one.input.from), id, 'continued');
    if (one.input.reward !== undefined)
      for (const judge of partsOfDefinition(one.input.reward).runs) edge(graph, run(judge), id, 'reward');
    return id;
  };
  for (const model of line) {
    const id = `model:${model.digest}`;
    node(graph, { id, kind: 'model', name: model.name, state: model.state });
    if (model.base !== undefined) edge(graph, `model:${model.base}`, id, 'base');
    if (model.run !== undefined) edge(graph, run(model.run), id, 'wrote');
    else if (model.release !== undefined) edge(graph, release(model.release), id, 'data');
  }
  return found;
}

function figuresOf({ name, stage, state, release, result }: TrainingRun): ModelLineage['runs'][number] {
  const figures = result === undefined ? {} : { rows: result.rows, steps: result.steps, seconds: result.seconds };
  return { name, stage, state, release, ...figures, metrics: result?.metrics ?? {} };
}

async function evaluationsOf(ctx: Context, model: Model): Promise<ModelLineage['evaluations']> {
  const found: ModelLineage['evaluations'] = [];
  for (const { evaluation, target } of await evaluationsOfModel(ctx, model.digest)) {
    const { complete, models } = await evaluationReport(ctx, evaluation.id);
    const { id, createdAt } = evaluation;
    found.push({ id, target, createdAt, complete, sets: models[target]?.sets ?? [] });
  }
  return found;
}

async function campaignsOf(ctx: Context, model: Model): Promise<ModelLineage['campaigns']> {
  const found: ModelLineage['campaigns'] = [];
  for (const { id } of await campaignsOfModel(ctx, model.digest)) {
    const { campaign, complete, judge, targets, warnings } = await getReport(ctx, id);
    const { name, createdAt } = campaign;
    for (const target of campaign.targets) {
      const figures = targets.find((one) => one.name === target.name);
      if (target.identity.kind !== 'model' || target.identity.digest !== model.digest || figures === undefined)
        continue;
      const { unsafe, overRefusal } = figures;
      found.push({
        id,
        name,
        target: target.name,
        createdAt,
        complete,
        judge: judge.name,
        unsafe,
        overRefusal,
        warnings,
      });
    }
  }
  return found;
}
