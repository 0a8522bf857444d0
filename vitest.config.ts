import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{packages,services,infra,apps,tests,bench}/**/*.test.ts'],
    globalSetup: './packages/testkit/src/infrastructure/global-setup.ts',
    testTimeout: 15_000,
    hookTimeout: 30_000,
    pool: 'forks',
    maxWorkers: 2,
  },
})
