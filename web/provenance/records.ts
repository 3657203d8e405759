import type { Edit, Scores, StepMark, Violation } from '../../src/review/schema.ts';
import { type Data, numberAt, numbersAt, objectsAt, textAt } from '../verify/fields.ts';

/** The scores of that name. */
export function scoresOf(data: Data, name: string): Scores {
  return numbersAt(data, name);
}

/** The edits that an event tells of; what has not the form of one is left out. */
export function editsOf(data: Data): Edit[] {
  return objectsAt(data, 'edits').flatMap((one): Edit[] => {
    const [op, text, reason, note] = ['op', 'text', 'reason', 'note'].map((name) => textAt(one, name));
    const [step, after] = [numberAt(one, 'step'), numberAt(one, 'after')];
    if (reason === undefined) return [];
    const why = note === undefined ? { reason } : { reason, note };
    if (op === 'delete' && step !== undefined) return [{ op, step, ...why }];
    if (op === 'replace' && step !== undefined && text !== undefined) return [{ op, step, text, ...why }];
    if (op === 'insert' && after !== undefined && text !== undefined) return [{ op, after, text, ...why }];
    return op === 'answer' && text !== undefined ? [{ op, text, ...why }] : [];
  });
}

/** The marks on steps; what has not the form of one is left out. */
export function marksOf(data: Data): StepMark[] {
  return objectsAt(data, 'steps').flatMap((one): StepMark[] => {
    const [mark, error, severity] = ['mark', 'error', 'severity'].map((name) => textAt(one, name));
    const [step, after] = [numberAt(one, 'step'), numberAt(one, 'after')];
    if ((mark === 'correct' || mark === 'neutral') && step !== undefined) return [{ mark, step }];
    if (error === undefined || severity === undefined) return [];
    if (mark === 'wrong' && step !== undefined) return [{ mark, step, error, severity }];
    return mark === 'missing' && after !== undefined ? [{ mark, after, error, severity }] : [];
  });
}

export function violationsOf(data: Data): Violation[] {
  return objectsAt(data, 'violations').flatMap((one) => {
    const [dimension, severity] = [textAt(one, 'dimension'), textAt(one, 'severity')];
    return dimension === undefined || severity === undefined ? [] : [{ dimension, severity }];
  });
}
