import { Anchor, Table, Text } from '@mantine/core';
import type { ModelDetail } from '../../src/registry/schema.ts';
import { useLocale } from '../app/locale.tsx';
import { Section } from './section.tsx';
import { texts } from './texts.ts';

/** The files of a model with their digests, and the signed statement about them. */
export function Files({ detail: { model, signature } }: { detail: ModelDetail }) {
  const { say, dateTime } = useLocale();
  return (
    <Section id="files" title={texts.files}>
      <div className="figures">
        <Table verticalSpacing={4} horizontalSpacing="xs">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{say(texts.file)}</Table.Th>
              <Table.Th>{say(texts.digest)}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {model.files.map((file) => (
              <Table.Tr key={file.path}>
                <Table.Td translate="no">{file.path}</Table.Td>
                <Table.Td>
                  <code className="digest" translate="no">
                    {file.sha256}
                  </code>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
      {signature === undefined ? (
        <Text size="sm">{say(texts.unsigned)}</Text>
      ) : (
        <>
          <Text size="sm">{say(texts.signed, { date: dateTime(signature.signedAt) })}</Text>
          <p className="download">
            <Anchor size="sm" href={`/v1/registry/models/${model.name}/signature`} download>
              {say(texts.download)}
            </Anchor>
          </p>
          <Text size="sm">{say(texts.checkFiles)}</Text>
          <pre className="command" translate="no">
            safemed model verify DIR --signature {model.name}.dsse.json --policy policy.txt
          </pre>
        </>
      )}
    </Section>
  );
}
