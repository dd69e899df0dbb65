import { defineConfig } from 'vite';

/** The static build: plain files, to be served below any path. */
export default defineConfig({
  base: './',
  // There is one script, and nothing to preload.
  build: { modulePreload: false },
});
