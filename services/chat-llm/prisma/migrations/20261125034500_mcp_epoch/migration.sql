-- AlterTable
ALTER TABLE "agents" ADD COLUMN     "mcp_epoch" INTEGER NOT NULL DEFAULT 0;
