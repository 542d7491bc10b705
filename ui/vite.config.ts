import { defineConfig } from 'vite';

export default defineConfig({
  base: '/ui/',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: 'es2022',
    // A font or image inlined as a data: address would need an exception in the page's Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Lists which files the first view loads, for test/size.test.ts.
    manifest: 'manifest.json',
  },
  server: {
    // `npm run dev` shows changes at once and sends data calls to a service on this machine.
    proxy: { '^/(whoami|namespaces|memories|graph|changes|stats|health|metrics|keys|cluster)': 'http://127.0.0.1:9595' },
  },
});
