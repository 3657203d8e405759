/** What opens a leaf's commitment: the salt and the exact signed envelope. */
export type Opening = { readonly salt: Uint8Array; readonly envelope: Uint8Array };

export type StoredEvent = {
  readonly subject: string;
  readonly seq: number;
  readonly type: string;
  readonly time: Date;
  readonly actor: string;
  readonly leaf: Uint8Array;
  readonly leafHash: Uint8Array;
  /** Absent where the data key was destroyed: the contents are erased. */
  readonly opening?: Opening;
  /** Absent until the sequencer has put the leaf into the log. */
  readonly index?: number;
};
