-- AlterTable
ALTER TABLE "conversations" ADD COLUMN     "room_id" TEXT;
