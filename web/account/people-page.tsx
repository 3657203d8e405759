import './account.css';
import { Button, Group, Stack, Table, Text, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { AccountList, OneTimeLink } from '../../src/accounts/schema.ts';
import { sendJson, useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { usePageTitle } from '../ui/page-title.ts';
import { SourceText } from '../ui/source-text.tsx';
import { Tag, type Tone } from '../ui/tag.tsx';
import { PersonForm } from './person-form.tsx';
import { Problem } from './problem.tsx';
import { roleNames } from './roles.ts';
import { texts } from './texts.ts';
import { useSend } from './use-send.ts';

type Person = AccountList['accounts'][number];

/** Everybody who is enrolled, for administrators: who may do what, who can sign in, and how to change it. */
export function PeoplePage() {
  const { say } = useLocale();
  const query = useApi<AccountList>('/v1/accounts');
  const client = useQueryClient();
  const { busy, error, run } = useSend();
  const [edited, setEdited] = useState<Person | 'new'>();
  const [link, setLink] = useState<OneTimeLink & { name: string }>();
  usePageTitle(say(texts.people));
  const invite = async ({ id, name }: { id: string; name: string }): Promise<void> => {
    const made = await sendJson<OneTimeLink>('POST', `/v1/accounts/${id}/invitation`);
    setLink({ ...made, name });
    await client.invalidateQueries();
  };
  const revoke = ({ id, name }: Person): void => {
    if (confirm(say(texts.revokeSure, { name })))
      void run(() => sendJson('POST', `/v1/accounts/${id}/revocation`).then(() => client.invalidateQueries()));
  };
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Title order={2} size="h4">
          {say(texts.people)}
        </Title>
        <Button variant="default" onClick={() => setEdited('new')}>
          {say(texts.enrol)}
        </Button>
      </Group>
      <div role="status">{link !== undefined && <InvitationLink link={link} />}</div>
      <Problem error={error} />
      {edited !== undefined && (
        <PersonForm
          key={edited === 'new' ? 'new' : edited.id}
          {...(edited === 'new' ? {} : { person: edited })}
          onClose={() => setEdited(undefined)}
          onSaved={async (person) => {
            setEdited(undefined);
            await client.invalidateQueries();
            if (edited === 'new') await run(() => invite(person));
          }}
        />
      )}
      <Loaded query={query}>
        {({ accounts }) => (
          <People
            accounts={accounts}
            busy={busy}
            edit={setEdited}
            invite={(person) => void run(() => invite(person))}
            revoke={revoke}
          />
        )}
      </Loaded>
    </Stack>
  );
}

function InvitationLink({ link }: { link: OneTimeLink & { name: string } }) {
  const { say, dateTime } = useLocale();
  return (
    <div className="notice">
      {say(texts.invitationLink, { name: link.name, date: dateTime(link.expiresAt) })}
      <code className="secret" translate="no">
        {new URL(link.path, location.origin).href}
      </code>
    </div>
  );
}

type Acts = { edit: (person: Person) => void; invite: (person: Person) => void; revoke: (person: Person) => void };

function People({ accounts, busy, ...acts }: { accounts: Person[]; busy: boolean } & Acts) {
  const { say } = useLocale();
  return (
    <Table.ScrollContainer minWidth={640} type="native">
      <Table verticalSpacing={6} horizontalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            {[texts.name, texts.roles, texts.state, texts.actions].map((text) => (
              <Table.Th key={text.en}>{say(text)}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {accounts.map((person) => (
            <Row key={person.id} person={person} busy={busy} {...acts} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Row({ person, busy, edit, invite, revoke }: { person: Person; busy: boolean } & Acts) {
  const { say, t } = useLocale();
  const { name } = person;
  const actions = [
    { text: texts.edit, whole: texts.editWho, act: edit },
    { text: texts.invite, whole: texts.inviteWho, act: invite },
    { text: texts.revokeAccount, whole: texts.revokeWhich, act: revoke },
  ];
  return (
    <Table.Tr>
      <Table.Td>
        <SourceText>{name}</SourceText> {person.demo && <Tag tone="warn">{say(texts.demo)}</Tag>}
        <Text size="xs" c="dimmed">
          <SourceText>{person.id}</SourceText>
        </Text>
      </Table.Td>
      <Table.Td>{person.roles.map((role) => say(roleNames[role])).join(t('separator'))}</Table.Td>
      <Table.Td>
        <State person={person} />
      </Table.Td>
      <Table.Td>
        {person.revokedAt === undefined && (
          <Group gap={4}>
            {actions.map(({ text, whole, act }) => (
              <Button
                key={text.en}
                size="compact-sm"
                variant="default"
                disabled={busy}
                aria-label={say(whole, { name })}
                onClick={() => act(person)}
              >
                {say(text)}
              </Button>
            ))}
          </Group>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function State({ person }: { person: Person }) {
  const { say, dateTime } = useLocale();
  const tag = (tone: Tone | undefined, text: { en: string; zh: string }) => <Tag tone={tone}>{say(text)}</Tag>;
  if (person.revokedAt !== undefined) return tag(undefined, texts.stateRevoked);
  return (
    <>
      {person.canSignIn
        ? tag('good', texts.stateActive)
        : person.invitedUntil === undefined && !person.demo && tag('warn', texts.stateNoWay)}{' '}
      {person.invitedUntil !== undefined && (
        <>
          {tag('busy', texts.stateInvited)}{' '}
          <Text span size="xs" c="dimmed">
            {say(texts.until, { date: dateTime(person.invitedUntil) })}
          </Text>
        </>
      )}
    </>
  );
}
