/** The argument that makes the single executable the process that asks the keychain, not the command line. */
export const keychainWord = 'keychain-process';
