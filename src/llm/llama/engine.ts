import { availableParallelism } from 'node:os';
import {
  getLlama,
  type Llama,
  type LlamaContextSequence,
  LlamaGrammarEvaluationState,
  LlamaLogLevel,
  type LlamaModel,
  type Token,
} from 'node-llama-cpp';
import { AppError } from '../../core/error.ts';
import { storable } from '../openai/wire.ts';
import type { ChatReply, ChatRequest, FinishReason, LlamaConfig } from '../schema.ts';
import { type Lanes, openLanes, threadsToUse } from './lanes.ts';
import { type ChatTemplate, openChatTemplate, type Prompt } from './prompt.ts';
import { scoreChoices } from './score.ts';
import { createStopFilter } from './stop-text.ts';

export type Engine = {
  /**
   * Writes a reply; `onText` gets its pieces. Equal requests with equal seeds get equal replies on one machine, but for
   * the last bits of a logit, which depend on how much of the prompt the sequence had evaluated before.
   */
  reply(request: ChatRequest, seed: number, signal: AbortSignal, onText?: (text: string) => void): Promise<ChatReply>;
};

type Loaded = {
  llama: Llama;
  model: LlamaModel;
  template: ChatTemplate;
  lanes: Lanes;
  config: LlamaConfig;
  name: string;
};

/** Loads the model and its adapter in this process. A broken file may end the process: run this in a child. */
export async function openEngine(config: LlamaConfig, name: string): Promise<Engine> {
  const threads = threadsToUse(config, availableParallelism());
  const llama = await getLlama({
    gpu: false,
    build: 'never',
    logLevel: LlamaLogLevel.error,
    logger: (_, message) => process.stderr.write(message),
    maxThreads: threads,
  });
  const model = await llama.loadModel({ modelPath: config.gguf });
  const loaded: Loaded = {
    llama,
    model,
    template: templateOf(model),
    lanes: await openLanes(model, config, threads),
    config,
    name,
  };
  return {
    reply: async (request, seed, signal, onText) => {
      const prompt = loaded.template.render(request.messages);
      const tokens = prompt.parts.flatMap((part) => model.tokenize(part.text, part.control));
      if (tokens.length >= config.contextSize) throw tooLong(tokens.length, config);
      return loaded.lanes.run(tokens, signal, async (sequence) => {
        await sequence.adaptStateToTokens(tokens.slice(0, -1), false);
        const rest = tokens.slice(sequence.nextTokenIndex);
        const usage = { promptTokens: tokens.length, completionTokens: 0 };
        if (request.choices !== undefined)
          return { ...(await scoreChoices(sequence, rest, request.choices)), usage, model: name };
        return write(loaded, sequence, { request, seed, prompt, tokens, rest, signal, ...(onText && { onText }) });
      });
    },
  };
}

function templateOf(model: LlamaModel): ChatTemplate {
  const source = model.fileInfo.metadata.tokenizer.chat_template;
  if (source === undefined)
    throw new AppError(
      'invalid_input',
      'The GGUF file has no chat template (tokenizer.chat_template); use an instruction-tuned model.',
    );
  const { tokens, token_type: types } = model.fileInfo.metadata.tokenizer.ggml;
  const controlType = 3; // LLAMA_TOKEN_TYPE_CONTROL in llama.h
  return openChatTemplate({
    source,
    bosToken: model.tokens.bosString ?? '',
    eosToken: model.tokens.eosString ?? '',
    controlTexts: tokens.filter((_, i) => types?.[i] === controlType),
  });
}

function tooLong(length: number, config: LlamaConfig): AppError {
  return new AppError(
    'invalid_input',
    `The prompt has ${length} tokens, but contextSize is ${config.contextSize}. Raise the endpoint's contextSize or shorten the prompt.`,
  );
}

type Writing = {
  request: ChatRequest;
  seed: number;
  prompt: Prompt;
  tokens: Token[];
  rest: Token[];
  signal: AbortSignal;
  onText?: (text: string) => void;
};

async function write(loaded: Loaded, sequence: LlamaContextSequence, writing: Writing): Promise<ChatReply> {
  const { request, tokens, signal } = writing;
  const most = Math.min(request.maxTokens, loaded.config.contextSize - tokens.length);
  const filter = createStopFilter(request.stop ?? []);
  const decode = createDecoder(loaded.model);
  let content = writing.prompt.opened;
  const hand = (text: string): void => {
    content += text;
    if (text !== '') writing.onText?.(text);
  };
  if (content !== '') writing.onText?.(content);
  let written = 0;
  let finishReason: FinishReason = 'stop';
  for await (const token of sequence.evaluate(writing.rest, await sampling(loaded, request, writing.seed))) {
    signal.throwIfAborted();
    written++;
    hand(filter.push(storable(decode(token))));
    if (filter.stopped) break;
    if (written < most) continue;
    finishReason = 'length';
    break;
  }
  hand(filter.rest());
  const usage = { promptTokens: tokens.length, completionTokens: written };
  return { content, finishReason, usage, model: loaded.name };
}

/** Turns tokens into text one by one; a token that ends inside a character waits for the next. */
function createDecoder(model: LlamaModel): (token: Token) => string {
  let pending: Token[] = [];
  let before: Token[] = [];
  return (token) => {
    pending.push(token);
    const text = model.detokenize(pending, false, before);
    const longestCharacter = 4; // bytes, and so tokens, of a character in UTF-8
    if (text.endsWith('\uFFFD') && pending.length < longestCharacter) return '';
    before = [...before, ...pending].slice(-8);
    pending = [];
    return text;
  };
}

async function sampling(loaded: Loaded, request: ChatRequest, seed: number) {
  const grammar = await grammarFor(loaded.llama, request);
  return {
    temperature: request.temperature,
    topK: 0,
    topP: request.topP ?? 1,
    minP: 0,
    seed,
    ...(grammar === undefined
      ? {}
      : { grammarEvaluationState: new LlamaGrammarEvaluationState({ model: loaded.model, grammar }) }),
  };
}

async function grammarFor(llama: Llama, request: ChatRequest) {
  const format = request.responseFormat;
  if (format === undefined) return undefined;
  if (format.type === 'json_object') return llama.getGrammarFor('json');
  // The library types the schema literally; which of its features are known is checked when it builds the grammar.
  return llama.createGrammarForJsonSchema(format.schema as Parameters<typeof llama.createGrammarForJsonSchema>[0]);
}
