#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// Reading a few hundred files is most of what a short command does. The cache lies in the installation, which nobody but
// its owner can write, and not in a shared temporary directory; where it cannot be written, all is read as before.
enableCompileCache(fileURLToPath(new URL('../../node_modules/.cache/compile', import.meta.url)));
await import('./program.ts');
