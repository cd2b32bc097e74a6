import packageJson from '../package.json' with { type: 'json' };

/** Version of Postern. */
export const version: string = packageJson.version;
