import { type ConversationItem, gapInWords } from '@postern/contract';
import { sentName } from '../format/index.ts';
import type { ThreadItem } from './thread-item.ts';
import { withResult, withToolCall } from './tool-items.ts';

/**
 * Items from the history, in the order they were said.
 * @param prefix of their keys, which count back from the end: they stay as they are when something older goes before
 * @param later how many of the history come after these
 */
export function itemsOfHistory(
  history: readonly ConversationItem[],
  prefix: string,
  later = 0,
): readonly ThreadItem[] {
  let items: readonly ThreadItem[] = [];
  const add = (item: ThreadItem) => {
    items = [...items, item];
  };
  history.forEach((said, index) => {
    const key = `${prefix}.${later + history.length - index}`;
    switch (said.type) {
      case 'user':
        add({
          ...{ type: 'user', key, text: said.text, files: (said.attachments ?? []).map(sentName) },
          ...(said.promptId === undefined ? {} : { promptId: said.promptId }),
        });
        break;
      case 'assistant_text':
        add({ type: 'text', key, text: said.text, ...(said.withheld ? { withheld: true } : {}) });
        break;
      case 'thinking':
        add({ type: 'thinking', key, text: said.text });
        break;
      case 'tool_use':
        items = withToolCall(items, said, key);
        break;
      case 'tool_result': {
        const { toolUseId, content, isError, deniedBy = null, path = null, diff = null } = said;
        items = withResult(items, toolUseId, { content, isError, deniedBy, path, diff });
        break;
      }
      case 'compacted':
        add({
          type: 'compacted',
          key,
          beforeTokens: said.beforeTokens,
          afterTokens: said.afterTokens ?? null,
        });
        break;
      case 'gap':
        add({ type: 'note', key, text: gapInWords(said.reason) });
        break;
    }
  });
  return items;
}
