-- AlterTable
ALTER TABLE "devices" ADD COLUMN     "agent_id" UUID,
ADD COLUMN     "bound_at" TIMESTAMPTZ(3),
ADD COLUMN     "name" TEXT;

-- CreateTable
CREATE TABLE "bindings" (
    "id" UUID NOT NULL,
    "device_id" TEXT NOT NULL,
    "user_id" UUID NOT NULL,
    "bound_at" TIMESTAMPTZ(3) NOT NULL,
    "released_at" TIMESTAMPTZ(3),
    "adopted" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "bindings_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "bindings_device_id_bound_at_idx" ON "bindings"("device_id", "bound_at");

-- CreateIndex
CREATE INDEX "bindings_adopted_idx" ON "bindings"("adopted");

-- AddForeignKey
ALTER TABLE "bindings" ADD CONSTRAINT "bindings_device_id_fkey" FOREIGN KEY ("device_id") REFERENCES "devices"("id") ON DELETE CASCADE ON UPDATE CASCADE;
