import { headerValues, type RequestFacts } from './request-facts.ts';

/** The token of `Authorization: Bearer …`, or null where there is none of that form. Source: RFC 6750, section 2.1. */
export function presentedBearer(facts: Pick<RequestFacts, 'rawHeaders'>): string | null {
  const values = headerValues(facts, 'authorization');
  if (values.length !== 1) return null;
  return /^bearer ([A-Za-z0-9._~+/-]{1,512}=*)$/i.exec(values[0] ?? '')?.[1] ?? null;
}
