/** Source: UI Events, section 7.3.1. */
const takenCode = 229;

/**
 * Whether a key belongs to an input method, which composes what is typed. Some browsers end the composition before the key that confirms
 * it; its code still says that an input method took it.
 */
export function takenByInputMethod({ nativeEvent, keyCode }: React.KeyboardEvent): boolean {
  return nativeEvent.isComposing || keyCode === takenCode;
}
