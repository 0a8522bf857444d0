-- AlterTable
ALTER TABLE "conversations" ADD COLUMN     "claimed_until" TIMESTAMPTZ(3),
ADD COLUMN     "remembered_to" UUID,
ADD COLUMN     "reviewed_at" TIMESTAMPTZ(3),
ADD COLUMN     "summarized_to" UUID,
ADD COLUMN     "summary" TEXT,
ADD COLUMN     "titled" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "messages" ADD COLUMN     "speaker" TEXT;

-- CreateTable
CREATE TABLE "agent_versions" (
    "agent_id" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "settings" JSONB NOT NULL,
    "made_by" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "agent_versions_pkey" PRIMARY KEY ("agent_id","version")
);

-- CreateTable
CREATE TABLE "facts" (
    "id" UUID NOT NULL,
    "owner_id" UUID NOT NULL,
    "text" TEXT NOT NULL,
    "speaker" TEXT,
    "words" tsvector NOT NULL,
    "meaning" REAL[],
    "source_message_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "superseded_by" UUID,

    CONSTRAINT "facts_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "facts_owner_id_id_idx" ON "facts"("owner_id", "id");

-- CreateIndex
CREATE INDEX "facts_source_message_id_idx" ON "facts"("source_message_id");

-- CreateIndex
CREATE INDEX "facts_words_idx" ON "facts" USING GIN ("words");

-- CreateIndex
CREATE INDEX "conversations_last_message_at_reviewed_at_idx" ON "conversations"("last_message_at", "reviewed_at");

-- AddForeignKey
ALTER TABLE "agent_versions" ADD CONSTRAINT "agent_versions_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agents"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "facts" ADD CONSTRAINT "facts_source_message_id_fkey" FOREIGN KEY ("source_message_id") REFERENCES "messages"("id") ON DELETE SET NULL ON UPDATE CASCADE;
