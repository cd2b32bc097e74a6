const thousands = /^\d{1,3}(,\d{3})+(\.\d+)?$/;
const decimalComma = /^\d+,\d{1,2}$/;
const plain = /^(\d+\.?\d*|\.\d+)$/;
/** A thousand in one country, one dollar in another: the bill must not be what tells which was meant. */
const ambiguous = /^[1-9]\d{0,2}\.\d{3}$/;
const largest = 100_000;

/** The cap that was typed, in US dollars; null: no cap, undefined: it is not an amount from 0 to 100,000, or could be either of two. */
export function capAmount(typed: string): number | null | undefined {
  const text = typed.trim().replace(/^\$\s*/, '');
  if (text === '') return null;
  const amount = Number(inDigits(text));
  return Number.isFinite(amount) && amount <= largest ? amount : undefined;
}

function inDigits(text: string): string {
  if (thousands.test(text)) return text.replaceAll(',', '');
  if (decimalComma.test(text)) return text.replace(',', '.');
  return plain.test(text) && !ambiguous.test(text) ? text : 'none';
}
