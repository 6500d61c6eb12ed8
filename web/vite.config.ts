import optimizeLocales from '@react-aria/optimize-locales-plugin'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { sources } from './dev/sources.mjs'

// Stable file names: the build is committed, so each build must touch as few
// files as possible and give the same bytes from the same sources.
export default defineConfig({
  base: '/',
  plugins: [
    react(),
    { ...optimizeLocales.vite({ locales: ['en-US', 'ar-AE', 'he-IL'] }), enforce: 'pre' },
    sources(),
  ],
  worker: { format: 'es', rollupOptions: { output: { entryFileNames: 'assets/[name].js' } } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
    rollupOptions: {
      output: {
        entryFileNames: 'assets/[name].js',
        chunkFileNames: 'assets/[name].js',
        assetFileNames: 'assets/[name][extname]',
      },
    },
  },
  server: {
    host: '127.0.0.1',
    proxy: { '/api': 'http://127.0.0.1:7199', '/signin': 'http://127.0.0.1:7199' },
  },
})
