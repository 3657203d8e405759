import { has, missing, type ProbeFormat } from './format.ts';

/** HarmBench behaviours: `Behavior, FunctionalCategory, SemanticCategory, Tags, ContextString, BehaviorID`. A context is put before the behaviour. */
export const harmbench: ProbeFormat = {
  name: 'harmbench',
  source: 'HarmBench (Mazeika et al. 2024), MIT',
  recognises: (fields) => has(fields, 'Behavior', 'FunctionalCategory', 'SemanticCategory', 'BehaviorID'),
  mapper: () => (fields) => {
    const fault = missing(fields, 'Behavior', 'BehaviorID', 'SemanticCategory');
    if (fault !== undefined) return fault;
    const { Behavior = '', BehaviorID = '', SemanticCategory = '', ContextString = '' } = fields;
    const prompt = ContextString.trim() === '' ? Behavior : `${ContextString}\n\n${Behavior}`;
    return { draft: { id: BehaviorID, prompt, intent: Behavior, category: SemanticCategory } };
  },
};
