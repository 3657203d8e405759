import type { ReleaseFacts } from './facts.ts';

export type DataFile = { readonly name: string; readonly sha256: string; readonly bytes: number };

/** The context of Croissant 1.1 as its specification prints it. */
const context = {
  '@language': 'en',
  '@vocab': 'https://schema.org/',
  citeAs: 'cr:citeAs',
  column: 'cr:column',
  conformsTo: 'dct:conformsTo',
  cr: 'http://mlcommons.org/croissant/',
  rai: 'http://mlcommons.org/croissant/RAI/',
  data: { '@id': 'cr:data', '@type': '@json' },
  dataType: { '@id': 'cr:dataType', '@type': '@vocab' },
  dct: 'http://purl.org/dc/terms/',
  examples: { '@id': 'cr:examples', '@type': '@json' },
  extract: 'cr:extract',
  field: 'cr:field',
  fileObject: 'cr:fileObject',
  fileSet: 'cr:fileSet',
  format: 'cr:format',
  includes: 'cr:includes',
  isLiveDataset: 'cr:isLiveDataset',
  jsonPath: 'cr:jsonPath',
  key: 'cr:key',
  md5: 'cr:md5',
  parentField: 'cr:parentField',
  path: 'cr:path',
  recordSet: 'cr:recordSet',
  references: 'cr:references',
  regex: 'cr:regex',
  repeated: 'cr:repeated',
  replace: 'cr:replace',
  sc: 'https://schema.org/',
  separator: 'cr:separator',
  source: 'cr:source',
  subField: 'cr:subField',
  transform: 'cr:transform',
} as const;

const columns = {
  id: 'Identifier of the row',
  kind: 'knowledge, guard or ethics',
  language: 'Language of question and trace',
  split: 'train or validation',
  group: 'Group of variants and near-duplicates; never parted by the split',
  track: 'Review track',
} as const;

/** croissant.json: MLCommons Croissant 1.1 metadata of the data files. */
export function croissant(facts: ReleaseFacts, files: readonly DataFile[]): object {
  const { release, origin, summary, approvedAt, profile } = facts;
  const rowFiles = files.filter((file) => /^data\/(train|validation)\.jsonl$/.test(file.name));
  return {
    '@context': context,
    '@type': 'sc:Dataset',
    conformsTo: ['http://mlcommons.org/croissant/1.1', 'http://mlcommons.org/croissant/RAI/1.0'],
    name: release,
    description: `${summary.counts.rows} reviewed reasoning traces and ${summary.counts.preferences} preference pairs, judged by profile ${profile.id} version ${profile.version}.${summary.demo > 0 ? ` Illustrative: ${summary.demo} records were judged by people enrolled for a demonstration.` : ''}`,
    license: Object.keys(summary.byLicence),
    url: `https://${origin}`,
    creator: { '@type': 'sc:Organization', name: origin },
    datePublished: approvedAt,
    inLanguage: Object.keys(summary.byLanguage),
    isLiveDataset: false,
    version: '1.0.0',
    'rai:dataPreprocessingProtocol': [
      'Duplicates, near-duplicates and benchmark questions are kept apart from the split; see README.md.',
    ],
    'rai:dataAnnotationProtocol': 'Rubric scores, step marks, edits with reason codes, panel decisions; see README.md.',
    distribution: files.map(({ name, sha256, bytes }) => ({
      '@type': 'cr:FileObject',
      '@id': name,
      name,
      contentUrl: name,
      contentSize: `${bytes} B`,
      encodingFormat: name.endsWith('.jsonl') ? 'application/jsonlines' : 'text/plain',
      sha256,
    })),
    recordSet: rowFiles.map(({ name }) => {
      const set = name.replace(/^data\/(.*)\.jsonl$/, '$1');
      return {
        '@type': 'cr:RecordSet',
        '@id': set,
        name: set,
        key: { '@id': `${set}/id` },
        field: Object.entries(columns).map(([column, description]) => ({
          '@type': 'cr:Field',
          '@id': `${set}/${column}`,
          name: column,
          description,
          dataType: 'sc:Text',
          source: { fileObject: { '@id': name }, extract: { column } },
        })),
      };
    }),
  };
}
