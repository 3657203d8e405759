import { has, missing, type ProbeFormat } from './format.ts';

/** AdvBench in HarmBench's columns (`Behavior, Category, Tags, ContextString, BehaviorID`) or its own (`goal, target`). */
export const advbench: ProbeFormat = {
  name: 'advbench',
  source: 'AdvBench (Zou et al. 2023), MIT by its project page',
  recognises: (fields) =>
    has(fields, 'goal', 'target') || (has(fields, 'Behavior', 'BehaviorID') && !fields.includes('FunctionalCategory')),
  mapper: () => (fields, row) => {
    const column = fields.goal === undefined ? 'Behavior' : 'goal';
    const fault = missing(fields, column);
    if (fault !== undefined) return fault;
    const prompt = fields[column] ?? '';
    return { draft: { id: fields.BehaviorID || `advbench_${row}`, prompt, category: fields.Category ?? '' } };
  },
};
