import type { LlamaContextSequence, Token } from 'node-llama-cpp';
import { AppError } from '../../core/error.ts';
import { likeliest } from '../openai/wire.ts';
import type { ChatReply } from '../schema.ts';

/**
 * Exact natural-log probabilities of the choices as the very next token, over the whole vocabulary. A choice's token
 * forms are taken together: as it stands, and after a space. Throws invalid_input for a choice that is no single token.
 */
export async function scoreChoices(
  sequence: LlamaContextSequence,
  rest: Token[],
  choices: string[],
): Promise<Pick<ChatReply, 'content' | 'finishReason' | 'choiceLogProbs'>> {
  const forms = choices.map((choice) => tokenForms(sequence, choice));
  const last = rest.at(-1);
  if (last === undefined) throw new Error('a prompt has at least one token to evaluate');
  const logits = { filter: { tokens: [...new Set(forms.flat())], includeTop: 1 } };
  const input = [...rest.slice(0, -1), [last, { generateNext: { logits, totalLogitWeight: true } }] as [Token, object]];
  const outputs = await sequence.controlledEvaluate(input);
  const next = outputs.at(-1)?.next;
  if (next?.logits === undefined || next.totalLogitWeight === undefined) throw new Error('the model gave no logits');
  const { logits: found, totalLogitWeight } = next;
  const highest = Math.max(...found.values());
  const logTotal = highest + Math.log(totalLogitWeight);
  const scores = choices.map((choice, i): [string, number] => {
    const weights = (forms[i] ?? []).map((token) => Math.exp((found.get(token) ?? -Infinity) - highest));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return [choice, Math.min(0, highest + Math.log(sum) - logTotal)];
  });
  const choiceLogProbs = Object.fromEntries(scores.filter(([, score]) => score > -Infinity));
  return { content: likeliest(choiceLogProbs) ?? '', finishReason: 'stop', choiceLogProbs };
}

function tokenForms(sequence: LlamaContextSequence, choice: string): Token[] {
  const forms = [choice, ` ${choice}`]
    .map((text) => sequence.model.tokenize(text, false))
    .filter((tokens) => tokens.length === 1)
    .flat();
  if (forms.length > 0) return [...new Set(forms)];
  throw new AppError(
    'invalid_input',
    `The choice "${choice}" is more than one token of this model; use single letters or digits.`,
  );
}
