import {
  ArrowRightLeft,
  ArrowUp,
  Box,
  ChartNoAxesColumn,
  Check,
  ChevronDown,
  ChevronLeft,
  ChevronUp,
  CircleExclamationPoint,
  CircleQuestionMark,
  Clock,
  Copy,
  Download,
  ExternalLink,
  File,
  FlaskConical,
  Folder,
  FolderOpen,
  GripVertical,
  Image,
  Info,
  KeyRound,
  Lightbulb,
  Link,
  Lock,
  MessageSquare,
  PanelLeft,
  Paperclip,
  Pencil,
  Plus,
  RotateCw,
  Search,
  SlidersHorizontal,
  Square,
  SquareTerminal,
  Trash2,
  TriangleExclamationPoint,
  Undo2,
  User,
  Wrench,
  X,
} from 'lucide-react';

/** The icons of the window by what they stand for; only these of the library are in the bundle. */
const icons = {
  ask: MessageSquare,
  usage: ChartNoAxesColumn,
  settings: SlidersHorizontal,
  plus: Plus,
  close: X,
  remove: Trash2,
  check: Check,
  copy: Copy,
  send: ArrowUp,
  stop: Square,
  up: ChevronUp,
  down: ChevronDown,
  grip: GripVertical,
  search: Search,
  file: File,
  attach: Paperclip,
  folder: Folder,
  browse: FolderOpen,
  model: Box,
  link: Link,
  warning: TriangleExclamationPoint,
  error: CircleExclamationPoint,
  note: Info,
  help: CircleQuestionMark,
  thought: Lightbulb,
  tool: Wrench,
  switch: ArrowRightLeft,
  clock: Clock,
  open: ExternalLink,
  retry: RotateCw,
  panel: PanelLeft,
  image: Image,
  download: Download,
  flask: FlaskConical,
  lock: Lock,
  person: User,
  key: KeyRound,
  terminal: SquareTerminal,
  edit: Pencil,
  back: ChevronLeft,
  undo: Undo2,
} as const;

/** The name of an icon. */
export type IconName = keyof typeof icons;

interface IconProps {
  readonly name: IconName;
  readonly size?: number;
}

/** An icon; always beside words or inside a control that has a name of its own, hence hidden from screen readers. */
export function Icon({ name, size = 18 }: IconProps) {
  const Drawn = icons[name];
  const look = name === 'stop' ? 'icon icon-filled' : 'icon';
  return <Drawn className={look} size={size} aria-hidden="true" focusable="false" />;
}
