import { expect, test } from 'vitest';
import { utf8 } from '../bytes.ts';
import { signerFromSeed } from '../keys/ed25519.ts';
import { emptyRoot } from '../tree/tree.ts';
import { checkpointText } from './checkpoint.ts';
import { logNoteSigner, type NoteSigner, signNote, witnessNoteSigner } from './note.ts';
import { judgeCheckpoint, type Policy, parsePolicy, quorumMet } from './policy.ts';
import { formatVkey } from './vkey.ts';

const log = logNoteSigner('log.example/1', signerFromSeed(Buffer.alloc(32, 100)));
const log2 = logNoteSigner('log.example/2', signerFromSeed(Buffer.alloc(32, 101)));
const witnesses = Array.from({ length: 40 }, (_, i) =>
  witnessNoteSigner(`w${i}.example`, signerFromSeed(Buffer.alloc(32, i + 1)), 1_700_000_000n),
);
const witness = (i: number): NoteSigner => witnesses[i] ?? log;
const logLine = `log ${formatVkey(log.key)}\n`;
const witnessLine = (i: number, name = `W${i}`) => `witness ${name} ${formatVkey(witness(i).key)}\n`;
const parse = (text: string): Policy => parsePolicy(utf8(text));
const met = (policy: Policy, ...cosigners: number[]) =>
  quorumMet(
    policy.quorum,
    cosigners.map((i) => witness(i).key),
  );

const twoLevels = `# trusted by the registry
  ${logLine}\twitness X1\t${formatVkey(witness(1).key)} https://x1.example/prefix
${witnessLine(2, 'X2')}${witnessLine(3, 'X3')}
group X 2 X1 X2 X3
${witnessLine(4, 'Y1')}${witnessLine(5, 'Y2')}
group Y any Y1 Y2
group both all X Y
quorum both
`;

test('a policy of two levels asks for two of the first group and any of the second', () => {
  const policy = parse(twoLevels);
  expect(policy.logs.map(({ key }) => key.name)).toEqual(['log.example/1']);
  expect(policy.witnesses[0]).toMatchObject({ name: 'X1', url: 'https://x1.example/prefix' });
  expect(met(policy, 1, 2, 4)).toBe(true);
  expect(met(policy, 1, 3, 5)).toBe(true);
  expect(met(policy, 1, 2, 3)).toBe(false);
  expect(met(policy, 1, 4, 5)).toBe(false);
  expect(met(policy, 1, 1, 4)).toBe(false);
  expect(met(policy)).toBe(false);
});

test('quorum none asks for nobody, a witness name for that witness', () => {
  expect(met(parse(`${logLine}quorum none\n`))).toBe(true);
  const one = parse(`${witnessLine(1)}${witnessLine(2)}quorum W2\n`);
  expect([met(one, 2), met(one, 1)]).toEqual([true, false]);
});

test('32 logs, 32 witnesses and 32 groups are supported', () => {
  const logs = Array.from(
    { length: 32 },
    (_, i) => `log ${formatVkey(logNoteSigner(`l${i}`, signerFromSeed(Buffer.alloc(32, 60 + i))).key)}\n`,
  );
  const lines = Array.from({ length: 32 }, (_, i) => `${witnessLine(i)}group G${i} all W${i}\n`);
  const members = Array.from({ length: 32 }, (_, i) => `G${i}`).join(' ');
  const policy = parse(`${logs.join('')}${lines.join('')}group all-of-them 20 ${members}\nquorum all-of-them\n`);
  expect(met(policy, ...Array.from({ length: 20 }, (_, i) => i))).toBe(true);
  expect(met(policy, ...Array.from({ length: 19 }, (_, i) => i))).toBe(false);
});

const two = witnessLine(1) + witnessLine(2);

