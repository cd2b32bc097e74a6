import { fallBack, reachLimit, saveKey, setCredential, signIn } from '../fake-facts.ts';
import { endless } from '../fake-queries.ts';
import type { FakeSidecar } from '../fake-sidecar.ts';
import { samplePicture } from '../sample-picture.ts';
import { byAsking, openSettings, type Screen, signedIn } from './screen.ts';

/** The plan's window is used up, and nothing else could pay. */
function atTheLimit(fake: FakeSidecar): void {
  signedIn(fake);
  fake.facts.status = { ...fake.facts.status, activeCredential: null };
  reachLimit(fake.facts);
}

/** The sign-in has ended, and nothing else could pay. */
function ended(fake: FakeSidecar): void {
  signedIn(fake);
  fake.facts.status = {
    ...fake.facts.status,
    state: 'reauthorization_required',
    connected: false,
    activeCredential: null,
  };
  setCredential(fake.facts, 'oauth', {
    status: 'reauthorization_required',
    reason: 'reauthorization_required',
  });
}

/** The chosen folder has instructions, and more that would shape an agent. */
function inAFolder(trust: 'none' | 'changed' | 'trusted'): (fake: FakeSidecar) => void {
  const item = (kind: 'setting' | 'mcp_server', name: string, file: string, reason: string) =>
    ({ kind, name, file, summary: '', loads: false, reason, text: null }) as const;
  return (fake) => {
    signedIn(fake);
    fake.facts.settings = { ...fake.facts.settings, workspace: '/home/ada/engine' };
    fake.facts.workspace = {
      trust,
      hash: 'a'.repeat(64),
      items: [
        {
          kind: 'instructions',
          name: 'CLAUDE.md',
          file: 'CLAUDE.md',
          summary: 'Instructions for the agent',
          loads: true,
          reason: null,
          text: '# The engine\n\nUse the recurrence of Note G. Test odd and even n.\n@docs/style.md',
        },
        {
          kind: 'instructions',
          name: 'docs/style.md',
          file: 'docs/style.md',
          summary: 'Imported by CLAUDE.md',
          loads: true,
          reason: null,
          text: 'Short names.',
        },
        {
          kind: 'skill',
          name: 'tables',
          file: '.claude/skills/tables/SKILL.md',
          summary: 'A skill',
          loads: true,
          reason: 'Not taken from it: allowed-tools.',
          text: '---\ndescription: Checks a table\nallowed-tools: Bash\n---\n\nCompare each row with the recurrence.',
        },
        item(
          'setting',
          'env.ANTHROPIC_API_KEY',
          '.claude/settings.json',
          'A credential never comes from a folder: Postern chooses it.',
        ),
        item('mcp_server', 'files', '.mcp.json', 'Not yet loaded by Postern.'),
      ],
    };
  };
}

