/** A selection that has no credential. @param forget gets each credential of which what was noted is void */
export function nothingChosen(forget: (id: string) => void = () => undefined) {
  return {
    choose: async () => ({ code: 'not_signed_in', retryAtMs: null }) as const,
    candidates: async () => [],
    status: { forget },
  };
}
