/** Formats of `postern statusline`. */
export const statusLineFormats = ['text', 'json', 'tmux', 'waybar', 'swiftbar'] as const;
export type StatusLineFormat = (typeof statusLineFormats)[number];
