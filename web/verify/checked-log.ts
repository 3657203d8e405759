import type { SignedHead } from './checkpoint.ts';
import type { Fault } from './fault.ts';
import type { KeyRing } from './key-ring.ts';
import type { Remembered } from './memory.ts';
import type { NodeReader } from './tree.ts';

/** The log as this browser could check it. With a fault, nothing that hangs on the log counts as verified. */
export type CheckedLog = {
  readonly fault?: Fault;
  /** The log's keys; absent where the server gave none that can be used. */
  readonly keys?: KeyRing;
  readonly head?: SignedHead;
  /** Its nodes, checked against the head; absent where there is no head. */
  readonly nodes?: NodeReader;
  /** What earlier visits had seen; absent at the first. */
  readonly remembered?: Remembered;
};
