/** Line icons on a 20-pixel grid, drawn in the colour of the text around them. */
const paths = {
  ask: 'M4 5.500h12v8H9l-3.500 3v-3H4z',
  usage: 'M4 16V9m4 7V5m4 11v-5m4 5V7',
  settings:
    'M3.500 6h7m4 0h2m-13 8h2m4 0h7M10.500 6a2 2 0 1 0 4 0 2 2 0 0 0-4 0m-5 8a2 2 0 1 0 4 0 2 2 0 0 0-4 0',
  docs: 'M6 3.500h6l3 3v10H6zM12 3.500v3h3M8.500 10.500h4m-4 3h4',
  plus: 'M10 4.500v11M4.500 10h11',
  close: 'M5.500 5.500l9 9m0-9l-9 9',
  check: 'M4.500 10.500l3.500 3.500 7.500-8',
  copy: 'M7.500 7.500h8v8h-8zM4.500 12.500v-8h8',
  send: 'M10 16V4.500m0 0L5.500 9M10 4.500L14.500 9',
  stop: 'M6 6h8v8H6z',
  chevron: 'M5.500 8l4.500 4.500L14.500 8',
  up: 'M5.500 12.500L10 8l4.500 4.500',
  down: 'M5.500 7.500L10 12l4.500-4.500',
  grip: 'M8 5.500v.01M12 5.500v.01M8 10v.01M12 10v.01M8 14.500v.01M12 14.500v.01',
  search: 'M13 13l3.500 3.500M9 14a5 5 0 1 1 0-10 5 5 0 0 1 0 10z',
  file: 'M6 3.500h6l3 3v10H6zM12 3.500v3h3',
  attach:
    'M14.500 9.500l-5.300 5.300a2.800 2.800 0 0 1-4-4l6-6a1.900 1.900 0 0 1 2.700 2.700l-5.800 5.800a.9.9 0 0 1-1.300-1.300l5-5',
  folder: 'M3.500 6h4.500l1.500 2h7v7.500h-13z',
  model:
    'M10 3.500l5.500 3.200v6.600L10 16.500l-5.500-3.200V6.700zM4.500 6.700L10 10m0 0l5.500-3.300M10 10v6.500',
  link: 'M8.500 11.500a3 3 0 0 0 4.200 0l2.400-2.400a3 3 0 0 0-4.200-4.200l-1 1M11.500 8.500a3 3 0 0 0-4.200 0l-2.400 2.400a3 3 0 0 0 4.200 4.200l1-1',
  warning: 'M10 3.800l7 12.200H3zM10 8.500v3.500m0 2.200v.01',
  error: 'M10 17a7 7 0 1 1 0-14 7 7 0 0 1 0 14zM10 6.500v4.500m0 2.500v.01',
  note: 'M10 17a7 7 0 1 1 0-14 7 7 0 0 1 0 14zM10 9.500v4m0-7v.01',
  help: 'M10 17a7 7 0 1 1 0-14 7 7 0 0 1 0 14zM8 8a2 2 0 1 1 2.600 1.900c-.4.15-.6.5-.6 1v.4M10 13.700v.01',
  thought: 'M10 4a5 5 0 0 1 2.500 9.300V15h-5v-1.700A5 5 0 0 1 10 4zM8 17h4',
  tool: 'M12.500 4.500a3.500 3.500 0 0 0-3.300 4.700l-5 5 1.600 1.600 5-5a3.500 3.500 0 0 0 4.700-4.400l-2.200 2.200-1.700-.4-.4-1.700 2.200-2.200z',
  switch: 'M4 7.500h11m0 0L12 4.500m3 3l-3 3M16 12.500H5m0 0l3-3m-3 3l3 3',
  clock: 'M10 17a7 7 0 1 1 0-14 7 7 0 0 1 0 14zM10 6.500V10l2.500 1.500',
  open: 'M11.500 4.500h4v4m0-4l-6 6M13 11.500v4H4.500V7h4',
  retry: 'M15.500 10a5.500 5.500 0 1 1-1.800-4.100M15.500 3.500v3h-3',
  panel: 'M3.500 5h13v10h-13zM8 5v10',
  image: 'M3.500 5h13v10h-13zM3.500 13l4-4 3 3 2-2 4 4M12.500 8v.01',
  download: 'M10 4v9m0 0l-3.500-3.500M10 13l3.500-3.500M4.500 16h11',
  flask:
    'M8 3.500h4M8.800 3.500v4.300L4.800 15a1 1 0 0 0 .9 1.500h8.600a1 1 0 0 0 .9-1.500l-4-7.200V3.500M6.800 12h6.400',
  lock: 'M5.500 9.500h9v6.500h-9zM7.500 9.500v-2a2.500 2.500 0 0 1 5 0v2',
  person: 'M10 10a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM4.500 16.500c.6-2.800 2.700-4 5.500-4s4.900 1.200 5.500 4',
  key: 'M12.500 11a3.500 3.500 0 1 0-3.300-2.300L4 14v2h2.500v-1.500H8V13l1.300-1.300a3.500 3.500 0 0 0 3.200-.7zM13.500 7v.01',
  terminal: 'M3.500 4.500h13v11h-13zM6 8l2.500 2L6 12m4 .5h3.500',
  edit: 'M4 16l.8-3.200 8.500-8.500 2.400 2.400-8.500 8.500zM12 5.700l2.400 2.400',
  back: 'M12.500 5.500L8 10l4.500 4.500',
} as const;

/** The name of an icon. */
export type IconName = keyof typeof paths;

interface IconProps {
  readonly name: IconName;
  readonly size?: number;
}

/** An icon; always beside words or inside a control that has a name of its own, hence hidden from screen readers. */
export function Icon({ name, size = 18 }: IconProps) {
  return (
    <svg className="icon" width={size} height={size} viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}
