import { AppError } from './error.ts';

/**
 * A reasoning trace: numbered steps and an answer. Pure and free of dependencies, because the stand-alone verifier
 * replays edits with the very same rules.
 */
export type Trace = { steps: string[]; answer: string };

export type TraceParse = { state: 'well-formed'; trace: Trace } | { state: 'malformed'; reason: string };

/**
 * Reads `<think>…</think><answer>…</answer>`. The opening `<think>` may be missing where a chat template pre-fills it.
 * Empty, unclosed or repeated blocks are malformed, never a guess.
 */
export function parseTrace(text: string): TraceParse {
  const malformed = (reason: string): TraceParse => ({ state: 'malformed', reason });
  const closes = text.split('</think>').length - 1;
  if (closes === 0) return malformed('no </think>');
  if (closes > 1) return malformed('more than one </think>');
  const [before = '', after = ''] = text.split('</think>');
  const opens = before.split('<think>').length - 1;
  if (opens > 1 || after.includes('<think>')) return malformed('more than one <think>');
  const lead = opens === 1 ? before.slice(0, before.indexOf('<think>')) : '';
  if (lead.trim() !== '') return malformed('text before <think>');
  const thinking = opens === 1 ? before.slice(before.indexOf('<think>') + '<think>'.length) : before;
  const answers = [...after.matchAll(/<answer>([\s\S]*?)<\/answer>/g)];
  const [only] = answers;
  if (only === undefined) return malformed(after.includes('<answer>') ? 'unclosed <answer>' : 'no <answer>');
  if (answers.length > 1) return malformed('more than one <answer>');
  if (after.replace(only[0], '').trim() !== '') return malformed('text outside the blocks');
  const answer = (only[1] ?? '').trim();
  if (answer === '') return malformed('empty <answer>');
  if (answer.includes('<answer>')) return malformed('nested <answer>');
  const steps = splitSteps(thinking);
  if (steps.length === 0) return malformed('empty <think>');
  return { state: 'well-formed', trace: { steps, answer } };
}

/** Steps begin with a number and a dot, bracket or ideographic comma at a line's start; other lines continue their step. */
function splitSteps(thinking: string): string[] {
  const steps: string[] = [];
  for (const line of thinking.split('\n')) {
    const numbered = /^\s*\d{1,3}\s*[.)、．）]\s*(.*)$/.exec(line);
    const text = (numbered?.[1] ?? line).trim();
    if (numbered !== null) steps.push(text);
    else if (text !== '') {
      const last = steps.length - 1;
      if (last < 0) steps.push(text);
      else steps[last] = `${steps[last]} ${text}`.trim();
    }
  }
  return steps.filter((step) => step !== '');
}

/** The canonical text of a trace; `parseTrace(renderTrace(t))` gives `t` for steps and answers without line breaks. */
export function renderTrace(trace: Trace): string {
  const steps = trace.steps.map((step, index) => `${index + 1}. ${step}`);
  return `<think>\n${steps.join('\n')}\n</think>\n<answer>${trace.answer}</answer>`;
}

/** One edit. Step numbers are 1-based and refer to the text before any edit of the same list. */
export type TraceEdit =
  | { op: 'replace'; step: number; text: string }
  | { op: 'delete'; step: number }
  | { op: 'insert'; after: number; text: string }
  | { op: 'answer'; text: string };

/** The trace after a list of edits. A step that does not exist, or is edited twice, is refused. */
export function applyEdits(trace: Trace, edits: readonly TraceEdit[]): Trace {
  const replaced = new Map<number, string | null>();
  const inserted = new Map<number, string[]>();
  let answer = trace.answer;
  const known = (step: number, from: number): void => {
    if (!Number.isInteger(step) || step < from || step > trace.steps.length)
      throw new AppError('invalid_input', `There is no step ${step}: the trace has ${trace.steps.length} steps.`);
  };
  for (const edit of edits) {
    if (edit.op === 'answer') answer = edit.text;
    else if (edit.op === 'insert') {
      known(edit.after, 0);
      inserted.set(edit.after, [...(inserted.get(edit.after) ?? []), edit.text]);
    } else {
      known(edit.step, 1);
      if (replaced.has(edit.step)) throw new AppError('invalid_input', `Step ${edit.step} is edited twice.`);
      replaced.set(edit.step, edit.op === 'delete' ? null : edit.text);
    }
  }
  const steps = [...(inserted.get(0) ?? [])];
  for (const [index, step] of trace.steps.entries()) {
    const text = replaced.has(index + 1) ? replaced.get(index + 1) : step;
    if (text !== null && text !== undefined) steps.push(text);
    steps.push(...(inserted.get(index + 1) ?? []));
  }
  if (steps.length === 0) throw new AppError('invalid_input', 'The edits would leave no step.');
  return { steps, answer };
}
