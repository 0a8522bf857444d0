-- AlterTable
ALTER TABLE "agents" ADD COLUMN     "intent" TEXT NOT NULL DEFAULT 'tools',
ADD COLUMN     "memory" TEXT NOT NULL DEFAULT 'facts',
ADD COLUMN     "model" TEXT,
ADD COLUMN     "tools" JSONB NOT NULL DEFAULT '{}';
