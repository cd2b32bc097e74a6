/** What of the app others may check against: its explaining sentences. */
export { type SentenceName, sentences } from './help/index.ts';
