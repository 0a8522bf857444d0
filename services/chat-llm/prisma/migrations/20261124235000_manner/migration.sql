-- AlterTable
ALTER TABLE "agents" ADD COLUMN     "manner" JSONB NOT NULL DEFAULT '{}';
