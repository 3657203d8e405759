import { AppError } from '../../core/error.ts';
import { asObject, type JsonObject, listAt, textAt } from '../fields.ts';
import type { Rules } from '../replay/rules.ts';

export type Message = { readonly role: string; readonly content: string };

/**
 * The messages by which the published policy asks for a trace: its system text, then its template for the kind around
 * the question (context, stem and one option a line, parted by empty lines).
 */
export function promptOf(rules: Rules, question: JsonObject): Message[] {
  const where = 'question';
  const kind = textAt(question, 'kind', where);
  const language = textAt(question, 'language', where) === 'zh' ? 'zh' : 'en';
  const template = rules.prompts.trace[kind]?.[language];
  if (template === undefined)
    throw new AppError('check_failed', `the published policy has no prompt for ${kind} questions`);
  return [
    { role: 'system', content: rules.prompts.system[language] },
    { role: 'user', content: template.replace('{question}', () => questionText(question)) },
  ];
}

function questionText(question: JsonObject): string {
  const parts = (key: string, text: (item: JsonObject, at: string) => string): string[] =>
    question[key] === undefined ? [] : listAt(question, key, 'question', (item, at) => text(asObject(item, at), at));
  const context = parts('context', (part, at) => textAt(part, 'text', at));
  const options = parts('options', (option, at) => `${textAt(option, 'label', at)}. ${textAt(option, 'text', at)}`);
  return [...context, textAt(question, 'text', 'question'), ...(options.length > 0 ? [options.join('\n')] : [])].join(
    '\n\n',
  );
}
