/** The app's explaining sentences, from one source. */
export { type SentenceName, sentences } from './sentences.ts';
