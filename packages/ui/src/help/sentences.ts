/**
 * Every sentence that explains rather than reports, once: the app shows them in place, and the docs are checked against
 * them. Facts about what is permitted: code.claude.com/docs/en/legal-and-compliance, as read 2026-10-09.
 */
export const sentences = {
  sandbox: 'Sandbox: no real account, no cost',
  noRealAccount: 'Not in the sandbox: no real account is touched here.',
  independent:
    'Postern is an independent project. It is not made, endorsed or supported by Anthropic; Claude is named only to say what it talks to.',

  permitted:
    'With your Claude plan you may sign in to Anthropic’s own, unmodified Claude Code program, and any program may use your Console API key.',
  linkedBilling:
    'The Claude Console organization that is linked pays for each request, at its own rates; a Claude plan never does. The terms and limits of your operator apply, and only that organization sees and caps the cost, in the Console.',
  permittedOauth:
    'A plan sign-in made by Postern itself is allowed only where Anthropic, or the server of your organization, has approved the client that your operator registered.',

  signIn:
    'You sign in on the provider’s own page in your browser. Postern never sees your password; it receives a token, keeps it sealed and renews it.',
  signInAddress:
    'This is the page where you sign in. Check the host before you open it, or copy the address into the browser and profile you want to use.',
  signInPaste: 'If the page shows a code instead of returning here, copy all of it and paste it here.',
  signInWaiting: 'Finish in the browser. This window updates automatically, usually within a second.',

  claudeCode:
    'The unmodified Claude Code program signs you in and keeps the login. Postern starts it for you and never sees a token.',
  consoleProfile:
    'A Console sign-in that you made with “ant auth login”. The profile file belongs to the Claude SDK, which reads and renews it.',
  apiKey:
    'A Console API key is billed to its organization by use. Postern seals it and shows only its last four characters.',
  apiKeyConsent:
    'By saving a key you agree that it pays when your sign-in fails, within your rules and your daily cap.',

  privacy:
    'Secrets stay on this computer, sealed. The agent that runs your prompts never holds them: Postern puts the credential on each request itself.',
  privacyTraffic:
    'Prompts and answers go to the service that answers them and nowhere else. Postern sends no usage data of its own.',
  memoryStore: 'Sign-ins and keys are kept in memory only and last until Postern stops.',

  fallback:
    'Postern tries your credentials in this order. It moves on only when one cannot be used, tells you each time, and switches back automatically once an earlier one works again.',
  fallbackCap:
    'Before each call Postern looks at what is spent, what is under way and the most that the call may cost. Where that does not fit under a cap, it asks before it sends anything; without an answer nothing is sent.',
  fallbackCovered: 'Turns on a plan are covered by it: their list price is shown but does not count.',

  permission:
    'Before a tool changes a file or runs a command, Postern shows all of what it would do and asks you. It goes on only once you have answered.',
  permissionAlways: 'You can take it back in Settings at any time.',

  workspace:
    'The folder in which the agent reads and works. Without one, each conversation gets an empty folder of its own.',
  workspaceAccount:
    'In a workspace with an account of its own, that one is tried first. When it cannot be used, your rules for “When one cannot be used” decide, as everywhere: the next in the order pays, you are asked, or the question stops.',
  warmPrograms:
    'Once there is a sign-in or a key, a program is kept ready, and one for each of your last three conversations, so that answers begin sooner: about 175 MB of memory each, for ten minutes at most, and not while memory is short.',
  desktopNotices:
    'Shown by your system (notify-send on Linux, osascript on macOS) while Postern runs, also without a window.',
  usageAge:
    'Windows are as last seen in an answer. For a Claude Code account the program itself can be asked, without a prompt, at most once in five minutes.',
  cost: 'Costs are list prices as the Agent SDK reports them.',
  openAgain: 'Run “postern open” to get a new window.',
  draftKept: 'Your draft and everything on this page are kept.',
} as const;

/** The name of a help sentence. */
export type SentenceName = keyof typeof sentences;
