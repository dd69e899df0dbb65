// Tests that compile a consumer's code.
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Consumer } from './consumer.js';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

/** By its path, because `tsc` is the one of a build tool. */
const TYPESCRIPT_7 = ['node', join(PROJECT, 'node_modules/typescript/bin/tsc')] as const;

const RESOLUTIONS = [
  { module: 'esnext', moduleResolution: 'bundler' },
  { module: 'nodenext', moduleResolution: 'nodenext' },
];

export interface Code {
  /** The file in tests/package that is compiled. */
  file: string;
  /** The environment, as the test's name has it. */
  kind: string;
  lib?: string[];
  /** The packages whose types are there without an import; only these are, and all are checked. */
  types?: string[];
}

export const PAGE: Code = { file: 'types.ts', kind: 'in a page' };

export const SANDBOX: Code = {
  file: 'sandbox-types.ts',
  kind: 'in a project without a page',
  lib: ['es2022'],
};

export const NODE: Code = {
  file: 'node-types.ts',
  kind: 'in Node',
  lib: ['es2022'],
  types: ['node'],
};

export const REACT: Code = { file: 'react-types.tsx', kind: 'in JSX' };

type Command = readonly [command: string, ...args: string[]];

/** Defines tests that compile code in a consumer, which must exist when they run. */
export function testTypes(
  { file, kind, lib = ['es2022', 'dom'], types = [] }: Code,
  consumer: () => Consumer,
  compiler: Command = TYPESCRIPT_7,
): void {
  for (const resolution of RESOLUTIONS) {
    const { moduleResolution } = resolution;
    test(`accept and refuse what they should ${kind}, with the resolution ${moduleResolution}`, async () => {
      const { folder } = consumer();
      const compilerOptions = {
        ...resolution,
        target: 'es2022',
        lib,
        types,
        typeRoots: [join(PROJECT, 'node_modules/@types')],
        jsx: 'react-jsx',
        skipLibCheck: false,
        strict: true,
        exactOptionalPropertyTypes: true,
        noEmit: true,
      };
      cpSync(join(PROJECT, 'tests/package', file), join(folder, file));
      const config = { compilerOptions, files: [file] };
      writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
      await check(consumer(), ...compiler, '-p', '.');
    });
  }
}

/** Runs a compiler; throws with its output if it fails. */
export async function check(consumer: Consumer, ...[command, ...args]: Command): Promise<void> {
  await consumer.run(command, ...args).catch(({ stdout, stderr }) => {
    throw new Error(stdout + stderr);
  });
}
