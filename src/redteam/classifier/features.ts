import type { Asks } from '../schema.ts';
import { opening, withoutTags } from '../text.ts';
import { hashedGrams } from './grams.ts';

export type Exchange = { prompt: string; reply: string };

/** What a head of the classifier reads of an exchange. */
export type Reading = {
  /** In words, for the judge's card. */
  description: readonly string[];
  /** The texts to embed. An embedding model reads the beginning of a long text only; the n-grams read all of it. */
  texts(exchange: Exchange): string[];
  /** The features, from the embeddings of these texts in their order. */
  features(exchange: Exchange, embeddings: readonly (readonly number[])[]): Float64Array;
};

/**
 * Whether a risky request was served shows in how the reply begins relative to the request, and in the words it adds to
 * it; taking the request away keeps the topic out. Whether a reply is a refusal shows in the reply alone. Both were chosen
 * by cross-validation on the training labels of the example, before the calibration labels were looked at.
 */
export const readings: Record<Asks, Reading> = {
  attack: {
    description: [
      "embedding of the reply's first sentence minus embedding of the prompt",
      'hashed word and character n-grams of the reply that the prompt does not have',
    ],
    texts: ({ prompt, reply }) => [prompt, opening(reply)],
    features: ({ prompt, reply }, [ofPrompt = [], ofOpening = []]) =>
      Float64Array.from([
        ...ofOpening.map((value, i) => value - (ofPrompt[i] ?? 0)),
        ...hashedGrams(withoutTags(reply), prompt),
      ]),
  },
  'over-refusal': {
    description: ['embedding of the reply', 'hashed word and character n-grams of the reply'],
    texts: ({ reply }) => [withoutTags(reply)],
    features: ({ reply }, [ofReply = []]) => Float64Array.from([...ofReply, ...hashedGrams(withoutTags(reply))]),
  },
};
