-- DropIndex
DROP INDEX "contacts_kind_value_idx";

-- AlterTable
ALTER TABLE "contacts" ADD COLUMN     "value_index" TEXT;

-- CreateIndex
CREATE INDEX "contacts_value_index_idx" ON "contacts"("value_index");
