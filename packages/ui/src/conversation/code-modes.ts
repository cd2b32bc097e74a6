import type { StreamParser } from '@codemirror/language';

/** How a language is read, line by line. Its state is its own. */
export type CodeMode = StreamParser<unknown>;

type Load = () => Promise<CodeMode>;

/** Each is a file of its own, loaded with the first code in that language. */
const javascript: Load = async () => (await import('@codemirror/legacy-modes/mode/javascript')).javascript;
const typescript: Load = async () => (await import('@codemirror/legacy-modes/mode/javascript')).typescript;
const json: Load = async () => (await import('@codemirror/legacy-modes/mode/javascript')).json;
const shell: Load = async () => (await import('@codemirror/legacy-modes/mode/shell')).shell;
const python: Load = async () => (await import('@codemirror/legacy-modes/mode/python')).python;
const css: Load = async () => (await import('@codemirror/legacy-modes/mode/css')).css;
const html: Load = async () => (await import('@codemirror/legacy-modes/mode/xml')).html;
const xml: Load = async () => (await import('@codemirror/legacy-modes/mode/xml')).xml;
const yaml: Load = async () => (await import('@codemirror/legacy-modes/mode/yaml')).yaml;
const toml: Load = async () => (await import('@codemirror/legacy-modes/mode/toml')).toml;
const ini: Load = async () => (await import('@codemirror/legacy-modes/mode/properties')).properties;
const rust: Load = async () => (await import('@codemirror/legacy-modes/mode/rust')).rust;
const go: Load = async () => (await import('@codemirror/legacy-modes/mode/go')).go;
const c: Load = async () => (await import('@codemirror/legacy-modes/mode/clike')).c;
const cpp: Load = async () => (await import('@codemirror/legacy-modes/mode/clike')).cpp;
const csharp: Load = async () => (await import('@codemirror/legacy-modes/mode/clike')).csharp;
const java: Load = async () => (await import('@codemirror/legacy-modes/mode/clike')).java;
const kotlin: Load = async () => (await import('@codemirror/legacy-modes/mode/clike')).kotlin;
const swift: Load = async () => (await import('@codemirror/legacy-modes/mode/swift')).swift;
const ruby: Load = async () => (await import('@codemirror/legacy-modes/mode/ruby')).ruby;
const sql: Load = async () => (await import('@codemirror/legacy-modes/mode/sql')).standardSQL;
const docker: Load = async () => (await import('@codemirror/legacy-modes/mode/dockerfile')).dockerFile;

/** By what stands behind the fence of a block, and by the ending of a file's name. */
const loads: ReadonlyMap<string, Load> = new Map(
  (
    [
      ['js jsx mjs cjs javascript', javascript],
      ['ts tsx mts cts typescript', typescript],
      ['json json5 jsonc', json],
      ['sh bash zsh shell console', shell],
      ['py python', python],
      ['css scss less', css],
      ['html htm vue svelte', html],
      ['xml svg plist', xml],
      ['yml yaml', yaml],
      ['toml', toml],
      ['ini properties conf env', ini],
      ['rs rust', rust],
      ['go golang', go],
      ['c h', c],
      ['cpp cc cxx hpp hh c++', cpp],
      ['cs csharp c#', csharp],
      ['java', java],
      ['kt kts kotlin', kotlin],
      ['swift', swift],
      ['rb ruby', ruby],
      ['sql', sql],
      ['dockerfile docker', docker],
    ] as const
  ).flatMap(([names, load]) => names.split(' ').map((name) => [name, load] as const)),
);

/** The way to read code called `name`, or of a file called so; null where none is known. */
export async function codeMode(name: string): Promise<CodeMode | null> {
  const last = name.split(/[/\\]/).at(-1) ?? '';
  const ending = last.slice(last.lastIndexOf('.') + 1).toLowerCase();
  return (await loads.get(ending)?.()) ?? null;
}
