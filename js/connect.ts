export * from './element/connect.js';
