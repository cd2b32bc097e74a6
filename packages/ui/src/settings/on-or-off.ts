/** The two options of a switch. */
export const onOrOff = [
  { value: 'off', label: 'Off' },
  { value: 'on', label: 'On' },
] as const;
