import { setTimeout as pause } from 'node:timers/promises';
import { AppError, messageOf } from '../../core/error.ts';
import type { Head } from '../checkpoints/checkpoint.ts';
import { parseCheckpoint } from '../checkpoints/checkpoint.ts';
import { parseNote } from '../checkpoints/note.ts';
import { type PolicyWitness, quorumMet } from '../checkpoints/policy.ts';
import type { Log } from '../log/log.ts';
import { askCosignature, headAtWitness } from './client.ts';
import type { WitnessPolicy } from './policy.ts';

/** Collects the cosignatures of a log's witnesses: in the background for readers, on demand for a release. */
export type Cosigner = {
  readonly policy: WitnessPolicy;
  /** The newest checkpoint whose quorum was met since the start; undefined before the first. */
  published(): string | undefined;
  /**
   * The checkpoint the log publishes now, with the cosignature lines of its witnesses, in the order of the policy.
   * Throws unavailable, naming every witness that did not sign and why, if they are too few for the quorum.
   */
  collect(): Promise<string>;
  /** Stops asking; requests under way are given up. */
  stop(): Promise<void>;
};

export type CosignerOptions = {
  readonly log: Log;
  readonly policy: WitnessPolicy;
  /** Gets a line for the operator when the quorum is lost, and when it is met again. */
  readonly logLine: (message: string) => void;
  /** Milliseconds between two looks for a new head. */
  readonly interval?: number;
  /** Milliseconds that one request to a witness may take. */
  readonly timeout?: number;
};

const defaultInterval = 5000;
const defaultTimeout = 10_000;
/** Once the quorum is met the others get this long, so that a slow witness holds up nobody. */
const grace = 1000;

type Round = { readonly note: string; readonly met: boolean; readonly failures: readonly string[] };

/** Starts the background rounds. A round asks all witnesses at once; rounds follow each other and never hold up appends. */
export function startCosigner(options: CosignerOptions): Cosigner {
  const { log, policy } = options;
  const ended = new AbortController();
  const known = new Map<PolicyWitness, number>();
  let published: string | undefined;
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = (): Promise<Round> => {
    const run = last.then(async () => {
      const round = await askAll(options, known, ended.signal);
      if (round.met) published = round.note;
      return round;
    });
    last = run.catch(() => undefined); // told to whoever asked for that round
    return run;
  };
  const isNews = (): boolean => published?.startsWith(log.checkpoint()) !== true; // also false behind a change of the log's key
  const background = watch(options, isNews, inTurn, ended.signal);
  return {
    policy,
    published: () => published,
    collect: async () => {
      const { note, met, failures } = await inTurn();
      if (met) return note;
      throw new AppError(
        'unavailable',
        `Too few witnesses have cosigned the head of the log: ${failures.join('; ')}. Nothing is lost: try again when they answer.`,
      );
    },
    stop: async () => {
      ended.abort();
      await background;
      await last;
    },
  };
}

/** One round: all witnesses at once, over the checkpoint as it stands now. */
async function askAll(
  { log, policy, timeout = defaultTimeout }: CosignerOptions,
  known: Map<PolicyWitness, number>,
  ended: AbortSignal,
): Promise<Round> {
  const note = log.checkpoint();
  const { size } = parseCheckpoint(parseNote(note).text);
  const enough = new AbortController();
  const lines = new Map<PolicyWitness, string>();
  const failures: string[] = [];
  const met = (): boolean =>
    quorumMet(
      policy.quorum,
      [...lines.keys()].map((witness) => witness.key),
    );
  let waiting: NodeJS.Timeout | undefined;
  await Promise.all(
    policy.witnesses.map(async (witness) => {
      const signal = AbortSignal.any([ended, enough.signal, AbortSignal.timeout(2 * timeout)]);
      const from = Math.min(known.get(witness) ?? 0, size);
      try {
        const proof = (start: number) => log.consistencyProof(start, size);
        lines.set(witness, await askCosignature(witness, { note, size, from, proof }, signal));
        known.set(witness, size);
      } catch (error) {
        failures.push(`${witness.name}: ${messageOf(error).replace(/\.$/, '')}`);
      }
      if (met()) waiting ??= setTimeout(() => enough.abort(new Error('the quorum was met without it')), grace);
    }),
  );
  clearTimeout(waiting);
  const added = policy.witnesses.map((witness) => lines.get(witness) ?? '').join('');
  return { note: `${note}${added}`, met: met(), failures };
}

/** Looks for a new head again and again; tells when the quorum is lost and when it is met again. */
async function watch(
  { logLine, interval = defaultInterval }: CosignerOptions,
  isNews: () => boolean,
  round: () => Promise<Round>,
  ended: AbortSignal,
): Promise<void> {
  let lost = false;
  for (;;) {
    await pause(interval, undefined, { signal: ended, ref: false }).catch(() => undefined); // ended while it waited
    if (ended.aborted) return;
    if (isNews()) {
      const { met, failures } = await round().catch((error: unknown) => ({ met: false, failures: [messageOf(error)] }));
      if (ended.aborted) return;
      if (met && lost) logLine('The witnesses cosign the log again.');
      if (!met && !lost) logLine(`Too few witnesses cosign the log: ${failures.join('; ')}`);
      lost = !met;
    }
  }
}

/** Milliseconds that opening a log waits for its witnesses. */
const startTimeout = 3000;

/**
 * The heads that the witnesses have cosigned of a log: an old copy of it must not sign on from before them. A witness
 * that does not answer is told to `logLine` and passed over.
 */
export async function headsAtWitnesses(
  { witnesses }: WitnessPolicy,
  origin: string,
  logLine: (message: string) => void,
): Promise<Head[]> {
  const heads = await Promise.all(
    witnesses.map(async (witness) => {
      try {
        return await headAtWitness(witness, origin, AbortSignal.timeout(startTimeout));
      } catch (error) {
        logLine(`The witness ${witness.name} was not compared with the log: ${messageOf(error)}`);
        return undefined;
      }
    }),
  );
  return heads.filter((head) => head !== undefined);
}
