/** The app's controls: named, keyboard-first, without knowledge of what they are used for. */
export { Badge } from './badge.tsx';
export { Button } from './button.tsx';
export { Choice } from './choice.tsx';
export { ComboField } from './combo-field.tsx';
export { CopyButton } from './copy-button.tsx';
export { Countdown } from './countdown.tsx';
export { Dialog } from './dialog.tsx';
export { FailureNotice } from './failure-notice.tsx';
export { Field } from './field.tsx';
export { HelpTip } from './help-tip.tsx';
export { Icon, type IconName } from './icon.tsx';
export { IconButton } from './icon-button.tsx';
export { Mark } from './mark.tsx';
export { Notice, type Tone } from './notice.tsx';
export { ScrollRegion } from './scroll-region.tsx';
export { Segmented } from './segmented.tsx';
export { useNow } from './use-now.ts';
export { useWidth } from './use-width.ts';
