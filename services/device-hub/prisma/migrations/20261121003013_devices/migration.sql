-- CreateTable
CREATE TABLE "devices" (
    "id" TEXT NOT NULL,
    "client_id" TEXT NOT NULL,
    "credential_epoch" INTEGER NOT NULL DEFAULT 1,
    "owner_id" UUID,
    "board_type" TEXT,
    "board_name" TEXT,
    "chip_model" TEXT,
    "firmware_version" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "devices_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "devices_owner_id_idx" ON "devices"("owner_id");