test.each([
  ['no quorum', logLine, 'no quorum line'],
  ['two quorums', 'quorum none\nquorum none\n', 'second quorum'],
  ['an undefined quorum', 'quorum W1\n', 'not defined'],
  ['a quorum before its definition', `quorum W1\n${witnessLine(1)}`, 'not defined'],
  ['a group before its member', `group G all W1\n${witnessLine(1)}quorum G\n`, 'not defined'],
  ['a group of itself', `${two}group G all W1 G\nquorum G\n`, 'not defined'],
  ['a member of two groups', `${two}group G any W1\ngroup H any W1 W2\nquorum H\n`, 'already a member'],
  ['a member listed twice', `${two}group G any W1 W1\nquorum G\n`, 'already a member'],
  ['none as a member', `${two}group G any none W1\nquorum G\n`, 'not defined'],
  ['a witness called none', witnessLine(1, 'none'), 'already taken'],
  ['two things of one name', `${two}group W1 any W2\nquorum W1\n`, 'already taken'],
  ['a threshold of 0', `${two}group G 0 W1 W2\nquorum G\n`, 'cannot be asked for'],
  ['a threshold above the members', `${two}group G 3 W1 W2\nquorum G\n`, 'cannot be asked for'],
  ['a threshold with a leading zero', `${two}group G 01 W1 W2\nquorum G\n`, 'cannot be asked for'],
  ['a threshold that is no number', `${two}group G most W1 W2\nquorum G\n`, 'cannot be asked for'],
  ['a threshold named like a property', `${two}group G constructor W1 W2\nquorum G\n`, 'cannot be asked for'],
  ['a group without members', `${two}group G all\nquorum G\n`, 'a group line is'],
  ['a log key twice', `${logLine}${logLine}quorum none\n`, 'listed twice'],
  [
    'a log key under two names',
    `${logLine}log ${formatVkey(logNoteSigner('other', signerFromSeed(Buffer.alloc(32, 100))).key)}\nquorum none\n`,
    'listed twice',
  ],
  ['a witness key twice', `${two}${witnessLine(1, 'again')}quorum none\n`, 'listed twice'],
  ['a log key as a witness', `witness W ${formatVkey(log.key)}\nquorum W\n`, 'needs type 4'],
  ['a witness key as a log', `log ${formatVkey(witness(1).key)}\nquorum none\n`, 'needs type 1'],
  ['a damaged key', `${logLine.replace('/1+', '/9+')}quorum none\n`, 'verifier key'],
  ['an unknown keyword', 'witnesses W\nquorum none\n', 'none of log'],
  ['a carriage return', 'quorum none\r\n', 'control character'],
  ['a line too long', `${logLine.trim()} url more\nquorum none\n`, 'a log line is'],
])('a policy with %s is refused', (_name, text, message) => {
  expect(() => parse(text)).toThrow(message);
  expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'invalid_input' }));
});

test('names are octets: bytes that are no UTF-8 keep two witnesses apart', () => {
  const line = (octet: number, i: number) =>
    Buffer.concat([utf8('witness '), Buffer.of(octet), utf8(` ${formatVkey(witness(i).key)}\n`)]);
  const policy = parsePolicy(Buffer.concat([line(0xe9, 1), line(0xe8, 2), utf8('quorum '), Buffer.of(0xe8, 0x0a)]));
  expect([met(policy, 1), met(policy, 2)]).toEqual([false, true]);
});

test('a checkpoint is judged by log signature and quorum', async () => {
  const policy = parse(`${logLine}${two}group G all W1 W2\nquorum G\n`);
  const text = checkpointText('log.example/1', { size: 0, root: emptyRoot() });
  const judge = async (...signers: NoteSigner[]) => judgeCheckpoint(await signNote(text, signers), policy);
  expect(await judge(log, witness(1), witness(2))).toMatchObject({ quorumMet: true, size: 0, log: log.key });
  expect(await judge(log, witness(1), witness(1))).toMatchObject({ quorumMet: false });
  expect(await judge(log, witness(1), witness(3))).toMatchObject({ quorumMet: false });
  await expect(judge(witness(1), witness(2))).rejects.toThrow('no log that the policy lists');
  await expect(judge(log2, witness(1), witness(2))).rejects.toThrow('no log that the policy lists');
});

test('a wrong cosignature spoils the checkpoint even if the quorum would do without it', async () => {
  const policy = parse(`${logLine}${two}group G any W1 W2\nquorum G\n`);
  const text = checkpointText('log.example/1', { size: 0, root: emptyRoot() });
  const good = await signNote(text, [log, witness(1)]);
  const bad = (await signNote('another\n1\ntext\n', [witness(2)])).split('\n\n')[1] ?? '';
  expect(judgeCheckpoint(good, policy).quorumMet).toBe(true);
  expect(() => judgeCheckpoint(good + bad, policy)).toThrow('signature of w2.example');
});
