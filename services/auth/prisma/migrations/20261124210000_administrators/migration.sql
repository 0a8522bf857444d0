-- AlterTable
ALTER TABLE "users" ADD COLUMN     "kind" TEXT NOT NULL DEFAULT 'user';
