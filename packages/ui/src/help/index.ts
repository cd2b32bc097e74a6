/** The app's explaining sentences, from one source. */
export { permissionSentence, type SentenceName, sentences, storeSentence } from './sentences.ts';
