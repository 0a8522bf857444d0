-- CreateTable
CREATE TABLE "recordings" (
    "id" UUID NOT NULL,
    "owner_id" UUID NOT NULL,
    "device_id" TEXT NOT NULL,
    "turn_id" UUID NOT NULL,
    "side" TEXT NOT NULL,
    "object_key" TEXT NOT NULL,
    "duration_ms" INTEGER NOT NULL,
    "size" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "recordings_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "voiceprints" (
    "id" UUID NOT NULL,
    "owner_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "engine" TEXT NOT NULL,
    "embedding" BYTEA,
    "samples" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "voiceprints_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "recordings_owner_id_id_idx" ON "recordings"("owner_id", "id" DESC);

-- CreateIndex
CREATE INDEX "recordings_created_at_idx" ON "recordings"("created_at");

-- CreateIndex
CREATE UNIQUE INDEX "voiceprints_owner_id_engine_name_key" ON "voiceprints"("owner_id", "engine", "name");
