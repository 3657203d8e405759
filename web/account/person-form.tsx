import { Button, Checkbox, Group, SimpleGrid, Stack, Text, TextInput, Title } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { Account } from '../../src/accounts/schema.ts';
import { conflictingRoles, roles as everyRole, type Role } from '../../src/core/roles.ts';
import { sendJson } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { Problem } from './problem.tsx';
import { roleNames } from './roles.ts';
import { texts } from './texts.ts';
import { useSend } from './use-send.ts';

type Fields = { id: string; name: string; email: string; credential: string; specialties: string; languages: string };

function fieldsOf(person: Account | undefined): Fields {
  return {
    id: person?.id ?? '',
    name: person?.name ?? '',
    email: person?.email ?? '',
    credential: person?.credential ?? '',
    specialties: person?.specialties.join(', ') ?? '',
    languages: person?.languages.join(', ') ?? '',
  };
}

const listed = (text: string): string[] => [
  ...new Set(
    text
      .split(/[,，、]/)
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  ),
];

/** Enrols a person, or changes one who is. Only what was changed is sent, so nothing is confirmed by accident. */
export function PersonForm({
  person,
  onSaved,
  onClose,
}: {
  person?: Account;
  onSaved: (saved: Account) => Promise<void>;
  onClose: () => void;
}) {
  const { say } = useLocale();
  const { busy, error, run } = useSend();
  const [fields, setFields] = useState(fieldsOf(person));
  const [roles, setRoles] = useState<Role[]>(person?.roles ?? []);
  const conflict = conflictingRoles(roles);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void run(async () => {
      const saved =
        person === undefined
          ? await sendJson<Account>('POST', '/v1/accounts', enrolment(fields, roles))
          : await sendJson<Account>('PATCH', `/v1/accounts/${person.id}`, changes(person, fields, roles));
      await onSaved(saved);
    });
  };
  const field = (name: keyof Fields) => ({
    value: fields[name],
    onChange: (event: { currentTarget: { value: string } }) =>
      setFields({ ...fields, [name]: event.currentTarget.value }),
  });
  return (
    <form onSubmit={submit} aria-labelledby="person">
      <Stack gap="xs">
        <Title order={3} size="h5" id="person">
          {person === undefined ? say(texts.enrol) : say(texts.editWho, { name: person.name })}
        </Title>
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
          {person === undefined && (
            <TextInput
              label={say(texts.accountId)}
              description={say(texts.accountIdNote)}
              pattern="[a-z0-9][a-z0-9\-]{1,62}"
              required
              {...field('id')}
            />
          )}
          <TextInput label={say(texts.name)} required {...field('name')} />
          <TextInput label={`${say(texts.email)} (${say(texts.optional)})`} type="email" {...field('email')} />
          <TextInput label={say(texts.credential)} description={say(texts.credentialNote)} {...field('credential')} />
          <TextInput label={say(texts.specialties)} description={say(texts.commaNote)} {...field('specialties')} />
          <TextInput label={say(texts.languages)} description={say(texts.commaNote)} {...field('languages')} />
        </SimpleGrid>
        <RoleChoice roles={roles} onChange={setRoles} />
        {conflict !== undefined && (
          <Text size="sm" c="red" role="alert">
            {say(texts.conflict, { first: say(roleNames[conflict[0]]), second: say(roleNames[conflict[1]]) })}
          </Text>
        )}
        <Group gap="xs">
          <Button type="submit" loading={busy} disabled={roles.length === 0 || conflict !== undefined}>
            {say(person === undefined ? texts.enrolAndInvite : texts.save)}
          </Button>
          <Button variant="default" onClick={onClose}>
            {say(texts.cancel)}
          </Button>
        </Group>
        <Problem error={error} />
      </Stack>
    </form>
  );
}

function RoleChoice({ roles, onChange }: { roles: Role[]; onChange: (roles: Role[]) => void }) {
  const { say } = useLocale();
  return (
    <Checkbox.Group
      label={say(texts.roles)}
      value={roles}
      onChange={(chosen) => onChange(everyRole.filter((role) => chosen.includes(role)))}
    >
      <SimpleGrid cols={{ base: 2, sm: 4 }} spacing="xs" mt={4}>
        {everyRole.map((role) => (
          <Checkbox key={role} value={role} label={say(roleNames[role])} />
        ))}
      </SimpleGrid>
    </Checkbox.Group>
  );
}

function enrolment({ id, name, email, credential, specialties, languages }: Fields, roles: Role[]) {
  return {
    id,
    name,
    roles,
    ...(email === '' ? {} : { email }),
    ...(credential.trim() === '' ? {} : { credential }),
    specialties: listed(specialties),
    languages: listed(languages),
  };
}

function changes(person: Account, fields: Fields, roles: Role[]): Record<string, unknown> {
  const before = fieldsOf(person);
  const { name, email, credential, specialties, languages } = fields;
  return {
    ...(name === before.name ? {} : { name }),
    ...(email === before.email ? {} : { email: email === '' ? null : email }),
    ...(credential === before.credential ? {} : { credential: credential.trim() === '' ? null : credential }),
    ...(specialties === before.specialties ? {} : { specialties: listed(specialties) }),
    ...(languages === before.languages ? {} : { languages: listed(languages) }),
    ...([...roles].sort().join() === [...person.roles].sort().join() ? {} : { roles }),
  };
}
