// The frameworks that the README has examples for.
import type { Framework } from './framework.js';

export function react(name: string): Framework {
  return {
    name,
    language: 'jsx',
    page: 'react-client.jsx',
    server: 'react-server.jsx',
    ways: ['client', 'client-strict', 'hydrated', 'hydrated-strict', 'late'],
  };
}

export const vue: Framework = {
  name: 'Vue 3',
  language: 'vue',
  page: 'vue.js',
  ways: ['client'],
  compile(source, require) {
    const { compileScript, parse } = require('vue/compiler-sfc');
    const isCustomElement = (tag: string) => tag === 'bigcommerce-connect';
    const { descriptor } = parse(source, { templateParseOptions: { isCustomElement } });
    const { content } = compileScript(descriptor, { id: 'readme', inlineTemplate: true });
    return { contents: content, loader: 'js' };
  },
};

export const svelte: Framework = {
  name: 'Svelte 5',
  language: 'svelte',
  page: 'svelte.js',
  ways: ['client'],
  compile(source, require) {
    const { compile } = require('svelte/compiler');
    const { js, warnings } = compile(source, { generate: 'client', dev: true });
    return { contents: js.code, loader: 'js', warnings };
  },
};

export const solid: Framework = {
  name: 'Solid',
  language: 'tsx',
  page: 'solid.js',
  ways: ['client'],
  compile(source, require) {
    const { transformSync } = require('@babel/core');
    const presets = [require.resolve('babel-preset-solid')];
    return { contents: transformSync(source, { presets, configFile: false }).code, loader: 'js' };
  },
};
