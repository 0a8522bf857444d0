-- AlterTable
ALTER TABLE "agents" ADD COLUMN     "owner_id" UUID,
ADD COLUMN     "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- AlterTable
ALTER TABLE "conversations" ALTER COLUMN "device_id" DROP NOT NULL;

-- CreateIndex
CREATE INDEX "agents_is_default_idx" ON "agents"("is_default");

-- CreateIndex
CREATE INDEX "agents_owner_id_idx" ON "agents"("owner_id");

-- CreateIndex
CREATE INDEX "conversations_owner_id_last_message_at_id_idx" ON "conversations"("owner_id", "last_message_at" DESC, "id" DESC);
