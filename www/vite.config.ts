import { defineConfig } from 'vite';

/** The static build: plain files, to be served below any path. */
export default defineConfig({
  base: './',
  build: {
    rollupOptions: {
      input: ['index.html', 'plain.html'].map((name) => `${import.meta.dirname}/${name}`),
    },
    // The policy lets no data: URL in.
    assetsInlineLimit: 0,
    // What both pages share loads at once, without an inline script.
    modulePreload: { polyfill: false },
  },
});
