import { defineConfig } from 'vite';

/** Builds plain files that can be served below any path. */
export default defineConfig({
  base: './',
  build: {
    rollupOptions: {
      input: ['index.html', 'plain.html'].map((name) => `${import.meta.dirname}/${name}`),
    },
    // The Content-Security-Policy does not allow data: URLs.
    assetsInlineLimit: 0,
    // The supported browsers preload modules themselves.
    modulePreload: { polyfill: false },
  },
});
