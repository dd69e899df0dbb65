export * from './handler/index.js';
