interface ContextNoteProps {
  readonly context: { readonly usedTokens: number; readonly windowTokens: number } | null;
}

/** From here on it is worth saying that space becomes short. */
const shortFrom = 0.8;

/** How full the model's context is, quietly; nothing where that is not known yet. */
export function ContextNote({ context }: ContextNoteProps) {
  if (context === null) return null;
  const { usedTokens, windowTokens } = context;
  const share = Math.min(1, usedTokens / windowTokens);
  const percent = share < 0.01 ? 'under 1' : String(Math.round(share * 100));
  const tokens = `${usedTokens.toLocaleString('en')} of ${windowTokens.toLocaleString('en')} tokens`;
  return (
    <span className="context-note small soft" title={`${tokens} of the model’s context are used.`}>
      {`${percent} % of context`}
      {share < shortFrom ? null : ' · /compact makes space'}
    </span>
  );
}
