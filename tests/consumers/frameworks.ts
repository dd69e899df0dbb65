// The frameworks that docs/ has examples for.
import type { OnLoadResult } from 'esbuild';

export interface Framework {
  name: string;
  /** Where its example is. */
  document: string;
  /** The language of the example. */
  language: string;
  /** The script that mounts the example. */
  page: string;
  /** The script that renders it on the server. */
  server?: string;
  /** The paths of the pages, each of which renders it in another way. */
  ways: string[];
  /** The path of a page whose component gets other props with each `change()`. */
  changing?: string;
  /** The path of a page whose inputs are bound to what `state()` gives. */
  bound?: string;
  /** The paths of pages with the form that is ready to use. */
  forms?: string[];
  /** Whether its components get no events once they are unmounted. */
  isSilentAfterUnmount?: true;
  /** Compiles the example, with packages that the consumer has. */
  compile?: (source: string, require: NodeJS.Require) => OnLoadResult;
}

export function react(name: string): Framework {
  return {
    name,
    document: 'docs/react.md',
    language: 'jsx',
    page: 'react-client.jsx',
    server: 'react-server.jsx',
    ways: ['client', 'client-strict', 'hydrated', 'hydrated-strict', 'late'],
    forms: ['client-form', 'hydrated-form'],
    changing: 'client-changing',
    bound: 'client-changing',
  };
}

export const vue: Framework = {
  name: 'Vue 3',
  document: 'docs/frameworks.md',
  language: 'vue',
  page: 'vue.js',
  ways: ['client'],
  bound: 'client',
  isSilentAfterUnmount: true,
  compile(source, require) {
    const { compileScript, parse } = require('vue/compiler-sfc');
    const isCustomElement = (tag: string) => tag === 'bigcommerce-connect';
    const { descriptor } = parse(source, { templateParseOptions: { isCustomElement } });
    const { content } = compileScript(descriptor, { id: 'example', inlineTemplate: true });
    return { contents: content, loader: 'js' };
  },
};

export const svelte: Framework = {
  name: 'Svelte 5',
  document: 'docs/frameworks.md',
  language: 'svelte',
  page: 'svelte.js',
  ways: ['client'],
  bound: 'client',
  compile(source, require) {
    const { compile } = require('svelte/compiler');
    const { js, warnings } = compile(source, { generate: 'client', dev: true });
    return { contents: js.code, loader: 'js', warnings };
  },
};

export const solid: Framework = {
  name: 'Solid',
  document: 'docs/frameworks.md',
  language: 'jsx',
  page: 'solid.js',
  ways: ['client'],
  compile(source, require) {
    const { transformSync } = require('@babel/core');
    const presets = [require.resolve('babel-preset-solid')];
    return { contents: transformSync(source, { presets, configFile: false }).code, loader: 'js' };
  },
};
