import { agentQuestionScreens } from './agent-question-screens.ts';
import { askScreens } from './ask-screens.ts';
import { cardScreens } from './card-screens.ts';
import { composerScreens } from './composer-screens.ts';
import { conversationScreens } from './conversation-screens.ts';
import { dialogScreens } from './dialog-screens.ts';
import { mcpScreens } from './mcp-screens.ts';
import { noticeScreens } from './notice-screens.ts';
import { questionScreens } from './question-screens.ts';
import { readmeScreens } from './readme-screens.ts';
import { rememberedScreens } from './remembered-screens.ts';
import type { Screen } from './screen.ts';
import { settingsScreens } from './settings-screens.ts';
import { settingsTroubleScreens } from './settings-trouble-screens.ts';
import { signInScreens } from './sign-in-screens.ts';
import { threadScreens } from './thread-screens.ts';
import { undoScreens } from './undo-screens.ts';
import { usageScreens } from './usage-screens.ts';

/** Every screen and state worth looking at. */
export const screens: readonly Screen[] = [
  ...askScreens,
  ...composerScreens,
  ...threadScreens,
  ...questionScreens,
  ...agentQuestionScreens,
  ...cardScreens,
  ...rememberedScreens,
  ...conversationScreens,
  ...undoScreens,
  ...settingsScreens,
  ...settingsTroubleScreens,
  ...mcpScreens,
  ...usageScreens,
  ...noticeScreens,
  ...signInScreens,
  ...dialogScreens,
  ...readmeScreens,
];
