import { Template } from '@huggingface/jinja';
import { AppError, messageOf } from '../../core/error.ts';
import type { ChatMessage } from '../schema.ts';

/** A stretch of a prompt; only in the template's own text do control tokens such as <|im_end|> count as such. */
export type PromptPart = { text: string; control: boolean };

export type Prompt = {
  parts: PromptPart[];
  /** What the template has already opened for the reply, such as "<think>\n"; it belongs to the reply's content. */
  opened: string;
};

export type ChatTemplate = { render(messages: ChatMessage[]): Prompt };

export type TemplateOptions = {
  /** The Jinja source in the model's file. */
  source: string;
  bosToken: string;
  eosToken: string;
  /** Texts of the vocabulary's control tokens. */
  controlTexts: string[];
};

/**
 * The model's own chat template, rendered as Hugging Face's `apply_chat_template` does with `add_generation_prompt`. A
 * message that contains a control token's text cannot close its turn or open another: it is kept apart as plain text.
 */
export function openChatTemplate(options: TemplateOptions): ChatTemplate {
  const template = new Template(options.source);
  const control = options.controlTexts.filter((text) => text !== '');
  const render = (messages: ChatMessage[]): string => {
    const variables = { bos_token: options.bosToken, eos_token: options.eosToken, add_generation_prompt: true };
    try {
      return template.render({ messages, ...variables });
    } catch (error) {
      throw new AppError(
        'invalid_input',
        `The model's chat template refuses these messages (${messages.map((message) => message.role).join(', ')}): ${messageOf(error)}`,
        { cause: error },
      );
    }
  };
  return {
    render: (messages) => {
      const hostile = messages.some((message) => control.some((text) => message.content.includes(text)));
      const parts = hostile ? renderApart(messages, render) : [{ text: render(messages), control: true }];
      return { parts, opened: /<think>\s*$/.exec(parts.at(-1)?.text ?? '')?.[0] ?? '' };
    },
  };
}

/** Renders with a placeholder for each content, then puts the contents in as text without control tokens. */
function renderApart(messages: ChatMessage[], render: (messages: ChatMessage[]) => string): PromptPart[] {
  const nonce = crypto.randomUUID();
  const mark = (i: number): string => `${nonce}-${i}-`;
  const rendered = render(messages.map((message, i) => ({ ...message, content: mark(i) })));
  const pieces = rendered.split(new RegExp(`${nonce}-(\\d+)-`));
  return pieces
    .map((piece, i) =>
      i % 2 === 0 ? { text: piece, control: true } : { text: messages[Number(piece)]?.content ?? '', control: false },
    )
    .filter((part) => part.text !== '');
}
