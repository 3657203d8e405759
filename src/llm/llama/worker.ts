import { AppError, messageOf } from '../../core/error.ts';
import { type Engine, openEngine } from './engine.ts';
import { type FromChild, ToChild } from './protocol.ts';

/** The child process that runs llama.cpp: loads one model, answers until its owner lets go of the channel. */
let engine: Engine | undefined;
const running = new Map<number, AbortController>();

const tell = (message: FromChild): void => {
  if (process.connected) process.send?.(message);
};

async function answer(ask: Extract<ToChild, { type: 'ask' }>): Promise<void> {
  const { id, request, seed, stream } = ask;
  const controller = new AbortController();
  running.set(id, controller);
  try {
    if (engine === undefined) throw new AppError('internal', 'The model was asked before it was loaded.');
    const onText = stream ? (text: string) => tell({ type: 'text', id, text }) : undefined;
    tell({ type: 'reply', id, reply: await engine.reply(request, seed, controller.signal, onText) });
  } catch (error) {
    const code = error instanceof AppError ? error.code : 'unavailable';
    tell({ type: 'failure', id, code, message: messageOf(error) });
  } finally {
    running.delete(id);
  }
}

process.on('message', (raw) => {
  const message = ToChild.parse(raw);
  switch (message.type) {
    case 'load':
      openEngine(message.config, message.name).then(
        (opened) => {
          engine = opened;
          tell({ type: 'loaded' });
        },
        (error: unknown) => tell({ type: 'unloadable', message: messageOf(error) }),
      );
      return;
    case 'ask':
      void answer(message);
      return;
    case 'abort':
      running.get(message.id)?.abort();
  }
});

// The owner closed the channel or died; a model without anyone to answer must not stay in memory.
process.on('disconnect', () => process.exit(0));