/** What the composer says of who pays and whether one can ask, and what is picked in it. */
export const composerScreens: readonly Screen[] = [
  {
    name: 'ask-starting',
    prepare: (fake) => {
      fake.silentAt = /\/auth\/anthropic\/status$/;
    },
    reach: async () => {},
  },
  {
    name: 'ask-refreshing',
    prepare: (fake) => {
      signedIn(fake);
      fake.silentAt = /\/refresh$/;
    },
    reach: async (page) => {
      await openSettings(page);
      await page.getByRole('button', { name: 'Renew now' }).click();
      await page.getByRole('link', { name: 'Ask', exact: true }).click();
      await page.getByText('Renewing the sign-in').waitFor();
    },
  },
  {
    name: 'ask-waiting-for-sign-in',
    reach: async (page) => {
      await page.getByRole('button', { name: 'Sign in…' }).click();
      await page.getByRole('link', { name: 'Open in browser' }).waitFor();
      await page.getByRole('button', { name: 'Close', exact: true }).click();
      await page.getByText('Sign-in open in your browser').waitFor();
    },
  },
  {
    name: 'ask-on-backup',
    prepare: (fake) => {
      signedIn(fake);
      fallBack(fake.facts, 'reauthorization_required', null);
    },
    reach: async () => {},
  },
  { name: 'ask-limit', prepare: atTheLimit, reach: async () => {} },
  { name: 'ask-needs-you', prepare: ended, reach: async () => {} },
  {
    name: 'ask-key-only',
    prepare: (fake) => saveKey(fake.facts),
    reach: async () => {},
  },
  {
    name: 'ask-stopping',
    ...byAsking(
      endless,
      'Think about it.',
      async (page) => {
        await page.getByText('I am thinking about it').waitFor();
        await page.getByRole('button', { name: 'Stop' }).click();
        await page.getByText('Stopping').first().waitFor();
      },
      (fake) => {
        fake.silentAt = /\/cancel$/;
      },
    ),
  },
  {
    name: 'ask-attach',
    prepare: signedIn,
    reach: async (page) => {
      await page.getByRole('textbox', { name: 'Prompt' }).fill('What do these two disagree about?');
      await page.getByRole('button', { name: 'Attach files' }).click();
      const path = page.getByRole('textbox', { name: 'File path' });
      for (const each of [
        '/home/ada/engine/notes.md',
        '/home/ada/engine/a-long-name-of-a-folder/report.pdf',
      ]) {
        await path.fill(each);
        await page.getByRole('button', { name: 'Attach file', exact: true }).click();
      }
      await path.fill('notes.md');
      await page.getByRole('button', { name: 'Attach file', exact: true }).click();
      await page.getByText('Enter the full path').waitFor();
    },
  },
  {
    name: 'ask-file-too-large',
    prepare: signedIn,
    reach: async (page) => {
      await page.getByRole('button', { name: 'Attach files' }).click();
      const [name, mimeType, buffer] = ['scan.pdf', 'application/pdf', Buffer.alloc(20_000_001, '%PDF-')];
      await page.getByLabel('Files to attach').setInputFiles({ name, mimeType, buffer });
      await page.getByText('is too large for the model').waitFor();
      await page.getByRole('button', { name: 'Done' }).click();
    },
  },
  {
    name: 'ask-files',
    prepare: (fake) => {
      signedIn(fake);
      fake.refusedAt = { what: /\/attachments$/, code: 'attachment_type_unsupported' };
    },
    reach: async (page, fake) => {
      await page.getByRole('textbox', { name: 'Prompt' }).fill('What do these disagree about?');
      await page.getByRole('button', { name: 'Attach files' }).click();
      const pick = (name: string, mimeType: string, buffer: Buffer) =>
        page.getByLabel('Files to attach').setInputFiles({ name, mimeType, buffer });
      await pick('broken.png', 'image/png', Buffer.from('no picture'));
      await page.getByText('broken.png').waitFor();
      fake.refusedAt = null;
      await pick('engine.png', 'image/png', samplePicture());
      await page.getByRole('img').or(page.locator('.chip-picture')).first().waitFor();
      await pick('notes-on-the-engine.md', '', Buffer.from('# Notes'));
      await page.getByText('notes-on-the-engine.md').waitFor();
      await pick('engine.zip', 'application/zip', Buffer.from([0x50, 0x4b, 3, 4, 0]));
      await page.getByText('engine.zip').waitFor();
      fake.silentAt = /\/attachments$/;
      await pick('large-report.pdf', 'application/pdf', Buffer.from('%PDF-'));
      await page.getByText('large-report.pdf').waitFor();
      await page.getByRole('button', { name: 'Done' }).click();
    },
  },
  {
    name: 'ask-folders',
    prepare: signedIn,
    reach: async (page) => {
      await page.getByRole('button', { name: 'Choose a folder' }).click();
      await page.getByRole('button', { name: 'engine', exact: true }).waitFor();
    },
  },
  {
    name: 'ask-folders-narrow',
    viewport: { width: 360, height: 740 },
    prepare: (fake) => {
      signedIn(fake);
      fake.refusedAt = { what: /\/folders$/, code: 'folder_not_found' };
    },
    reach: async (page) => {
      await page.getByRole('button', { name: 'Choose a folder' }).click();
      await page.getByText('This folder is not there').waitFor();
    },
  },
  {
    name: 'ask-trust',
    prepare: inAFolder('none'),
    reach: async (page) => {
      await page.getByRole('button', { name: 'Review' }).click();
      await page.getByText('Instructions: CLAUDE.md').click();
      await page.getByText('Skill: .claude/skills/tables/SKILL.md').click();
      await page.getByText('Not taken from it').waitFor();
      await page.getByText('Never loaded').click();
    },
  },
  {
    name: 'ask-trust-changed',
    viewport: { width: 360, height: 740 },
    prepare: inAFolder('changed'),
    reach: async (page) => {
      await page.getByRole('button', { name: 'Review' }).click();
      await page.getByText('This folder has changed since').waitFor();
    },
  },
  {
    name: 'ask-trusted',
    prepare: inAFolder('trusted'),
    reach: async (page) => {
      await page.getByText('This folder’s instructions are loaded').waitFor();
    },
  },
  {
    name: 'ask-workspaces',
    prepare: signedIn,
    reach: async (page) => {
      await page.getByRole('combobox', { name: 'Workspace' }).focus();
      await page.keyboard.press('ArrowDown');
      await page.getByRole('option', { name: '/home/ada/engine' }).waitFor();
    },
  },
  {
    name: 'ask-draft-narrow',
    viewport: { width: 360, height: 740 },
    prepare: (fake) => signIn(fake.facts),
    reach: (page) =>
      page
        .getByRole('textbox', { name: 'Prompt' })
        .fill('A draft of several lines:\n- the recurrence\n- a test for odd n\n- the notes'),
  },
];
